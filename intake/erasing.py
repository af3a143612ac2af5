"""Erases requests for good when their time is over: the row goes, and with it the one key that opens its words."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from record.models import Action
from record.noting import failures_noted, note

from . import desk
from .files.forgetting import erase_of
from .models import Draft, Request

AT_ONCE = 1000  # requests in one turn of the duty, which comes again within the hour

log = logging.getLogger(__name__)


def old_requests():
    """Requests that were closed as long ago as the desk keeps them, the oldest first."""
    since = timezone.now() - timedelta(days=desk.settings().kept_for)
    return Request.objects.kept_long_enough(since).order_by("closed_at")


def erase_old(told=lambda done, of: None, most=AT_ONCE):
    """Erase up to `most` of `old_requests`, each on record; `told` hears how far it is. Returns how many.

    It can be cut off at any moment and called again, or twice at once.
    """
    keys = list(old_requests().values_list("pk", flat=True)[:most])
    erased = 0
    for done, key in enumerate(keys, 1):
        erased += erase(key)
        told(done, len(keys))
    if erased:
        log.info("Erased requests whose time was over: %s.", erased)
    return erased


def erase(key):
    """Erase the request with this key, if its time is over still; whether it was."""
    with failures_noted(), transaction.atomic():
        request = old_requests().select_for_update().filter(pk=key).first()
        if request is None:
            return False
        note(None, Action.DELETE, request)
        Draft.objects.filter(pk=key).delete()
        erase_of(key)
        request.delete()
    return True
