"""Whom the patient would like to see."""

from django.utils.translation import gettext_lazy as _

from physicians.models import Patients

from ..fields import AsTyped, OneOfMany
from .people import Patient
from .step import Step, is_child


class Doctor(Step):
    KEY = "doctor"
    HEADING = _("Doctor and insurance")
    LEAD = _("You can leave any of this empty.")
    NAMES = {"physician": _("Physician"), "referring": _("Referring doctor"), "insurance": _("Insurance")}

    physician = OneOfMany(label=_("Whom would you like to see?"), required=False)
    referring = AsTyped(
        label=_("Did a doctor send you? Who?"), required=False, max_length=200, help_text=_("A name and a town.")
    )
    insurance = OneOfMany(
        label=_("What kind of insurance is it?"),
        required=False,
        help_text=_("We never ask here for a card number or a social security number."),
        choices=[
            ("", _("I would rather say later")),
            ("private", _("Through work, or bought")),
            ("medicare", _("Medicare")),
            ("medicaid", _("Medicaid")),
            ("military", _("Military or veterans")),
            ("work", _("Workers' compensation or no-fault")),
            ("none", _("None")),
            ("unsure", _("I'm not sure")),
        ],
    )

    def arrange(self):
        field = self.fields["physician"]
        field.choices = [("", _("The first who is available")), *self.about.physicians(is_child=self.is_for_a_child)]
        if self.is_for_a_child and any(who.words["patients"] == Patients.PEDIATRIC for who in self.about.surgeons):
            field.help_text = _("The patient is under 18. Those marked (Pediatric) see children and teens.")

    @property
    def is_for_a_child(self):
        return is_child(self.about.answer(Patient.KEY, "born"))
