"""What staff read about housekeeping on the admin's first page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min, Q
from django.db.models.functions import Coalesce

from . import duties
from .clock import now
from .models import Heartbeat, Lease

SILENT_AFTER = timedelta(minutes=10)
LATE_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Late:
    """A duty that should have been done: `since` is when it was due or began to fail."""

    words: str
    since: datetime
    has_failed: bool


@dataclass(frozen=True)
class State:
    beat_at: datetime | None
    is_running: bool
    late: list


def state():
    """Two queries and the clock's, however long the queues are."""
    at = now()
    beat_at = Heartbeat.objects.values_list("at", flat=True).first()
    waiting = Lease.objects.filter(Q(key="") | Q(failing_since__isnull=False)).order_by().values("duty")
    waiting = waiting.annotate(since=Min(Coalesce("failing_since", "due_at", "until")), failing=Max("failing_since"))
    late = [
        Late(duties.registered[row["duty"]].words, row["since"], row["failing"] is not None)
        for row in waiting.filter(since__lt=at - LATE_AFTER).order_by("since")
        if row["duty"] in duties.registered
    ]
    return State(beat_at, beat_at is not None and beat_at > at - SILENT_AFTER, late)
