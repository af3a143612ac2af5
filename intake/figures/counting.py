"""Adds requests up, each once: when it has come, when the patient has heard, and a week after it was closed.

What the figures need stands in the sealed answers. Each opening is on record. A request that is about to be erased is
counted before.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from conditions.models import Condition
from publishing.composing import live_pages_of
from record.models import Action
from record.noting import failures_noted, note

from .. import desk
from ..kms import Unreachable
from ..models import Request, Tally
from ..sealing import Unreadable

ARRIVED, CONTACTED, CLOSED = STAGES = (1, 2, 4)
REST = timedelta(days=7)  # from the outcome: one that was a mistake is taken back by then
AT_ONCE = 5_000  # requests in one turn of the duty, which comes again within the hour
UNKNOWN = "unknown"
Dimension = Tally.Dimension

log = logging.getLogger(__name__)


def due(now):
    """Requests of which the figures don't hold all yet that has happened."""
    stages = (
        (ARRIVED, Q()),
        (CONTACTED, Q(contacted_at__isnull=False)),
        (CLOSED, Q(closed_at__lte=now - REST)),
    )
    missing = Q(pk__in=[])
    for stage, has_happened in stages:
        left = [bits for bits in range(sum(STAGES) + 1) if not bits & stage]
        missing |= has_happened & Q(counted__in=left)
    return Request.objects.filter(missing)


def count_new(most=AT_ONCE):
    """Count up to `most` of those that are due, each in a transaction of its own; returns how many."""
    keys = list(due(timezone.now()).values_list("pk", flat=True)[:most])
    regions = regions_of_conditions()
    for key in keys:
        with failures_noted(), transaction.atomic():
            request = due(timezone.now()).select_for_update(no_key=True).filter(pk=key).first()
            if request:
                count(request, regions=regions)
    return len(keys)


def count(request, *, regions=None, is_last=False):
    """Count what the figures don't hold of `request`, a locked row; with `is_last` its outcome too, however new."""
    now = timezone.now()
    stages = ARRIVED
    if request.contacted_at:
        stages |= CONTACTED
    if request.closed_at and (is_last or request.closed_at <= now - REST):
        stages |= CLOSED
    stages &= ~request.counted
    if not stages:
        return
    note(None, Action.VIEW, request, detail="figures")
    month = timezone.localtime(request.received_at).date().replace(day=1)
    for dimension, value in parts_of(request, regions_of_conditions() if regions is None else regions):
        told = stages & CLOSED if dimension == Dimension.OUTCOME else stages  # before, there is none
        if told:
            _add(request, told, month=month, kind=request.kind, dimension=dimension, value=value)
    request.counted |= stages
    request.save(update_fields=["counted"])


def parts_of(request, regions):
    """(dimension, value) of each part that `request` belongs to; what does not open belongs to UNKNOWN."""
    try:
        answers = request.unsealed()["answers"]
    except (Unreadable, Unreachable, OSError):
        log.error("%s is counted without its answers.", request.pk)
        answers = {}
    condition = answers.get("reason", {}).get("condition") or UNKNOWN
    parts = [
        (Dimension.ALL, ""),
        (Dimension.CONDITION, condition),
        (Dimension.PLACE, answers.get("patient", {}).get("place") or UNKNOWN),
    ]
    parts += [(Dimension.REGION, region) for region in regions.get(condition, ()) or [UNKNOWN]]
    if request.outcome:
        parts.append((Dimension.OUTCOME, request.outcome))
    return parts


def regions_of_conditions():
    """The regions of each live condition, by its key as answers hold it."""
    pages = live_pages_of([Condition], timezone.now())[Condition]
    return {str(page.page_id): page.words.get("regions") or [] for page in pages}


def _add(request, stages, **part):
    more = {}
    if stages & ARRIVED:
        more["arrived"] = F("arrived") + 1
    if stages & CONTACTED:
        minutes = desk.minutes_between(desk.settings(), request.received_at, request.contacted_at)
        more |= {"contacted": F("contacted") + 1, "contact_minutes": F("contact_minutes") + minutes}
    if stages & CLOSED:
        days = (request.closed_at - request.received_at).days
        more |= {"closed": F("closed") + 1, "close_days": F("close_days") + days}
    tally, _is_new = Tally.objects.get_or_create(**part)
    Tally.objects.filter(pk=tally.pk).update(**more)
