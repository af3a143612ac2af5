"""What happened to a request, in words, the oldest first."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..kms import Unreachable
from ..models import Event, Request
from ..sealing import Unreadable
from . import people
from .forms import HOW, RESULTS, record_lines

Kind = Event.Kind
CLOSED = (Unreadable, Unreachable, OSError)


@dataclass(frozen=True)
class Line:
    at: datetime
    who: str
    heading: str
    text: str = ""


def lines_of(request):
    """The Lines of a request; one that does not open says so."""
    messages = {str(message.pk): message for message in request.messages.all()}
    events = list(request.events.select_related("by"))
    found = [] if any(event.kind == Kind.CAME for event in events) else [Line(request.received_at, "", _("It came"))]
    return found + [_line(event, messages) for event in events]


def records_come(request):
    """The record lines that somebody said have come."""
    came = set()
    for event in request.events.filter(kind=Kind.RECORDS):
        try:
            came.update(event.unsealed().get("came", ()))
        except CLOSED:
            continue
    return came


def _line(event, messages):
    who = people.name_of(event.by) if event.by else ""
    try:
        heading, text = SAID[event.kind](event.unsealed(), messages)
    except CLOSED:
        heading, text = _("This entry can't be opened"), ""
    return Line(event.at, who, heading, text)


def _came(words, messages):
    return _("Taken down on the phone"), ""


def _moved(words, messages):
    to = Request.Status(words["to"]).label
    if words.get("outcome"):
        outcome = Request.Outcome(words["outcome"]).label
        return _("Closed: %(outcome)s, on %(day)s") % {"outcome": outcome, "day": _day(words["on"])}, words["text"]
    if words.get("visit_on"):
        return _("%(status)s: %(day)s") % {"status": to, "day": _day(words["visit_on"])}, words["text"]
    return to, words.get("text", "")


def _assigned(words, messages):
    return (_("Assigned to %s") % words["to"] if words["to"] else _("Assigned to nobody")), ""


def _reviewer(words, messages):
    return (_("To be reviewed by %s") % words["to"] if words["to"] else _("Reviewed by nobody")), ""


def _priority(words, messages):
    return _("Priority: %s") % Request.Priority(words["to"]).label, words["text"]


def _due(words, messages):
    return _("Comes up again on %s") % _day(words["on"]), words["text"]


def _contact(words, messages):
    heading = _("%(how)s: %(result)s") % {"how": dict(HOW)[words["how"]], "result": dict(RESULTS)[words["result"]]}
    again = _("Try again on %s") % _day(words["again"]) if words["again"] else ""
    return heading, "\n".join(filter(None, [words["text"], again]))


def _note(words, messages):
    return _("Note"), words["text"]


def _message(words, messages):
    message = messages.get(words["message"])
    return _("Message to the patient"), message.unsealed()["text"] if message else ""


def _records(words, messages):
    labels = dict(record_lines())
    listed = ", ".join(str(labels.get(line, line)) for line in words.get("asked") or words.get("came", ()))
    return (_("Asked for records") if words.get("asked") else _("Records have come")), listed


def _linked(words, messages):
    return _("A duplicate of it: %s") % words["other"], ""


def _day(text):
    return date_format(date.fromisoformat(text), "F j, Y")


SAID = {
    Kind.CAME: _came,
    Kind.MOVED: _moved,
    Kind.ASSIGNED: _assigned,
    Kind.REVIEWER: _reviewer,
    Kind.PRIORITY: _priority,
    Kind.DUE: _due,
    Kind.CONTACT: _contact,
    Kind.NOTE: _note,
    Kind.MESSAGE: _message,
    Kind.RECORDS: _records,
    Kind.LINKED: _linked,
}
