"""What the desk can do about a request: a form for each act, which says what it needs and does it."""

from .act import record_lines
from .giving import Assign, Review
from .states import Due, EndVisit, Link, Move, Priority
from .words import HOW, RESULTS, AskForRecords, Came, Contact, Note, Write

__all__ = ["ACTS", "HOW", "RESULTS", "offered", "record_lines"]

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
