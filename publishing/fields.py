"""Small fields that several content models share."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models


def lines(text):
    """The non-empty lines of `text`, each without space around it."""
    return [line.strip() for line in text.splitlines() if line.strip()]


class SeveralChoicesField(models.JSONField):
    """A list of values out of `choices`, kept in the order of the choices; edited as checkboxes."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs):
        return forms.TypedMultipleChoiceField(
            choices=self.choices,
            widget=forms.CheckboxSelectMultiple,
            required=not self.blank,
            label=self.verbose_name.capitalize(),
            help_text=self.help_text,
        )

    def validate(self, value, model_instance):
        known = [code for code, _ in self.choices]
        unknown = [code for code in value if code not in known] if isinstance(value, list) else [value]
        if unknown:
            raise ValidationError(f"{unknown[0]} is not one of {', '.join(known)}.")
        if not value and not self.blank:
            raise ValidationError(self.error_messages["blank"], code="blank")

    def pre_save(self, model_instance, add):
        chosen = super().pre_save(model_instance, add)
        value = [code for code, _ in self.choices if code in chosen]
        setattr(model_instance, self.attname, value)
        return value

    def words(self, value):
        """The labels of the codes in `value`."""
        return [str(label) for code, label in self.choices if code in value]
