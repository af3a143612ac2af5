"""Writes the record: a row before anything is shown or changed, another if that then fails.

    note(request, Action.VIEW, letter)              a row; NotOnRecord if it can't be written
    refuse(request, Action.VIEW, letter)            a row that says refused, and PermissionDenied
    with noted(request, Action.EXPORT, Letter): …   a row; another that says failed, should an error end the block
    @recorded(Action.VIEW, thing, allowed=…)        all of these around a view

A thing is a row of a model, a model (a list of such rows), or a Thing.
"""

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import Error, connections, models, transaction
from django.utils import timezone

from . import chain
from .models import Action, Entry, Outcome
from .routing import RECORD

LONGEST_WHY = Entry._meta.get_field("why").max_length
LOCK = 0x5EC04D  # any number that nothing else in the database locks
PATIENCE = "20s"

log = logging.getLogger(__name__)
_intents = ContextVar("intents", default=None)


class NotOnRecord(Exception):
    """The record took no row, so nothing may be shown or changed."""


class Refused(PermissionDenied):
    """Somebody was refused something, which is on record."""


class Thing(NamedTuple):
    """What something is done to. `key` is one that tells nobody anything: never a name."""

    kind: str
    key: str = ""


def note(who, action, thing, *, detail="", why="", outcome=Outcome.ALLOWED):
    """Write a row, commit it whatever transaction is open around this, and return it.

    `who` is a request, a user, or None for a command. `detail` is words of ours and never what somebody typed; `why`
    is the reason a person gave, LONGEST_WHY characters at most. Raises NotOnRecord where the row can't be written.
    """
    user = getattr(who, "user", who)
    thing = _thing(thing)
    entry = Entry(
        user_id=user and user.pk,
        username=(user and user.get_username()) or "",
        action=Action(action),
        kind=thing.kind,
        key=str(thing.key),
        detail=detail,
        why=why,
        outcome=Outcome(outcome),
    )
    entry.clean_fields(exclude=("number", "at", "user_id", "mac"))
    try:
        _write(entry)
    except (Error, OSError) as error:
        raise NotOnRecord from error
    if _intents.get() is not None and entry.outcome == Outcome.ALLOWED:
        _intents.get().append(entry)
    return entry


def refuse(who, action, thing, *, detail=""):
    """Write down that this was refused, and refuse it."""
    note(who, action, thing, detail=detail, outcome=Outcome.REFUSED)
    raise Refused


@contextmanager
def failures_noted():
    """Each row noted inside is followed by one that says failed or refused, should an error end the block.

    Put it around the transaction, so that it hears of a commit that fails. Works as a decorator too; of several inside
    each other the outermost tells.
    """
    if _intents.get() is not None:
        yield
        return
    token = _intents.set([])
    try:
        yield
    except Exception as error:
        outcome = Outcome.REFUSED if isinstance(error, PermissionDenied) else Outcome.FAILED
        for entry in _intents.get():
            note_failure(entry, outcome)
        raise
    finally:
        _intents.reset(token)


def note_failure(entry, outcome=Outcome.FAILED):
    """Write down that what `entry` announced did not come about; where even that fails, the log tells."""
    values = {name: getattr(entry, name) for name in ("user_id", "username", "action", "kind", "key", "why")}
    detail = f"entry {entry.number}" + (f": {entry.detail}" if entry.detail else "")
    try:
        _write(Entry(**values, detail=detail[:200], outcome=outcome))
    except (Error, OSError):
        log.error("The record took no row about the failure of entry %s.", entry.number)


@contextmanager
def noted(who, action, thing, *, detail="", why=""):
    """What stands inside is on record before it begins, and again if it fails."""
    with failures_noted():
        yield note(who, action, thing, detail=detail, why=why)


def recorded(action, thing, *, allowed):
    """Decorate a view: `allowed(request)` lets someone in or is put on record as refused; then `noted`.

    `thing` is one, or a function of what the view takes beside the request.
    """

    def decorate(view):
        @wraps(view)
        def recorded_view(request, *args, **kwargs):
            about = thing if isinstance(thing, Thing | type) else thing(*args, **kwargs)
            if not allowed(request):
                refuse(request, action, about)
            with noted(request, action, about):
                response = view(request, *args, **kwargs)
                return response.render() if hasattr(response, "render") else response

        return recorded_view

    return decorate


def trouble():
    """Why no row could be written just now, in words; None where one could."""
    try:
        with transaction.atomic(using=RECORD):
            append(Entry(action=Action.VIEW, kind="record", outcome=Outcome.FAILED))
            transaction.set_rollback(True, using=RECORD)
    except (Error, OSError):
        return "the record can't be written"
    return None


def _write(entry):
    with transaction.atomic(using=RECORD, durable=True):
        append(entry)


def hold():
    """Keep everyone else from writing until the open transaction ends; SQLite's begins with its one lock."""
    connection = connections[RECORD]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = %s", [PATIENCE])
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def append(entry):
    """Number, date, seal and insert `entry`, alone, in the open transaction."""
    hold()
    entry.at = timezone.now()
    if connections[RECORD].vendor == "postgresql":
        with connections[RECORD].cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (entry.at,) = cursor.fetchone()
    last, previous = Entry.objects.order_by("-number").values_list("number", "mac").first() or (0, chain.FIRST)
    entry.number = last + 1
    entry.mac = chain.seal([getattr(entry, name) for name in chain.COVERED], previous)
    entry.save(force_insert=True)


def _thing(thing):
    if isinstance(thing, Thing):
        return thing
    key = thing.pk if isinstance(thing, models.Model) else ""
    return Thing(thing._meta.model_name, key)
