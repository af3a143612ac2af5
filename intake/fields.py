"""The fields that the forms for patients are made of, and how what they hold reads."""

import datetime

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from publishing.fields import PlainTextarea

REGION = "US"  # of phone numbers without a country code
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
PARTS = ("month", "day", "year")


class AsTyped(forms.CharField):
    """Text that is kept as it was typed, spaces at its ends included; all spaces count as nothing.

    Of fields that are each `is_one_of_several`, one at least is needed.
    """

    def __init__(self, *, is_one_of_several=False, **kwargs):
        self.is_one_of_several = is_one_of_several
        super().__init__(**{"strip": False, **kwargs})

    def to_python(self, value):
        value = super().to_python(value)
        return value if value.strip() else self.empty_value

    def clean(self, value):
        value = self.to_python(value)
        if "\0" in value:
            raise ValidationError(_("Please type this again: it holds a sign that cannot be kept."), code="nul")
        if self.max_length and len(value) > self.max_length:
            more = len(value) - self.max_length
            raise ValidationError(
                ngettext(
                    "Please shorten this: it is one sign longer than the %(most)s that fit.",
                    "Please shorten this: it is %(more)s signs longer than the %(most)s that fit.",
                    more,
                ),
                code="max_length",
                params={
                    "more": formats.number_format(more, force_grouping=True),
                    "most": formats.number_format(self.max_length, force_grouping=True),
                },
            )
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        self.run_own_validators(value)
        return value

    def run_own_validators(self, value):
        pass

    def widget_attrs(self, widget):
        return {}  # no maxlength: a browser would cut what is pasted, without a word

    def words(self, value):
        return value


class LongText(AsTyped):
    """Several lines; browsers' line ends become one sign each. A script counts what is left."""

    widget = PlainTextarea

    def __init__(self, *, rows=5, **kwargs):
        self.rows = rows
        super().__init__(**kwargs)

    def widget_attrs(self, widget):
        return {"rows": self.rows, "data-most": self.max_length}


class Phone(AsTyped):
    """A phone number, of this country or with its country's code, kept as it was typed."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})

    def run_own_validators(self, value):
        try:
            possible = not value or phonenumbers.is_possible_number(phonenumbers.parse(value, REGION))
        except phonenumbers.NumberParseException:
            possible = False
        if not possible:
            raise ValidationError(
                _("Enter a phone number with its area code, such as 212-555-0142. Outside the US, begin with + and "
                  "the country code."),
                code="phone",
            )  # fmt: skip


class Email(AsTyped):
    widget = forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"})

    def to_python(self, value):
        return super().to_python(value).strip()

    def run_own_validators(self, value):
        if value:
            try:
                forms.EmailField().clean(value)
            except ValidationError as error:
                raise ValidationError(
                    _("Enter an email address in the form name@example.com."), code="email"
                ) from error


class DateWidget(forms.MultiWidget):
    """Three boxes: month, day and year."""

    template_name = "intake/date.html"

    def __init__(self, autocompletes=()):
        boxes = {part: forms.TextInput(attrs={"inputmode": "numeric"}) for part in PARTS}
        for part, autocomplete in autocompletes:
            boxes[part].attrs["autocomplete"] = autocomplete
        super().__init__(boxes)

    def decompress(self, value):
        if not value:
            return ["", "", ""]
        year, month, day = value.split("-")
        return [month.lstrip("0"), day.lstrip("0"), year]

    def id_for_label(self, id_):
        return f"{id_}_0"


class Date(forms.Field):
    """A day, as text like 1961-03-27, or "" for none. `what` begins its errors, such as “The date of birth”."""

    def __init__(self, *, what, earliest=None, latest=None, autocompletes=(), **kwargs):
        super().__init__(**{"widget": DateWidget(autocompletes), **kwargs})
        self.what, self.earliest, self.latest = what, earliest, latest

    def clean(self, value):
        typed = [(part or "").strip() for part in value or ["", "", ""]]
        if not any(typed):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return ""
        missing = [str(_(part)) for part, text in zip(PARTS, typed, strict=True) if not text]
        if missing:
            raise ValidationError(
                _("%(what)s needs a %(parts)s too."),
                code="incomplete",
                params={"what": self.what, "parts": _(" and a ").join(missing)},
            )
        return self._day(*typed).isoformat()

    def _day(self, month, day, year):
        if len(year) != 4 or not (year.isascii() and year.isdecimal()):
            raise ValidationError(_("Write the year with four digits, such as 1961."), code="year")
        months = [number for number, name in enumerate(MONTHS, 1) if month.lower()[:3] == name]
        try:
            found = datetime.date(int(year), months[0] if months else _number(month), _number(day))
        except ValueError as error:
            raise ValidationError(
                _("%(what)s is no day of the calendar. Check the month, such as 3, and the day, such as 27."),
                code="no_day",
                params={"what": self.what},
            ) from error
        for limit, is_outside, words in (
            (self.earliest, found.__lt__, _("%(what)s must be %(day)s or later.")),
            (self.latest, found.__gt__, _("%(what)s must be %(day)s or earlier.")),
        ):
            if limit and is_outside(limit()):
                params = {"what": self.what, "day": formats.date_format(limit())}
                raise ValidationError(words, code="outside", params=params)
        return found

    def words(self, value):
        return formats.date_format(datetime.date.fromisoformat(value)) if value else ""


def _grouped(number):
    return formats.number_format(number, force_grouping=True)


def _number(text):
    if not (text.isascii() and text.isdecimal() and len(text) <= 2):
        raise ValueError
    return int(text)


class OneOf(forms.ChoiceField):
    """One choice out of a few, shown at once."""

    widget = forms.RadioSelect

    def words(self, value):
        return str(dict(self.choices).get(value, ""))


class OneOfMany(OneOf):
    """One choice out of a long list."""

    widget = forms.Select


class SeveralOf(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def words(self, value):
        return "\n".join(str(label) for code, label in self.choices if code in value)
