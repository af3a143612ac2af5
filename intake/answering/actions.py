"""What the desk does about a request. Each act locks it, is on record by `by`, and leaves an Event on its timeline.

Acts take the key of their Event, where the form brings one: what was done already under this key is not done again.
They return whether they did anything. What somebody decided while seeing another state is refused as Stale.
"""

import uuid
from contextlib import contextmanager
from functools import wraps

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from record.models import Action
from record.noting import failures_noted, note

from .. import desk, notices
from ..models import Event, Message, Request
from . import moves as moving
from . import people

Kind, Status = Event.Kind, Request.Status


class Stale(Exception):
    """The request is not as it was when this was decided; says how it is, for people."""


class Again(Exception):
    """This was done already."""


@contextmanager
def _acting(request, event):
    """The request, locked; saved as it stands at the end. Raises Again where `event` stands on a timeline already."""
    with failures_noted(), transaction.atomic():
        current = Request.objects.select_for_update(no_key=True).get(pk=request.pk)
        if Event.objects.filter(pk=event).exists():
            raise Again
        yield current
        current.save()


def once(act):
    """An act that says False where it was done already."""

    @wraps(act)
    def done(request, *args, event=None, **kwargs):
        event = event or uuid.uuid4()
        try:
            with _acting(request, event) as current:
                act(current, *args, event=event, **kwargs)
        except Again:
            return False
        request.refresh_from_db()
        return True

    return done


@once
def move(request, to, *, by, seen, text="", visit_on=None, event):
    """Let `request`, whose status was `seen`, go to the status `to`; `text` is why, or whom it was referred to.

    `visit_on` is the day of a visit that is scheduled. Raises Stale.
    """
    _check_seen(request.status, seen, request)
    if to not in moving.moves(request):
        raise Stale(_("A request that is “%(status)s” can't go there.") % {"status": request.get_status_display()})
    _move(request, to, by=by, text=text, visit_on=visit_on, event=event)


@once
def end_visit(request, outcome, *, on, by, seen, text="", event):
    """Close a scheduled `request` by what came of the visit (Request.Outcome) on the day `on`."""
    _check_seen(request.status, seen, request)
    if request.status != Status.SCHEDULED or request.closed_at or outcome not in moving.VISITS:
        raise Stale(_("There is no visit to be closed any more."))
    note(by, Action.CHANGE, request, detail=f"outcome: {outcome}")
    _close(request, outcome, on)
    _write(
        request, Kind.MOVED, by, {"to": request.status, "outcome": outcome, "on": on.isoformat(), "text": text}, event
    )


@once
def link(request, other, *, by, seen, event):
    """Close `request` as a duplicate of `other`, which is answered instead."""
    _check_seen(request.status, seen, request)
    if request.closed_at or other.pk == request.pk or other.duplicate_of_id:
        raise Stale(_("Link it to another request that is no duplicate itself."))
    request.duplicate_of = other
    _move(request, Status.DUPLICATE, by=by, text=other.reference, event=event)
    _write(other, Kind.LINKED, by, {"other": request.reference}, uuid.uuid4())


@once
def assign(request, to, *, by, event):
    """Let the coordinator `to` answer `request`; None for nobody."""
    note(by, Action.CHANGE, request, detail=f"owner: user {to.pk if to else '-'}")
    request.owner = to
    _write(request, Kind.ASSIGNED, by, {"to": people.name_of(to) if to else ""}, event)


@once
def assign_reviewer(request, to, *, by, event):
    """Let the physician `to` see and review `request`, and whoever reviewed it before no longer; None for nobody."""
    note(by, Action.CHANGE, request, detail=f"reviewer: user {to.pk if to else '-'}")
    request.reviewer = to
    _write(request, Kind.REVIEWER, by, {"to": people.name_of(to) if to else ""}, event)


@once
def set_priority(request, priority, *, by, why, event):
    """Change how soon `request` has to be answered, for the reason `why`."""
    note(by, Action.CHANGE, request, detail=f"priority: {request.priority} to {priority}")
    words = {"from": request.priority, "to": priority, "text": why}
    request.priority = priority
    _set_due(request)
    _write(request, Kind.PRIORITY, by, words, event)


@once
def set_due(request, day, *, by, why="", event):
    """Have `request` come up again when the desk closes on `day`."""
    if request.closed_at:
        raise Stale(_("The request is closed, so nothing about it is due."))
    note(by, Action.CHANGE, request, detail="due")
    request.due_at = desk.end_of(desk.settings(), day)
    _write(request, Kind.DUE, by, {"on": day.isoformat(), "text": why}, event)


@once
def log_contact(request, *, how, result, by, text="", again_on=None, event):
    """Write down that somebody tried to reach the patient: `how` and with which `result` (forms.HOW, forms.RESULTS).

    `again_on` is the day of the next try.
    """
    note(by, Action.CHANGE, request, detail="contact")
    if result in HEARD and not request.closed_at:
        _hear(request)
    if again_on and not request.closed_at:
        request.due_at = desk.end_of(desk.settings(), again_on)
    again = again_on.isoformat() if again_on else ""
    _write(request, Kind.CONTACT, by, {"how": how, "result": result, "text": text, "again": again}, event)


@once
def add_note(request, text, *, by, event):
    """Write something down for the desk and the reviewer; the patient never reads it."""
    note(by, Action.CHANGE, request, detail="note")
    _write(request, Kind.NOTE, by, {"text": text}, event)


@once
def write_to_patient(request, text, *, by, wording=None, event):
    """Let the patient read `text` beside the status of `request`, and tell them by mail that there is something."""
    note(by, Action.CHANGE, request, detail="message")
    _write_message(request, text, by=by, wording=wording, event=event)


@once
def ask_for_records(request, lines, text, *, by, event):
    """Ask the patient by a message for the records `lines` (fields of steps.Records); it waits for them then."""
    note(by, Action.CHANGE, request, detail="records: asked")
    _write_message(request, text, by=by, event=uuid.uuid4())
    _write(request, Kind.RECORDS, by, {"asked": list(lines)}, event)
    if Status.NEEDS_INFORMATION in moving.moves(request):
        _move(request, Status.NEEDS_INFORMATION, by=by, event=uuid.uuid4())


@once
def note_records(request, lines, *, by, event):
    """Write down that the records `lines` have come, however they came."""
    note(by, Action.CHANGE, request, detail="records: came")
    _write(request, Kind.RECORDS, by, {"came": list(lines)}, event)


def tell_of_phone(request, *, by):
    """Put on the timeline who took `request` down on the phone; in the transaction that makes it."""
    _write(request, Kind.CAME, by, {}, uuid.uuid4())


HEARD = ("reached", "left_message")  # results after which the patient has heard from a person


def _write_message(request, text, *, by, wording=None, event):
    message = Message(
        id=uuid.uuid4(), request=request, by=getattr(by, "user", by), wording=wording, written_at=timezone.now()
    )
    message.seal({"text": text})
    message.save(force_insert=True)
    if notices.tell_of_message(request) and not request.closed_at:
        _hear(request)
    _write(request, Kind.MESSAGE, by, {"message": str(message.pk)}, event)


def _check_seen(now, seen, request):
    if now != seen:
        words = _("Somebody was quicker: the request is “%(status)s” now. Look at it again, then decide.")
        raise Stale(words % {"status": request.get_status_display()})


def _move(request, to, *, by, text="", visit_on=None, event):
    note(by, Action.CHANGE, request, detail=f"status: {request.status} to {to}")
    words = {"from": request.status, "to": to, "text": text, "visit_on": visit_on.isoformat() if visit_on else ""}
    request.status = to
    if to == Status.SCHEDULED:
        request.visit_on = visit_on
    if to in moving.ENDS:
        _close(request, moving.ENDS[to], timezone.localdate())
    else:
        _open(request)
    _write(request, Kind.MOVED, by, words, event)


def _close(request, outcome, on):
    request.closed_at, request.due_at = timezone.now(), None
    request.outcome, request.outcome_on = outcome, on


def _open(request):
    """It is open, whether or not it was; a request that was closed by mistake is due like any other."""
    request.closed_at, request.outcome, request.outcome_on = None, "", None
    if request.status != Status.DUPLICATE:
        request.duplicate_of = None
    _set_due(request)


def _hear(request):
    request.contacted_at = request.contacted_at or timezone.now()
    _set_due(request)


def _set_due(request):
    if not request.closed_at:
        request.due_at = desk.next_due(desk.settings(), request, timezone.now())


def _write(request, kind, by, words, key):
    event = Event(id=key, request=request, kind=kind, by=getattr(by, "user", by), at=timezone.now())
    event.seal(words)
    event.save(force_insert=True)
