"""What each form of the desk has, and the fields that they are made of."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ...steps import Records
from .. import people

LONGEST = 3000  # characters of one text


class Day(forms.DateField):
    """A day, chosen from the browser's calendar or typed."""

    def __init__(self, **kwargs):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        errors = {"invalid": _("Type the day as 2027-03-15, or choose it.")}
        super().__init__(widget=widget, error_messages={**errors, **kwargs.pop("error_messages", {})}, **kwargs)


class Person(forms.ModelChoiceField):
    def label_from_instance(self, person):
        return people.name_of(person)


def text_field(label, *, rows=3, **more):
    return forms.CharField(label=label, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows}), **more)


class Act(forms.Form):
    """One thing that can be done. `event` makes a form that is sent twice do it once; `seen` is what its sender saw."""

    NAME = ""
    TITLE = ""
    BUTTON = ""
    DONE = _("Done.")
    FOR_REVIEWERS = False
    FOR_CLOSED = True
    TEMPLATE = "admin/intake/act.html"

    use_required_attribute = False
    event = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, request, person, data=None, *, is_review=False):
        self.request = request
        self.person = person
        self.is_review = is_review
        first = {"event": uuid.uuid4(), "seen": request.status}
        super().__init__(data, prefix=self.NAME, initial=first, auto_id="%s", label_suffix="")
        self.arrange()

    def arrange(self):
        """Fit the form to the request."""

    @property
    def is_offered(self):
        return True

    def act(self, by):
        """Do it; raises actions.Stale."""
        raise NotImplementedError

    def see_anew(self):
        """Let the form, when it is sent again, count as decided on what is shown now."""
        self.data = self.data.copy()
        self.data[f"{self.NAME}-seen"] = self.request.status

    @property
    def _with_event(self):
        return {"event": self.cleaned_data["event"]}

    @property
    def _with_seen(self):
        return {"event": self.cleaned_data["event"], "seen": self.cleaned_data["seen"]}


def record_lines():
    return [(name, Records.base_fields[name].label) for name in Records.LINES]


def not_over(day):
    if day and day < timezone.localdate():
        raise ValidationError(_("This day is over. Choose today or a later one."))
    return day
