"""What changes how far a request is, and when it is due."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ... import codes
from ...models import Request
from .. import actions, moves
from .act import Act, Day, not_over, text_field

Status = Request.Status


class Move(Act):
    NAME, TITLE, BUTTON = "move", _("Change the status"), _("Change the status")
    DONE = _("The status is changed. The patient sees it when they check on the request.")
    FOR_REVIEWERS = True

    to = forms.ChoiceField(
        label=_("New status"),
        error_messages={
            "required": _("Choose the new status."),
            "invalid_choice": _("Somebody changed the status meanwhile, so this can't follow any more. Choose again."),
        },
    )
    visit_on = Day(label=_("Day of the visit"), required=False, help_text=_("For “Scheduled”. The patient sees it."))
    text = text_field(
        _("Why, or to whom the patient was referred"),
        rows=2,
        required=False,
        help_text=_("For “Declined and referred on” it is needed. The patient does not see it."),
    )

    def arrange(self):
        self.choices = moves.moves(self.request, is_review=self.is_review)
        labels = dict(Status.choices)
        labels |= {Status.NEW: _("Open it again"), Status.SCHEDULED: _("Scheduled")}
        self.fields["to"].choices = [("", _("Choose one")), *((status, labels[status]) for status in self.choices)]
        if Status.SCHEDULED not in self.choices:
            del self.fields["visit_on"]

    @property
    def is_offered(self):
        return bool(self.choices)

    def clean(self):
        answers = super().clean()
        if answers.get("to") == Status.SCHEDULED and "visit_on" not in self.errors:
            if not answers.get("visit_on"):
                self.add_error("visit_on", ValidationError(_("Choose the day of the visit.")))
            elif answers["visit_on"] < timezone.localdate():
                self.add_error("visit_on", ValidationError(_("This day is over. Choose today or a later one.")))
        if answers.get("to") == Status.DECLINED and not answers.get("text"):
            self.add_error("text", ValidationError(_("Write to whom the patient was referred.")))
        return answers

    def act(self, by):
        answers = self.cleaned_data
        day = answers.get("visit_on") if answers["to"] == Status.SCHEDULED else None
        return actions.move(self.request, answers["to"], by=by, text=answers["text"], visit_on=day, **self._with_seen)


class EndVisit(Act):
    NAME, TITLE, BUTTON = "visit", _("What came of the visit"), _("Record it and close the request")
    DONE = _("The outcome is recorded, and the request is closed.")
    FOR_CLOSED = False

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[(outcome.value, outcome.label) for outcome in moves.VISITS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of the visit.")},
    )
    on = Day(label=_("On which day"), error_messages={"required": _("Choose the day.")})
    text = text_field(_("Anything else"), rows=2, required=False)

    def arrange(self):
        self.initial["on"] = self.request.visit_on

    @property
    def is_offered(self):
        return self.request.status == Status.SCHEDULED

    def clean_on(self):
        if self.cleaned_data["on"] > timezone.localdate():
            raise ValidationError(_("This day has not come yet. Record the outcome when the visit is over."))
        return self.cleaned_data["on"]

    def act(self, by):
        answers = self.cleaned_data
        return actions.end_visit(
            self.request, answers["outcome"], on=answers["on"], by=by, text=answers["text"], **self._with_seen
        )


class Priority(Act):
    NAME, TITLE, BUTTON = "priority", _("Change the priority"), _("Change the priority")
    DONE = _("The priority is changed, and by when it is due.")
    FOR_CLOSED = False

    priority = forms.TypedChoiceField(label=_("Priority"), coerce=int, choices=Request.Priority.choices)
    why = text_field(_("Why"), rows=2, error_messages={"required": _("Say why, for whoever reads it later.")})

    def arrange(self):
        self.initial["priority"] = self.request.priority

    def act(self, by):
        answers = self.cleaned_data
        return actions.set_priority(self.request, answers["priority"], by=by, why=answers["why"], **self._with_event)


class Due(Act):
    NAME, TITLE, BUTTON = "due", _("Look at it again on another day"), _("Set the day")
    DONE = _("The request comes up again on that day.")
    FOR_CLOSED = False

    day = Day(label=_("Day"), error_messages={"required": _("Choose the day.")})
    why = text_field(_("Why"), rows=2, required=False)

    def clean_day(self):
        return not_over(self.cleaned_data["day"])

    def act(self, by):
        answers = self.cleaned_data
        return actions.set_due(self.request, answers["day"], by=by, why=answers["why"], **self._with_event)


class Link(Act):
    NAME, TITLE, BUTTON = "link", _("It is a duplicate"), _("Close it as a duplicate")
    DONE = _("It is closed. What the patient sent is answered under the other reference.")
    FOR_CLOSED = False

    reference = forms.CharField(
        label=_("Reference of the request that is answered"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type the reference of the other request.")},
    )

    def clean_reference(self):
        other = Request.objects.filter(reference=codes.as_written(self.cleaned_data["reference"])).first()
        if other is None:
            raise ValidationError(_("No request has this reference. Compare it with the list."))
        if other.pk == self.request.pk:
            raise ValidationError(_("This is the request itself. Type the reference of the other one."))
        if other.duplicate_of_id:
            raise ValidationError(_("That one is a duplicate itself. Link this one to the request that is answered."))
        return other

    def act(self, by):
        return actions.link(self.request, self.cleaned_data["reference"], by=by, **self._with_seen)
