"""What every page of questions has."""

import datetime

from django import forms
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from ..models.request import Kind

GROWN_UP_AT = 18  # years


class Step(forms.Form):
    """One page of questions. `about` (offers.About) holds what the site offers and what was answered before.

    A question's label stands on the page; its short name, where it has one in NAMES, on the list to check.
    """

    KEY = ""
    HEADING = ""
    LEAD = ""
    KINDS = Kind.values
    BESIDE = ()  # the kinds of request whose way leads past it, unless somebody turns to it
    TEMPLATE = "intake/step.html"
    NAMES = {}
    QUIET = ()  # the fields that are not shown where they are empty

    use_required_attribute = False
    do_not_call_in_templates = True  # which name the class too

    def __init__(self, about, *args, **kwargs):
        super().__init__(*args, auto_id="%s", label_suffix="", **kwargs)
        self.about = about
        self.arrange()

    @classmethod
    def holding(cls, about, kept):
        """A form that holds the answers in `kept`, as if they had been posted just now."""
        data = MultiValueDict()
        for name, field in cls.base_fields.items():
            value = kept.get(name, "")
            if isinstance(field.widget, forms.MultiWidget):
                for suffix, part in zip(field.widget.widgets_names, field.widget.decompress(value), strict=True):
                    data[f"{name}{suffix}"] = part
            else:
                data.setlist(name, value if isinstance(value, list) else [value])
        return cls(about, data)

    def arrange(self):
        """Fit the questions to what was answered before."""

    def more(self):
        """What its template needs beside the form."""
        return {}

    def to_check(self):
        """(field name, question, answer in words) for all that is shown before it is sent; the form is valid."""
        return [
            (name, str(self.NAMES.get(name, field.label)), field.words(self.cleaned_data[name]) or _("Not answered"))
            for name, field in self.fields.items()
            if self.cleaned_data[name] or name not in self.QUIET
        ]


def today():
    return timezone.localdate()


def years_ago(years):
    day = today()
    return day.replace(year=day.year - years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def is_child(born):
    """Whether somebody born on this day, written as 1961-03-27, is under 18; of an unknown day, no."""
    return bool(born) and datetime.date.fromisoformat(born) > years_ago(GROWN_UP_AT)
