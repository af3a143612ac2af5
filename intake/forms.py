from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from record.noting import LONGEST_WHY

from . import codes, finding
from .models import Request

SHORTEST_WHY = 10


class WhyForm(forms.Form):
    """Why a request is kept, or no longer."""

    why = forms.CharField(
        label=_("Why"),
        min_length=SHORTEST_WHY,
        max_length=LONGEST_WHY,
        help_text=_("It goes on record, so name no patient in it: “The legal office asked for it on March 3.”"),
        error_messages={
            "required": _("Say why, in a few words."),
            "min_length": _("Say why in ten characters or more, so that it is clear in a year."),
        },
    )

    def __init__(self, *args):
        super().__init__(*args, label_suffix="")


class EraseForm(WhyForm):
    """Why a request is erased before its time, and which others of the same patient go with it."""

    others = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    sure = forms.BooleanField(
        label=_("I have compared the reference with the patient, and know that nobody can bring this back."),
        error_messages={"required": _("Check the box if you are sure.")},
    )

    def __init__(self, others, *args):
        super().__init__(*args)
        self.fields["others"].choices = [(str(other.pk), other.reference) for other in others]
        self.fields["others"].label = _("Erase these too; they seem to be of the same patient")
        if not others:
            self.fields["others"].widget = forms.MultipleHiddenInput()
        self.order_fields(["others", "why", "sure"])


class SearchForm(forms.Form):
    """What is known of a patient; a request has to match all of it."""

    MOST = 50

    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=200,
        help_text=_("First and last name, or the last name alone, in full: parts of names find nothing."),
    )
    born = forms.DateField(
        label=_("Date of birth"),
        required=False,
        input_formats=["%m/%d/%Y", "%Y-%m-%d", "%B %d, %Y", "%b %d, %Y", "%m-%d-%Y", "%m %d %Y"],
        help_text=_("For example, 3/27/1961"),
        error_messages={"invalid": _("Type the date as 3/27/1961.")},
    )
    phone = forms.CharField(label=_("Phone number"), required=False, max_length=40)
    email = forms.CharField(label=_("Email address"), required=False, max_length=254)
    reference = forms.CharField(label=_("Reference"), required=False, max_length=40)

    def __init__(self, *args):
        super().__init__(*args, label_suffix="")
        for field in self.fields.values():
            field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean(self):
        answers = super().clean()
        for purpose, words in (
            ("phone", _("Type the whole number with its area code, such as 212-555-0142.")),
            ("name", _("Type at least one whole name.")),
        ):
            if answers.get(purpose) and not finding.normal(purpose, answers[purpose]):
                self.add_error(purpose, ValidationError(words))
        if not self.errors and not any(answers.values()):
            raise ValidationError(_("Type what you know of the patient, in one box at least."))
        return answers

    @property
    def used(self):
        """The names of the boxes that somebody typed into."""
        return [name for name, value in self.cleaned_data.items() if value]

    def found(self):
        """The requests that match, the newest first."""
        answers = self.cleaned_data
        sought = {name: answers[name] for name in ("name", "phone", "email")}
        sought["born"] = answers["born"].isoformat() if answers["born"] else ""
        found = finding.find(**sought) if any(sought.values()) else Request.objects.all()
        if answers["reference"]:
            found = found.filter(reference=codes.as_written(answers["reference"]))
        return found.select_related("owner").defer("key", "words").order_by("-received_at")


class ReferenceForm(forms.Form):
    """Which request it is about, by its reference."""

    reference = forms.CharField(
        label=_("Reference"),
        max_length=40,
        help_text=_("As the patient has it: RK4P-7XMA-9QTC. Small letters and spaces do no harm."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type the reference of the request.")},
    )

    def __init__(self, *args):
        super().__init__(*args, label_suffix="")

    def clean_reference(self):
        """The key of the request."""
        reference = codes.as_written(self.cleaned_data["reference"])
        key = Request.objects.filter(reference=reference).values_list("pk", flat=True).first()
        if key is None:
            raise ValidationError(_("No request has this reference. It may be erased already, or be mistyped."))
        return key
