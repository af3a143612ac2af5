from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from record.noting import LONGEST_WHY

from . import codes
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
