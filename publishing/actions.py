"""What changes what patients read: publish, withdraw and cancel, each whole or not at all.

Each is on record before it commits, and again should it fail after that.
"""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from record.models import Action
from record.noting import Thing, failures_noted, note

from .drafts import Draft
from .models import ADDRESS_TAKEN, Address, Edition, EditionFile, Mention, Page, Review
from .signals import published

LONGEST_CHANGE = Edition._meta.get_field("change").max_length
TICK = datetime.timedelta(microseconds=1)


class Refused(Exception):
    """A publishing action that was not carried out; its text tells a person why and what to do."""


class Stale(Refused):
    """The page was saved again after the person looked at it."""


class PlansWait(Refused):
    """Planned editions wait, and nobody said whether to keep or to cancel them."""

    def __init__(self, plans):
        super().__init__("Changes of this page are planned. Say whether to keep or to cancel them.")
        self.plans = plans


@failures_noted()
@transaction.atomic
def publish(page, *, by, change, version=None, at=None, waiting=None):
    """Freeze the working row of `page` into a new edition and return it.

    `by` is a user, or None for a command. `change` is a line on what changed. `version` is the Page.version the
    person looked at; Stale if it has moved on. `at` is a later moment to go live; None means now. `waiting` says
    what becomes of planned editions: "keep" or "cancel"; PlansWait if there are any and it is None.
    """
    base = _lock(page)
    if version is not None and version != base.version:
        raise Stale(
            "Someone saved this page after you opened it. Look at what is unpublished now and at the preview. "
            "If that is what patients should read, publish again."
        )
    working = base.concrete
    return _place(base, Draft.of(working), by=by, change=change, at=at, waiting=waiting)


@failures_noted()
@transaction.atomic
def publish_many(pages, *, by, change):
    """Publish every page of `pages` as it is saved, or none; return the editions in the order of the pages' keys.

    Planned editions are kept.
    """
    return [publish(base, by=by, change=change, waiting="keep") for base in _lock_all(pages)]


@failures_noted()
@transaction.atomic
def publish_with_entries(page, entries, *, by, change, version=None, waiting=None):
    """Publish `page` and, before it, the `entries` it shows; all or none, return the editions, the page's last."""
    _lock_all([page, *entries])
    editions = publish_many(entries, by=by, change=change)
    return [*editions, publish(page, by=by, change=change, version=version, waiting=waiting)]


@failures_noted()
@transaction.atomic
def withdraw(page, *, by, change, at=None, waiting=None):
    """Take `page` from the site, by an edition that says why (`change`), now or at the later moment `at`.

    `waiting` is as for `publish`: a planned edition that is kept would bring the page back.
    """
    base = _lock(page)
    now = timezone.now()
    shown = base.editions.live(now).first() or base.editions.planned(now).filter(is_withdrawal=False).first()
    if shown is None:
        raise Refused("This page is not published, so there is nothing to withdraw.")
    working = base.concrete
    working.title, working.slug, working.summary = shown.title, shown.slug, shown.summary
    empty = Draft(working, {}, [])
    return _place(base, empty, by=by, change=change, at=at, waiting=waiting, is_withdrawal=True)


@failures_noted()
@transaction.atomic
def cancel(edition, *, by):
    """Cancel a planned edition before its moment; what was live before it simply stays."""
    base = _lock(edition.page)
    now = timezone.now()
    if not Edition.objects.planned(now).filter(pk=edition.pk).update(cancelled_at=now):
        raise Refused("This edition is no longer planned: it has started or was cancelled before.")
    edition.refresh_from_db()
    note(by, Action.CANCEL, thing(base), detail=f"edition {edition.number}")
    return edition


@failures_noted()
@transaction.atomic
def review(page, *, by, signed_as, clinical_hash, decision, comment=""):
    """Keep what the clinician `by` decides on the saved row of `page`, and return the Review.

    `signed_as` is the name that patients read. `clinical_hash` is that of the words they were shown (Draft's); Stale if
    those have changed since. Asking for changes takes a `comment`.
    """
    base = _lock(page)
    if Draft.of(base.concrete).clinical_hash != clinical_hash:
        raise Stale("Someone changed this page after you opened it. Read it again, then decide.")
    signed_as, comment = signed_as.strip(), comment.strip()
    if not signed_as:
        raise Refused("Give your name as patients should read it.")
    if decision == Review.Decision.CHANGES and not comment:
        raise Refused("Say what should change.")
    note(by, Action.REVIEW, thing(base), detail=str(decision))
    return Review.objects.create(
        page=base,
        clinical_hash=clinical_hash,
        clinician=by,
        signed_as=signed_as,
        at=timezone.now(),
        decision=decision,
        comment=comment,
    )


def thing(page):
    """How the record names a page."""
    return Thing(page.kind, page.pk)


def _lock(page):
    # Plain FOR UPDATE would deadlock with the key-share locks that mentions of each other take.
    return Page.objects.select_for_update(no_key=True).get(pk=page.pk)


def _lock_all(pages):
    # In the order of their keys, so that two who publish some of the same pages never wait for each other in a circle.
    keys = [page.pk for page in pages]
    return list(Page.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


def _place(base, draft, *, by, change, at, waiting, is_withdrawal=False):
    change = change.strip()
    if not change:
        raise Refused("Say in a few words what changed.")
    if len(change) > LONGEST_CHANGE:
        raise Refused(f"Say what changed in {LONGEST_CHANGE} characters at most.")
    page = draft.page
    if not is_withdrawal:
        _claim_address(page)
    number = base.editions.count() + 1
    starts = list(base.editions.filter(cancelled_at=None).order_by("live_from").values_list("live_from", "made_at"))

    now = _next_moment(starts)
    plans = base.editions.planned(now)
    if starts and starts[-1][0] > now:
        if waiting not in ("keep", "cancel"):
            raise PlansWait(list(plans))
        if waiting == "cancel":
            plans.update(cancelled_at=now)
    if at is not None and at <= now:
        raise Refused("The moment to go live has passed. Choose a later one, or publish now.")
    if at is not None and base.editions.filter(cancelled_at=None, live_from=at).exists():
        raise Refused("Another change of this page is planned for that very moment. Choose another one.")
    if not is_withdrawal and (objection := page.objection(at or now)):
        raise Refused(objection)
    edition = Edition(
        page=base,
        number=number,
        kind=page.KIND,
        shape=page.SHAPE,
        slug=page.slug,
        title=page.title,
        summary=page.summary,
        content=draft.words,
        clinical_hash=draft.clinical_hash,
        is_withdrawal=is_withdrawal,
        change=change,
        made_at=now,
        made_by=by,
        live_from=at or now,
        ends_at=None if is_withdrawal else page.ends_at(),
    )
    note(by, Action.WITHDRAW if is_withdrawal else Action.PUBLISH, thing(base), detail=f"edition {number}")
    edition.save(force_insert=True)
    Mention.objects.bulk_create(Mention(edition=edition, **mention._asdict()) for mention in draft.mentions)
    EditionFile.objects.bulk_create(EditionFile(edition=edition, name=name) for name in draft.files)
    if at is None:
        transaction.on_commit(lambda: published.send(sender=Edition, edition=edition), robust=True)
    return edition


def _next_moment(starts):
    """The clock's time, or a tick after what started last if that is later; `starts` are in their order.

    An edition published at once has started, whatever the clock says: it may have stood still or been set back.
    """
    now = timezone.now()
    for live_from, made_at in starts:
        if live_from <= now or live_from == made_at:
            now = max(now, live_from + TICK)
    return now


def _claim_address(page):
    """Give `page` the address in its slug for ever; Refused where another page has or had it."""
    if Address.objects.taken_from(page).exists():
        raise Refused(ADDRESS_TAKEN)
    try:
        with transaction.atomic():
            Address.objects.get_or_create(kind=page.kind, slug=page.slug, page_id=page.pk)
    except IntegrityError as error:  # another page claimed it between the two looks
        raise Refused(ADDRESS_TAKEN) from error
