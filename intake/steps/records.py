"""What there is of scans and papers, and how they come; then the files themselves."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from conditions.models import Condition

from ..fields import AsTyped, OneOf
from ..files import listing
from ..models.request import Kind
from .illness import Before, Reason
from .step import Step

HERE, LATER, ASK, MAIL, NONE = "here", "later", "ask", "mail", "none"


def _choices(mailing):
    return [
        (HERE, _("I have it here")),
        (LATER, _("I will send it later")),
        (ASK, _("Please ask the hospital")),
        (MAIL, mailing),
        (NONE, _("I don't have it")),
    ]


def _line(label, help_text="", *, is_on_disc=False):
    mailing = _("I am mailing a disc") if is_on_disc else _("I am mailing a copy")
    return OneOf(label=label, required=False, help_text=help_text, choices=_choices(mailing))


def _whom(label):
    return AsTyped(label=label, required=False, max_length=200, help_text=_("For example, Valley Clinic, last spring"))


WHOM = _("Which hospital or clinic, and about when?")


class Records(Step):
    KEY = "records"
    BESIDE = (Kind.APPOINTMENT,)
    HEADING = _("Your scans and reports")
    LEAD = _("For each line, choose what fits best. You can leave any of them empty.")
    TEMPLATE = "intake/records.html"
    NAMES = {
        "mri_whom": _("Whom to ask for the MRI"),
        "ct_whom": _("Whom to ask for the CT or X-rays"),
        "report_whom": _("Whom to ask for the radiology report"),
        "operation_whom": _("Whom to ask for the operative note"),
        "pathology_whom": _("Whom to ask for the pathology report"),
        "notes_whom": _("Whom to ask for the notes"),
        "laboratory_whom": _("Whom to ask for the laboratory results"),
        "medicines_whom": _("Whom to ask for the list of medicines"),
    }
    QUIET = tuple(NAMES)
    LINES = tuple(name.removesuffix("_whom") for name in NAMES)
    NOT_FOR_APPOINTMENTS = ("notes", "laboratory", "medicines")  # they can wait for the visit

    mri = _line(_("MRI images"), is_on_disc=True)
    mri_whom = _whom(WHOM)
    ct = _line(_("CT or X-ray images"), is_on_disc=True)
    ct_whom = _whom(WHOM)
    report = _line(_("Radiology report"), _("What a doctor wrote about the images."))
    report_whom = _whom(WHOM)
    operation = _line(_("Operative note"), _("What the surgeon wrote about an operation."))
    operation_whom = _whom(WHOM)
    pathology = _line(_("Pathology report"), _("What a laboratory found in tissue that was taken out."))
    pathology_whom = _whom(WHOM)
    notes = _line(_("Notes of your doctor"))
    notes_whom = _whom(WHOM)
    laboratory = _line(_("Laboratory results"), _("Such as blood tests."))
    laboratory_whom = _whom(WHOM)
    medicines = _line(_("List of your medicines"))
    medicines_whom = _whom(WHOM)

    def arrange(self):
        asked = {*self.LINES} - {*(self.NOT_FOR_APPOINTMENTS if self.about.kind == Kind.APPOINTMENT else ())}
        if self.about.answer(Before.KEY, "surgery") == "no":
            asked.discard("operation")
        if self.about.category(self.about.answer(Reason.KEY, "condition")) not in (None, Condition.Category.TUMOR):
            asked.discard("pathology")
        for name in {*self.LINES} - asked:
            del self.fields[name], self.fields[f"{name}_whom"]

    @property
    def lines(self):
        """(question, box for whom to ask) for each that is asked."""
        return [(self[name], self[f"{name}_whom"]) for name in self.LINES if name in self.fields]

    def clean(self):
        """Whom to ask counts beside the choice to ask them, or beside none."""
        answers = super().clean()
        for name in [name for name in self.LINES if name in self.fields]:
            whom = f"{name}_whom"
            if answers.get(whom) and not answers.get(name):
                answers[name] = ASK
            if answers.get(name) != ASK:
                answers[whom] = ""
            elif whom not in self.errors and not answers[whom]:
                words = _("%(line)s: write which hospital or clinic we should ask, or choose another line.")
                self.add_error(whom, ValidationError(words, params={"line": self.fields[name].label}))
        return answers


class Files(Step):
    KEY = "files"
    BESIDE = (Kind.APPOINTMENT,)
    HEADING = _("Send your files")
    TEMPLATE = "intake/files.html"

    def more(self):
        answered = self.about.answers.get(Records.KEY, {})
        here = [str(Records.base_fields[name].label) for name in Records.LINES if answered.get(name) == HERE]
        return {"here": here, "sending": self.about.kind, **listing.shown(self.about.owner)}

    def to_check(self):
        return listing.rows(self.about.owner)
