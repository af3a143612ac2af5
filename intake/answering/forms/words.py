"""What is said to the patient or written down, and which records have come."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .. import actions, wordings
from .act import Act, Day, not_over, record_lines, text_field

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
        elif not self.errors and not self._is_to_be_sent(answers["text"]):
            self.preview = answers["text"]
            self.told = _("This is how the patient will read it. Send it, or change it below.")
        return answers

    def _is_to_be_sent(self, text):
        """Whether somebody pressed “Send it” below these very words."""
        return self.asked == self.SEND and self.data.get(f"{self.NAME}-shown", "") == text

    def _use(self, template):
        if template is None:
            self.add_error("template", ValidationError(_("Choose a template first.")))
            return
        self.data = self.data.copy()
        self.data[f"{self.NAME}-text"] = wordings.filled(template, self.request)
        self.told = _("The words of the template stand below. Change what you need.")

    def is_valid(self):
        return super().is_valid() and self._is_to_be_sent(self.cleaned_data["text"])

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
