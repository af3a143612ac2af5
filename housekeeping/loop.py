"""The loop that does the duties: right with several of them at once, and wherever one is killed."""

import logging
import threading
import traceback
import uuid
from datetime import timedelta

from django.db import Error, close_old_connections, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from . import duties
from .clock import now
from .models import Heartbeat, Lease

PAUSE = 5  # seconds between rounds
MOST_IN_A_ROW = 100  # things of one queue before the other duties have their turn
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)

log = logging.getLogger(__name__)


class Loop:
    """Rounds through the duties of some kinds until `stopping` is set; what is at hand then is done first."""

    def __init__(self, *, slow=(False, True), stopping=None):
        self.slow = slow
        self.stopping = stopping or threading.Event()

    def run(self):
        while not self.stopping.is_set():
            try:
                self.round()
            except Error as error:  # the database is away: that passes
                log.error("Housekeeping can't use the database (%s); it tries again.", type(error).__name__)
            close_old_connections()
            self.stopping.wait(PAUSE)

    def round(self):
        """Do what is due, each duty in its turn; whatever happens to one is nothing to the others."""
        beat()
        Lease.objects.exclude(key="").filter(token=None, due_at__lt=now() - FORGOTTEN_AFTER).delete()
        for duty in [duty for duty in duties.registered.values() if duty.is_slow in self.slow]:
            for _turn in range(MOST_IN_A_ROW):
                if self.stopping.is_set() or not take_a_turn(duty):
                    break
                beat()


def beat():
    Heartbeat.objects.update_or_create(pk=1, defaults={"at": now()})


def take_a_turn(duty):
    """Do one thing of `duty`; False where nothing is due that nobody is at."""
    try:
        claimed = claim(duty)
    except Error:
        raise
    except Exception as error:  # of the app's own: what is due could not be told
        log.error("Duty %s: what is due can't be told (%s).", duty.name, _what_and_where(error))
        return False
    if claimed is None:
        return False
    lease, things = claimed
    try:
        done = duty.act(*things)
        end(duty, lease, done)
    except Exception as error:
        rest(duty, lease, error)
    return True


def claim(duty):
    """Lease what is next to be done and return (lease, what `act` takes); None where nothing is due."""
    while True:
        with transaction.atomic():
            at = now()
            things = []
            if duty.due is not None:
                others = Lease.objects.filter(Q(until__gt=at) | Q(due_at__gt=at), duty=duty.name).exclude(key="")
                due = duty.due().exclude(pk__in=list(others.values_list("key", flat=True)))
                things = list(due.select_for_update(skip_locked=True, of=("self",))[:1])
                if not things:
                    return None
            key = str(things[0].pk) if things else ""
            Lease.objects.get_or_create(duty=duty.name, key=key)
            free = Lease.objects.exclude(until__gt=at).exclude(due_at__gt=at).filter(duty=duty.name, key=key)
            lease = free.select_for_update(skip_locked=True).first()
            if lease is not None:
                lease.token, lease.until = uuid.uuid4(), at + duty.lease
                lease.attempts += 1
                lease.save()
                return lease, things
        if duty.due is None:
            return None
        # Another loop was quicker; the next look leaves out what it took.


def end(duty, lease, done=None):
    """Write down that it is done, if the lease still holds."""
    with transaction.atomic():
        held = Lease.objects.select_for_update().filter(pk=lease.pk, token=lease.token).first()
        if held is None:
            log.warning("Duty %s took longer than its lease; another loop has done it.", duty.name)
            return
        if callable(done):
            done()
        if duty.due is not None:
            held.delete()
            return
        at = now()
        held.token = held.until = held.failing_since = None
        held.attempts, held.done_at, held.due_at = 0, at, at + duty.every
        held.save()


def rest(duty, lease, error):
    """Leave it alone for a while after a failure, longer each time. The log gets no words of the error's own."""
    at = now()
    pause = min(FIRST_REST * 2 ** min(lease.attempts - 1, 20), LONGEST_REST)
    log.error(
        "Duty %s failed for the %d. time (%s); it rests for %d s.",
        duty.name, lease.attempts, _what_and_where(error), pause.total_seconds(),
    )  # fmt: skip
    Lease.objects.filter(pk=lease.pk, token=lease.token).update(
        token=None, until=None, due_at=at + pause, failing_since=Coalesce("failing_since", at)
    )


def _what_and_where(error):
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {place.name}, {place.filename.rpartition('/')[2]}:{place.lineno}"
