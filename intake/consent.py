"""What somebody agrees to who sends a request. Changed words get a new version; the old ones stay in the history."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .models.request import Kind


@dataclass(frozen=True)
class Words:
    """`version` is kept with each request; `notices` stand above the box, `question` beside it."""

    version: str
    notices: tuple
    question: str


WHO_READS = _(
    "What you send is locked so that only the staff who answer requests, and the doctors they ask, can read it. "
    "Each look at it is written down."
)
WHAT_FOR = _("We use it to answer you and to plan your care, and for nothing else.")
NO_EMERGENCY = _("Nobody reads requests at night or on days off. In an emergency, call 911.")
RECORDS = _(
    "An opinion from records is not a full examination. The doctor may see you only on paper, and may need to see you "
    "before a firm answer. It does not replace the doctors who treat you."
)
QUESTION = _("I agree that the department reads and keeps this request, and I may ask for it.")

CONSENTS = {
    Kind.APPOINTMENT: Words("2026-11-appointment", (WHO_READS, WHAT_FOR, NO_EMERGENCY), QUESTION),
    Kind.SECOND_OPINION: Words("2026-11-opinion", (WHO_READS, WHAT_FOR, RECORDS, NO_EMERGENCY), QUESTION),
}
