"""How often one address may send a form, counted in one place for all workers and without keeping the address."""

import time

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from .addresses import sender_of
from .models import Sending

HOUR = 3600


def seconds_to_wait(request, what, most, of=None):
    """Count a sending of `what`; 0 while there were `most` at most in this hour, else the seconds until the next.

    Those of one sender are counted, or those about one thing, `of` (text), from whomever.

    What is kept of the sender, until housekeeping forgets it within the next hour, is a hash by the site's key and
    another salt each hour: a copy of the database says neither who sent anything nor who did so twice a day. A
    database that can't be written to makes nobody wait.
    """
    now = int(time.time())
    hour = now // HOUR
    sender = salted_hmac(f"accounts.limits.{hour}", of or sender_of(request), algorithm="sha256").hexdigest()
    try:
        count = _count(what=what, hour=hour, sender=sender)
    except DatabaseError:
        return 0
    return (hour + 1) * HOUR - now if count > most else 0


def forget_past_hours():
    Sending.objects.filter(hour__lt=int(time.time()) // HOUR).delete()


@transaction.atomic
def _count(**values):
    """Of many at once each is told a number of its own: the row is locked until the transaction ends."""
    row, _is_first = Sending.objects.get_or_create(**values)
    mine = Sending.objects.filter(pk=row.pk)
    mine.update(count=F("count") + 1)
    return mine.values_list("count", flat=True).get()
