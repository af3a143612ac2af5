"""What happens to requests."""

from django.db import transaction
from django.utils import timezone

from record.models import Action
from record.noting import failures_noted, note

from . import codes, desk, finding, notices
from .answering.actions import tell_of_phone
from .consent import CONSENTS
from .models import Draft, Request

GROUPS = 3  # of a reference code: 58 bits


@transaction.atomic
def send(draft, listed, *, priority):
    """Make the request that `draft` holds, once, however often this is called; returns it.

    `listed` is what the person has checked: (step, [(field, question, answer in words)]). It is kept in these words
    beside the answers themselves, so that a page that changes later changes no request.
    """
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.is_sent:
        return Request.objects.get(pk=draft.pk)
    consent = CONSENTS[draft.kind]
    now, rules = timezone.now(), desk.settings()
    request = Request(
        id=draft.pk,
        reference=codes.new_code(GROUPS),
        kind=draft.kind,
        priority=priority,
        consent_version=consent.version,
        received_at=now,
        answer_by=desk.answer_day(rules, timezone.localdate(now)),
        taken_by=draft.taken_by,
        owner=draft.taken_by,
    )
    request.due_at = desk.next_due(rules, request, now)
    checked = [{"step": step.KEY, "heading": str(step.HEADING), "rows": rows} for step, rows in listed]
    answers = draft.unsealed()
    request.seal({"answers": answers, "checked": checked})
    request.save(force_insert=True)
    finding.keep(request, answers)
    notices.tell_of(request, answers)
    if draft.taken_by:
        tell_of_phone(request, by=draft.taken_by)
    draft.is_sent, draft.saved_at = True, now
    draft.key = draft.words = b""
    draft.resume_hash = ""
    draft.save()
    return request


def hold(request, *, by, why):
    """Keep `request` from being erased until `release`; on record with the reason."""
    _set_held(request, True, "held", by=by, why=why)


def release(request, *, by, why):
    """Let `request` be erased when its time is over; on record with the reason."""
    _set_held(request, False, "no longer held", by=by, why=why)


def _set_held(request, is_held, words, *, by, why):
    with failures_noted(), transaction.atomic():
        current = Request.objects.select_for_update().get(pk=request.pk)
        if current.is_held != is_held:
            note(by, Action.CHANGE, current, detail=words, why=why)
            current.is_held = is_held
            current.save(update_fields=["is_held"])
