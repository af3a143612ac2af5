"""What the desk can do about a request: a form for each act, which says what it needs and does it."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import codes
from ..models import Request
from ..steps import Records
from . import actions, moves, people, wordings

Status = Request.Status
HOW = [
    ("phone", _("By phone")),
    ("letter", _("By letter")),
    ("message", _("By the hospital's secure messages")),
    ("visit", _("In person")),
]
RESULTS = [
    ("reached", _("Reached them")),
    ("left_message", _("Left a message")),
    ("no_answer", _("Nobody answered")),
    ("wrong", _("Wrong number or address")),
]
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

    @property
    def _with_event(self):
        return {"event": self.cleaned_data["event"]}

    @property
    def _with_seen(self):
        return {"event": self.cleaned_data["event"], "seen": self.cleaned_data["seen"]}


class Move(Act):
    NAME, TITLE, BUTTON = "move", _("Change the status"), _("Change the status")
    DONE = _("The status is changed. The patient sees it when they check on the request.")
    FOR_REVIEWERS = True

    to = forms.ChoiceField(label=_("New status"), error_messages={"required": _("Choose the new status.")})
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


class Contact(Act):
    NAME, TITLE, BUTTON = "contact", _("I tried to reach the patient"), _("Write it down")
    DONE = _("It stands on the timeline.")

    how = forms.ChoiceField(label=_("How"), choices=HOW, initial="phone")
    result = forms.ChoiceField(
        label=_("What came of it"),
        choices=RESULTS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of it.")},
    )
    text = text_field(_("What was said"), required=False)
    again_on = Day(label=_("Try again on"), required=False, help_text=_("The request comes up again on this day."))

    def clean_again_on(self):
        return not_over(self.cleaned_data["again_on"])

    def act(self, by):
        answers = {name: self.cleaned_data[name] for name in ("how", "result", "text", "again_on")}
        return actions.log_contact(self.request, by=by, **answers, **self._with_event)


class Note(Act):
    NAME, TITLE, BUTTON = "note", _("Write a note for the desk"), _("Keep the note")
    DONE = _("The note stands on the timeline.")
    FOR_REVIEWERS = True

    text = text_field(
        _("Note"),
        help_text=_("The patient never sees it. It can't be changed afterwards: correct it by another note."),
        error_messages={"required": _("Write the note.")},
    )

    def act(self, by):
        return actions.add_note(self.request, self.cleaned_data["text"], by=by, **self._with_event)


class Write(Act):
    """In two steps: what will be read is shown before it is sent."""

    NAME, TITLE, BUTTON = "message", _("Write to the patient"), _("Show me how it will look")
    DONE = _("The message stands on the patient's status page, and a mail says that it is there.")
    TEMPLATE = "admin/intake/message.html"

    template = forms.ModelChoiceField(
        queryset=None, required=False, label=_("Begin with a template"), empty_label=_("No template")
    )
    text = text_field(
        _("Message"),
        rows=8,
        required=False,
        help_text=_(
            "The patient reads it on the status page, after reference, date of birth and a code. The mail that tells "
            "of it holds the reference alone."
        ),
    )

    USE, SHOW, SEND = "use", "show", "send"

    def arrange(self):
        self.fields["template"].queryset = wordings.offered()
        self.asked = (self.data or {}).get(f"{self.NAME}-do", self.SHOW)
        self.told = self.preview = ""

    def clean(self):
        answers = super().clean()
        if self.asked == self.USE:
            self._use(answers.get("template"))
        elif not answers.get("text") and "text" not in self.errors:
            self.add_error("text", ValidationError(_("Write the message.")))
        elif self.asked == self.SHOW and not self.errors:
            self.preview = answers["text"]
            self.told = _("This is how the patient will read it. Send it, or change it below.")
        return answers

    def _use(self, template):
        if template is None:
            self.add_error("template", ValidationError(_("Choose a template first.")))
            return
        self.data = self.data.copy()
        self.data[f"{self.NAME}-text"] = wordings.filled(template, self.request)
        self.told = _("The words of the template stand below. Change what you need.")

    def is_valid(self):
        return super().is_valid() and self.asked == self.SEND

    def act(self, by):
        template = self.cleaned_data["template"]
        wording = template.newest if template else None
        return actions.write_to_patient(
            self.request, self.cleaned_data["text"], by=by, wording=wording, **self._with_event
        )


class AskForRecords(Act):
    NAME, TITLE, BUTTON = "ask", _("Ask for missing records"), _("Ask the patient")
    DONE = _("The patient is asked by a message, and the request waits for them.")
    FOR_CLOSED = False

    lines = forms.MultipleChoiceField(
        label=_("Which"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what is missing.")},
    )
    text = text_field(
        _("More words for the patient"), rows=2, required=False, help_text=_("For example, by which day.")
    )

    def arrange(self):
        self.fields["lines"].choices = record_lines()

    def act(self, by):
        lines = self.cleaned_data["lines"]
        text = wordings.asking_for(
            [label for name, label in record_lines() if name in lines], self.cleaned_data["text"]
        )
        return actions.ask_for_records(self.request, lines, text, by=by, **self._with_event)


class Came(Act):
    NAME, TITLE, BUTTON = "came", _("Records have come"), _("Write it down")
    DONE = _("It stands on the timeline.")

    lines = forms.MultipleChoiceField(
        label=_("Which"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Discs, letters and faxes too. What was sent here stands under “Scans and reports” by itself."),
        error_messages={"required": _("Choose what has come.")},
    )

    def arrange(self):
        self.fields["lines"].choices = record_lines()

    def act(self, by):
        return actions.note_records(self.request, self.cleaned_data["lines"], by=by, **self._with_event)


class Assign(Act):
    NAME, TITLE, BUTTON = "assign", _("Assign or hand over"), _("Assign it")
    DONE = _("It is assigned.")

    to = Person(queryset=None, required=False, label=_("Who answers it"), empty_label=_("Nobody"))

    def arrange(self):
        self.fields["to"].queryset = people.coordinators()
        self.initial["to"] = self.request.owner_id or self.person.pk

    def act(self, by):
        return actions.assign(self.request, self.cleaned_data["to"], by=by, **self._with_event)


class Review(Act):
    NAME, TITLE, BUTTON = "review", _("Choose the reviewing physician"), _("Let them review it")
    DONE = _("It is changed. The physician finds the request under Requests.")

    to = Person(
        queryset=None,
        required=False,
        label=_("Who reviews it"),
        empty_label=_("Nobody"),
        help_text=_("They see this request with its files and notes, and no other."),
    )

    def arrange(self):
        self.fields["to"].queryset = people.reviewers()
        self.initial["to"] = self.request.reviewer_id

    def act(self, by):
        return actions.assign_reviewer(self.request, self.cleaned_data["to"], by=by, **self._with_event)


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


ACTS = {
    form.NAME: form
    for form in (Move, EndVisit, Contact, Write, AskForRecords, Came, Note, Assign, Review, Priority, Due, Link)
}


def offered(request, person, *, is_review, sent=None):
    """The forms that `person` can act by; `sent` is one that came back with errors, and stands in its place."""
    found = []
    for form in ACTS.values():
        if sent is not None and sent.NAME == form.NAME:
            found.append(sent)
        elif (form.FOR_REVIEWERS or not is_review) and (form.FOR_CLOSED or not request.closed_at):
            one = form(request, person, is_review=is_review)
            if one.is_offered:
                found.append(one)
    return found


def record_lines():
    return [(name, Records.base_fields[name].label) for name in Records.LINES]


def not_over(day):
    if day and day < timezone.localdate():
        raise ValidationError(_("This day is over. Choose today or a later one."))
    return day
