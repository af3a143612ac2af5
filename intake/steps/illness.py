"""What the patient has, what was done about it, and what they were told and want to know."""

import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..fields import AsTyped, Date, LongText, OneOf, OneOfMany, SeveralOf
from ..models.request import Kind
from .step import Step, today

NONE = "none"
MOST_SIGNS = 1000  # of the patient's own words in one answer


class Signs(Step):
    KEY = "signs"
    HEADING = _("Is any of this happening now?")
    LEAD = _("Some problems cannot wait for an appointment. Check all that you have, or “None of these”.")
    NAMES = {"now": _("Needs 911"), "today": _("Needs help today")}
    QUIET = ("today",)

    now = SeveralOf(
        label=_("Right now"), error_messages={"required": _("Choose what is happening now, or “None of these”.")}
    )
    today = SeveralOf(label=_("In the last days"), required=False)

    def arrange(self):
        self.fields["now"].choices = [*self.about.signs("call_911"), (NONE, _("None of these"))]
        self.fields["today"].choices = self.about.signs("call_today")
        if not self.fields["today"].choices:
            del self.fields["today"]

    def clean_now(self):
        chosen = self.cleaned_data["now"]
        if NONE in chosen and len(chosen) > 1:
            raise ValidationError(
                _("You chose “None of these” and something else too. Take one of them back."), code="both"
            )
        return chosen


class Reason(Step):
    KEY = "reason"
    HEADING = _("What is the problem?")
    NAMES = {"condition": _("Condition"), "problem": _("The problem"), "how_long": _("For how long")}

    condition = OneOfMany(
        label=_("Which condition is it about?"),
        error_messages={"required": _("Choose a condition, or “I'm not sure”.")},
    )
    problem = LongText(
        label=_("Tell us in your own words"),
        max_length=MOST_SIGNS,
        help_text=_("Where does it hurt or feel weak? What can you not do because of it?"),
        error_messages={"required": _("Write a few words about the problem.")},
    )
    how_long = OneOf(
        label=_("How long have you had it?"),
        choices=[
            ("days", _("Days")),
            ("weeks", _("Weeks")),
            ("months", _("Months")),
            ("year", _("A year or more")),
            ("unsure", _("I'm not sure")),
        ],
        error_messages={"required": _("Choose how long, or “I'm not sure”.")},
    )

    def arrange(self):
        self.fields["condition"].choices = [
            ("", _("Choose one")),
            ("unsure", _("I'm not sure")),
            ("other", _("Another one; I tell about it below")),
            *self.about.conditions(),
        ]


class Before(Step):
    KEY = "before"
    HEADING = _("What has been done so far?")
    NAMES = {
        "tried": _("Tried so far"),
        "surgery": _("Earlier spine surgery"),
        "surgery_words": _("About that surgery"),
    }
    QUIET = ("surgery_words",)

    tried = SeveralOf(
        label=_("What have you tried?"),
        required=False,
        choices=[
            ("rest", _("Rest, heat or cold")),
            ("medicine", _("Medicine for pain")),
            ("therapy", _("Physical therapy")),
            ("chiropractic", _("A chiropractor")),
            ("shots", _("Shots in the back or neck")),
            ("brace", _("A brace")),
            ("other", _("Something else")),
        ],
    )
    surgery = OneOf(
        label=_("Has the patient had surgery on the spine before?"),
        choices=[("no", _("No")), ("yes", _("Yes")), ("unsure", _("I'm not sure"))],
        error_messages={"required": _("Choose whether there was surgery on the spine before.")},
    )
    surgery_words = LongText(label=_("If yes: which surgery, and about when?"), required=False, max_length=500)


class Diagnosis(Step):
    KEY = "diagnosis"
    KINDS = (Kind.SECOND_OPINION,)
    HEADING = _("What were you told?")
    NAMES = {
        "diagnosis": _("Diagnosis given"),
        "given_by": _("Given by"),
        "given_when": _("About when"),
        "treatment": _("Treatment proposed"),
        "surgery_on": _("Surgery planned for"),
    }

    diagnosis = LongText(
        label=_("What diagnosis were you given?"),
        max_length=500,
        rows=3,
        help_text=_("Your own words are fine. If you don't know, write “not sure”."),
        error_messages={"required": _("Write what you were told, or “not sure”.")},
    )
    given_by = AsTyped(label=_("Who gave it?"), required=False, max_length=200, help_text=_("A doctor or a clinic."))
    given_when = AsTyped(
        label=_("About when?"), required=False, max_length=100, help_text=_("For example, last spring")
    )
    treatment = LongText(label=_("What treatment was proposed?"), required=False, max_length=500, rows=3)
    surgery_on = Date(
        label=_("If surgery is planned: for which day?"),
        what=_("The day of the surgery"),
        earliest=today,
        latest=lambda: datetime.date(today().year + 5, 12, 31),
        required=False,
        help_text=_("Leave it empty if there is no date. For example, 3 27 2030"),
    )


class Questions(Step):
    KEY = "questions"
    KINDS = (Kind.SECOND_OPINION,)
    HEADING = _("Your questions")
    LEAD = _("What do you want to know? Ask one to five questions.")
    NAMES = {"form": _("How you want the opinion")}
    QUIET = ("question_2", "question_3", "question_4", "question_5")

    question_1 = LongText(
        label=_("First question"),
        max_length=300,
        rows=2,
        error_messages={"required": _("Write one question at least.")},
    )
    question_2 = LongText(label=_("Second question"), required=False, max_length=300, rows=2)
    question_3 = LongText(label=_("Third question"), required=False, max_length=300, rows=2)
    question_4 = LongText(label=_("Fourth question"), required=False, max_length=300, rows=2)
    question_5 = LongText(label=_("Fifth question"), required=False, max_length=300, rows=2)
    form = OneOf(
        label=_("How would you like to have the opinion?"),
        choices=[
            ("written", _("In writing, from my records")),
            ("video", _("By video")),
            ("visit", _("At a visit")),
            ("unsure", _("I'm not sure")),
        ],
        error_messages={"required": _("Choose how you would like to have the opinion, or “I'm not sure”.")},
    )
