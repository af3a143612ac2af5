"""From which status a request may go to which."""

from ..models import Request
from ..models.request import Kind

Status, Outcome = Request.Status, Request.Outcome

GIVEN_UP = (Status.DECLINED, Status.NO_REPLY, Status.WITHDRAWN)
MOVES = {
    Status.NEW: (Status.NEEDS_INFORMATION, Status.IN_REVIEW, Status.ACCEPTED, Status.SCHEDULED, *GIVEN_UP),
    Status.NEEDS_INFORMATION: (Status.IN_REVIEW, Status.ACCEPTED, Status.SCHEDULED, *GIVEN_UP),
    Status.IN_REVIEW: (Status.ACCEPTED, Status.NEEDS_INFORMATION, *GIVEN_UP),
    Status.ACCEPTED: (
        Status.SCHEDULED, Status.OPINION_IN_PROGRESS, Status.NEEDS_INFORMATION, Status.IN_REVIEW, *GIVEN_UP,
    ),
    Status.SCHEDULED: (Status.SCHEDULED, Status.OPINION_IN_PROGRESS, Status.ACCEPTED, *GIVEN_UP),
    Status.OPINION_IN_PROGRESS: (
        Status.OPINION_SENT, Status.SCHEDULED, Status.NEEDS_INFORMATION, *GIVEN_UP,
    ),
    Status.OPINION_SENT: (Status.OPINION_IN_PROGRESS,),
    Status.DECLINED: (Status.NEW,),
    Status.NO_REPLY: (Status.NEW,),
    Status.WITHDRAWN: (Status.NEW,),
    Status.DUPLICATE: (Status.NEW,),
}  # fmt: skip
OPINIONS = {Status.OPINION_IN_PROGRESS, Status.OPINION_SENT}
REVIEWS = {
    Status.IN_REVIEW: (Status.ACCEPTED, Status.NEEDS_INFORMATION),
    Status.ACCEPTED: (Status.OPINION_IN_PROGRESS,),
}  # what a reviewing physician decides
ENDS = {
    Status.OPINION_SENT: Outcome.OPINION_SENT,
    Status.DECLINED: Outcome.DECLINED,
    Status.NO_REPLY: Outcome.NO_REPLY,
    Status.WITHDRAWN: Outcome.WITHDRAWN,
    Status.DUPLICATE: Outcome.DUPLICATE,
}  # a request that comes there is closed
VISITS = (Outcome.SEEN, Outcome.NOT_SEEN)  # what comes of a visit, which closes a request too


def moves(request, *, is_review=False):
    """The statuses that `request` may go to; with `is_review` those that its reviewer may choose.

    A duplicate is linked instead (actions.link). A visit that is over is closed by its outcome.
    """
    if is_review and request.closed_at:
        return []
    if request.status == Status.SCHEDULED and request.closed_at:
        return [Status.ACCEPTED]
    found = (REVIEWS if is_review else MOVES).get(request.status, ())
    return [status for status in found if request.kind == Kind.SECOND_OPINION or status not in OPINIONS]
