"""Erases requests for good: when their time is over, or because somebody asked for it.

The row goes, and with it the one key that opens its words; its files, messages and hashes too. What stays is on record,
counted in the figures, and a certificate (Erasure), and none of it names anybody.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from record.models import Action
from record.noting import failures_noted, note

from . import desk, sealing
from .figures import counting
from .files.forgetting import erase_of
from .models import Draft, Erasure, File, Request

AT_ONCE = 500  # requests in one turn of the duty, which comes again within the hour
THINGS = {
    "answers": _("answers, as they were sent"),
    "files": _("scans and reports"),
    "uploads": _("uploads that were not finished"),
    "messages": _("messages to the patient"),
    "timeline": _("entries of the timeline, notes among them"),
    "notices": _("mails kept for sending"),
    "hashes": _("hashes by which it was found"),
    "inquiries": _("open status pages"),
}

log = logging.getLogger(__name__)


class Held(Exception):
    """The request is kept from being erased; says what to do."""


def old_requests():
    """Requests that were closed as long ago as the desk keeps them, held by nobody, the oldest first."""
    now, rules = timezone.now(), desk.settings()
    with_a_rule, over = Q(pk__in=[]), Q(pk__in=[])
    for rule in rules.retentions.all():
        those = Q(kind=rule.kind, outcome=rule.outcome)
        with_a_rule |= those
        over |= those & Q(closed_at__lte=now - timedelta(days=rule.kept_for))
    over |= ~with_a_rule & Q(closed_at__lte=now - timedelta(days=rules.kept_for))
    return Request.objects.filter(over, closed_at__isnull=False, is_held=False).order_by("closed_at")


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
        _erase(request, by=None)
    return True


def erase_on_wish(requests, *, by, why):
    """Erase `requests` now, all or none, because somebody asked for it; returns their certificates. Raises Held.

    `why` goes on record.
    """
    with failures_noted(), transaction.atomic():
        keys = [request.pk for request in requests]
        current = list(Request.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
        if held := [request.reference for request in current if request.is_held]:
            words = _("Nothing was erased: %(held)s is kept from being erased. Release it first, if that is right.")
            raise Held(words % {"held": ", ".join(held)})
        return [_erase(request, by=by, why=why) for request in current]


def what_goes(request):
    """How many of each of THINGS an erasing of `request` takes."""
    files = File.objects.filter(owner=request.pk)
    unfinished = files.filter(state=File.State.COMING)
    return {
        "answers": 1,
        "files": files.count() - unfinished.count(),
        "uploads": unfinished.count(),
        "messages": request.messages.count(),
        "timeline": request.events.count(),
        "notices": request.notices.count(),
        "hashes": request.lookups.count(),
        "inquiries": request.inquiries.count(),
    }


def _erase(request, *, by, why=""):
    note(by, Action.DELETE, request, why=why)
    counting.count(request, is_last=True)
    number = sealing.sealed_by(request.key)
    certificate = Erasure.objects.create(
        request=request.pk,
        reference=request.reference,
        kind=request.kind,
        outcome=request.outcome,
        went=what_goes(request),
        key_number="" if number is None else f"{number:08x}",
        is_wish=by is not None,
        by=getattr(by, "user", by),
        erased_at=timezone.now(),
    )
    Draft.objects.filter(pk=request.pk).delete()
    erase_of(request.pk)
    request.delete()
    return certificate
