"""A page's review: who is asked for it, what they read, and what they decide."""

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from record.models import Action
from record.noting import failures_noted, note

from .actions import Refused, Stale, lock, publish, thing
from .composing import not_reviewed
from .drafts import Draft, unpublished_changes
from .gate import Passage, findings
from .models import Edition, Page, Review, ReviewRequest
from .revisions import keep

REVIEWED = "Reviewed, no change."


@dataclass(frozen=True)
class Entry:
    """An entry that the page shows; `address` leads to its review while nobody has approved it."""

    title: str
    note: str
    address: str


def lists_to_read(page):
    """(what editors call the list, its entries) for every clinical list of the saved row `page`."""
    mentions = [mention for mention in Draft.of(page).mentions if mention.role in page.CLINICAL_ROLES]
    targets = Page.objects.in_bulk([mention.target_id for mention in mentions])
    waiting = set(not_reviewed(list(targets), timezone.now()))
    lists = {}
    for mention in mentions:
        target = targets[mention.target_id]
        address = _review_address(target) if target.pk in waiting else ""
        lists.setdefault(page.part_label(mention.role), []).append(Entry(target.title, mention.note, address))
    return list(lists.items())


def _review_address(page):
    options = Page.kinds()[page.kind]._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_review", args=[page.pk])


@transaction.atomic
def ask_for_review(page, *, by, clinician=None, note=""):
    """Ask `clinician`, or any where it is None, to read `page` as it is saved, and return the ReviewRequest."""
    base = lock(page)
    waiting = ReviewRequest.objects.open().filter(page=base).select_related("asked_by").first()
    if waiting:
        who = waiting.asked_by.get_full_name() or waiting.asked_by
        raise Refused(f"{who} has asked for a review already. It waits for a clinician.")
    return ReviewRequest.objects.create(
        page=base, clinician=clinician, asked_by=by, asked_at=timezone.now(), note=note.strip()
    )


@transaction.atomic
def take_back_request(page):
    """End the open request for a review of `page`; Refused where there is none."""
    base = lock(page)
    if not ReviewRequest.objects.open().filter(page=base).update(taken_back_at=timezone.now()):
        raise Refused("No review is asked for: a clinician has answered, or someone took it back.")


@failures_noted()
@transaction.atomic
def review(page, *, by, signed_as, clinical_hash, decision, comment="", next_review_on=None, latest=None):
    """Keep what the clinician `by` decides on the saved row of `page`, and return the Review.

    An approval sets the day of the next review to `next_review_on`, if given; what is live and has not changed
    otherwise is published anew, so that patients read that day.

    `signed_as` is the name that patients read. `clinical_hash` is that of the words they were shown (Draft's); Stale if
    those have changed since. `latest` is the key of the latest Review they were shown, 0 for none; Stale if somebody
    has decided since. Asking for changes takes a `comment`.
    """
    base = lock(page)
    if Draft.of(base.concrete).clinical_hash != clinical_hash:
        raise Stale("Someone changed this page after you opened it. Read it again, then decide.")
    if latest is not None and latest != latest_review(base):
        raise Stale(
            "Someone reviewed this page after you opened it. What they said stands above. Read it, then decide."
        )
    signed_as, comment = signed_as.strip(), comment.strip()
    if not signed_as:
        raise Refused("Give your name as patients should read it.")
    if decision == Review.Decision.CHANGES and not comment:
        raise Refused("Say what should change.")
    note(by, Action.REVIEW, thing(base), detail=str(decision))
    made = Review.objects.create(
        page=base,
        clinical_hash=clinical_hash,
        clinician=by,
        signed_as=signed_as,
        at=timezone.now(),
        decision=decision,
        comment=comment,
    )
    ReviewRequest.objects.open().filter(page=base).update(review=made)
    if next_review_on and decision == Review.Decision.APPROVED:
        _set_next_review(base.concrete, next_review_on, by=by)
    return made


def latest_review(page):
    """The key of the latest Review of `page`, whatever it said then; 0 where there is none."""
    return Review.objects.filter(page=page.pk).order_by("-at", "-pk").values_list("pk", flat=True).first() or 0


def _set_next_review(working, day, *, by):
    now = timezone.now()
    was_live = unpublished_changes([working], now)[working.pk] == []
    working.next_review_on = day
    working.save(update_fields=["next_review_on"])
    keep(working, by=by, note="Reviewed.")
    if was_live and not Edition.objects.planned(now).filter(page=working.pk).exists():
        # The words were let through before; what the gate finds in them today is kept, and stops nothing.
        passage = Passage({working.pk: findings(working, now)}, despite=REVIEWED)
        publish(working, by=by, change=REVIEWED, passage=passage)
