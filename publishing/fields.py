"""Small fields that several content models share."""

import unicodedata
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


def lines(text):
    """The non-empty lines of `text`, each without space around it."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def is_key(text):
    """Whether `text` can be the key of a row: digits, and no more of them than a database counts to."""
    return text.isascii() and text.isdecimal() and len(text) < 19


UNSAFE_SIGNS = "<>\"'`\\"
UNSEEN_KINDS = ("Cc", "Cf", "Zs", "Zl", "Zp")  # control signs; those that turn or hide letters; spaces


def shows_where_it_leads(value):
    """Refuse an address that reads as another than it is, or that could break out of where it is printed."""
    if any(sign in UNSAFE_SIGNS or unicodedata.category(sign) in UNSEEN_KINDS for sign in value):
        raise ValidationError(
            _("An address has no spaces, quotes, < or >, and no hidden signs. Copy it again from your browser."),
            code="unsafe_signs",
        )
    try:
        has_name = "@" in urlsplit(value).netloc
    except ValueError:
        return  # no address at all, as the other validator says
    if has_name:
        raise ValidationError(
            _("Leave out the name and password before the @: the site would show them, and they hide where it leads."),
            code="userinfo",
        )


class SafeURLField(models.URLField):
    """The address of a page elsewhere, which readers are sent to by https alone and can read before they follow it."""

    default_validators = [
        URLValidator(["https"], message=_("Give an address that begins with https://.")),
        shows_where_it_leads,
    ]

    def formfield(self, **kwargs):
        return super().formfield(**{"assume_scheme": "https", **kwargs})


class PlainTextarea(forms.Textarea):
    """A box for several lines; browsers end them with "\\r\\n", which would make a change of every save."""

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return value and value.replace("\r\n", "\n")


class SeveralChoicesField(models.JSONField):
    """A list of values out of `choices`, kept in the order of the choices; edited as checkboxes.

    Saving anything else raises ValidationError, validated before or not.
    """

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs):
        return forms.TypedMultipleChoiceField(
            choices=self.choices,
            widget=forms.CheckboxSelectMultiple,
            required=not self.blank,
            label=capfirst(self.verbose_name),
            help_text=self.help_text,
        )

    def validate(self, value, model_instance):
        self._refuse_unknown(value)
        if not value and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")

    def _refuse_unknown(self, value):
        known = [code for code, _ in self.choices]
        if not isinstance(value, list):
            raise ValidationError(f"“{value}” is not a list. Give a list of any of {', '.join(known)}.", code="list")
        for code in value:
            if code not in known:
                raise ValidationError(f"“{code}” is not one of {', '.join(known)}.", code="invalid_choice")

    def labels(self, value):
        """What people call the codes in `value`."""
        return [str(label) for code, label in self.choices if code in value]

    def pre_save(self, model_instance, add):
        chosen = super().pre_save(model_instance, add)
        self._refuse_unknown(chosen)
        value = [code for code, _ in self.choices if code in chosen]
        setattr(model_instance, self.attname, value)
        return value
