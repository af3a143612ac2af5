"""Who asks, who the patient is, and how to reach and welcome them."""

import datetime
from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..fields import AsTyped, Date, Email, LongText, OneOf, OneOfMany, Phone, SeveralOf
from ..places import PLACES
from .step import Step, today

BirthDate = partial(
    Date, what=_("The date of birth"), earliest=lambda: datetime.date(today().year - 125, 1, 1), latest=today
)


class Asking(Step):
    KEY = "asking"
    HEADING = _("Who is asking?")
    NAMES = {"asker": _("Who is asking"), "asker_name": _("Name of who asks")}
    QUIET = ("asker_name",)

    PATIENT, PARENT, CARER, OFFICE = "patient", "parent", "carer", "office"
    asker = OneOf(
        label=_("I am"),
        choices=[
            (PATIENT, _("The patient")),
            (PARENT, _("The patient's parent or guardian")),
            (CARER, _("A family member or carer who may speak for the patient")),
            (OFFICE, _("A doctor's office")),
        ],
        error_messages={"required": _("Choose who is asking.")},
    )
    asker_name = AsTyped(
        label=_("Your name, if you are not the patient"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
    )

    def clean(self):
        answers = super().clean()
        if answers.get("asker", self.PATIENT) != self.PATIENT and not answers.get("asker_name", "-"):
            self.add_error("asker_name", ValidationError(_("Enter your own name, so that we know whom to ask for.")))
        return answers


class Patient(Step):
    KEY = "patient"
    HEADING = _("The patient")
    NAMES = {"given": _("First name"), "family": _("Last name"), "born": _("Date of birth"), "place": _("Lives in")}

    given = AsTyped(
        label=_("First name"),
        max_length=200,
        help_text=_("With middle names, if the insurance card has them."),
        error_messages={"required": _("Enter the patient's first name.")},
    )
    family = AsTyped(
        label=_("Last name"), max_length=200, error_messages={"required": _("Enter the patient's last name.")}
    )
    born = BirthDate(
        label=_("Date of birth"),
        help_text=_("For example, 3 27 1961"),
        error_messages={"required": _("Enter the date of birth.")},
    )
    place = OneOfMany(
        label=_("State or country where the patient lives"),
        choices=[("", _("Choose one")), *PLACES],
        help_text=_("It tells us by which laws a doctor may advise you."),
        error_messages={"required": _("Choose the state, or “Outside the United States”.")},
    )

    def arrange(self):
        is_own = self.about.answer(Asking.KEY, "asker") == Asking.PATIENT
        if is_own:
            for name, autocomplete in (("given", "given-name"), ("family", "family-name")):
                self.fields[name].widget.attrs["autocomplete"] = autocomplete
            for box, part in zip(self.fields["born"].widget.widgets, ("month", "day", "year"), strict=True):
                box.attrs["autocomplete"] = f"bday-{part}"
        for name in ("given", "family"):
            self.fields[name].widget.attrs["spellcheck"] = "false"


class Reach(Step):
    KEY = "reach"
    HEADING = _("How can we reach you?")
    LEAD = _("Give a phone number, an email address, or both.")
    NAMES = {
        "phone": _("Phone"),
        "email": _("Email"),
        "way": _("Best way"),
        "times": _("Best times"),
        "message": _("May we leave a message"),
    }

    phone = Phone(
        label=_("Phone number"),
        required=False,
        is_one_of_several=True,
        max_length=40,
        help_text=_("For example, 212-555-0142"),
    )
    email = Email(
        label=_("Email address"),
        required=False,
        is_one_of_several=True,
        max_length=254,
        help_text=_("We write there that your request came, never what is in it."),
    )
    way = OneOf(
        label=_("How would you like us to reach you?"),
        required=False,
        choices=[("phone", _("By phone")), ("email", _("By email")), ("any", _("Either way"))],
    )
    times = SeveralOf(
        label=_("When is a good time to call?"),
        required=False,
        choices=[("morning", _("Morning")), ("noon", _("Around noon")), ("afternoon", _("Afternoon"))],
    )
    message = OneOf(
        label=_("If nobody answers, may we leave a message?"),
        choices=[("yes", _("Yes")), ("callback", _("Only that we called")), ("no", _("No"))],
        error_messages={"required": _("Choose whether we may leave a message.")},
    )

    def clean(self):
        answers = super().clean()
        if not {"phone", "email"} & self.errors.keys():
            if not answers["phone"] and not answers["email"]:
                self.add_error("phone", ValidationError(_("Enter a phone number or an email address.")))
            for way, words in (
                ("phone", _("Enter the phone number to call, or choose another way.")),
                ("email", _("Enter the email address to write to, or choose another way.")),
            ):
                if answers.get("way") == way and not answers[way] and way not in self.errors:
                    self.add_error(way, ValidationError(words))
        return answers


class Language(Step):
    KEY = "language"
    HEADING = _("Language and access")
    NAMES = {"language": _("Language"), "interpreter": _("Interpreter"), "access": _("Access needs")}

    language = AsTyped(
        label=_("Which language do you like to speak?"),
        required=False,
        max_length=100,
        help_text=_("You can leave it empty for English."),
    )
    interpreter = OneOf(
        label=_("Do you need an interpreter? It costs nothing."),
        choices=[
            ("no", _("No")),
            ("spoken", _("Yes, for a spoken language")),
            ("asl", _("Yes, American Sign Language")),
            ("other", _("Yes, another kind; I say below which")),
        ],
        error_messages={"required": _("Choose whether you need an interpreter.")},
    )
    access = LongText(
        label=_("What else should we make ready?"),
        required=False,
        max_length=500,
        help_text=_("For example, a wheelchair, large print, a quiet room, or a person who comes with you."),
    )
