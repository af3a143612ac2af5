"""What changes what patients read: publish, withdraw and cancel, each whole or not at all.

Each is on record before it commits, and again should it fail after that.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from record.models import Action
from record.noting import Thing, failures_noted, note

from .drafts import Draft
from .gate import Passage
from .models import ADDRESS_TAKEN, Address, Edition, EditionFile, Mention, MentionDraft, Page, Review
from .revisions import keep, keep_working, kept_already, put_back, with_last
from .signals import published

LONGEST_CHANGE = Edition._meta.get_field("change").max_length
UNSEEN = Passage()
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
def publish(page, *, by, change, version=None, at=None, waiting=None, passage=UNSEEN, wording_only=""):
    """Freeze the working row of `page` into a new edition and return it.

    Whoever calls this has had the gate look at the page: `passage` is what it found. `by` is a user, or None for a
    command. `change` is a line on what changed. `version` is the Page.version the person looked at; Stale if it has
    moved on. `at` is a later moment to go live; None means now. `waiting` says what becomes of planned editions: "keep"
    or "cancel"; PlansWait if there are any and it is None. `wording_only` is the reason why the approval of what is
    live stands for the new words.
    """
    return _publish(
        page, by=by, change=change, version=version, at=at, waiting=waiting, passage=passage, wording_only=wording_only
    )


def _publish(page, *, by, change, version=None, at=None, waiting=None, passage=UNSEEN, wording_only=""):
    base, working = _lock_and_read(page)
    if version is not None and version != base.version:
        raise Stale(
            "Someone saved this page after you opened it. Look at what is unpublished now and at the preview. "
            "If that is what patients should read, publish again."
        )
    if wording_only:
        _keep_review(working, by=by, reason=wording_only)
    kept = {
        "wording_only": wording_only,
        "revision_id": kept_already(working) or keep_working(working, by=by).pk,
        "ends_at": working.ends_at(),
        **passage.of(base),
    }
    frozen = _frozen(Draft.of(working), **kept)
    has_address = getattr(working, "has_address", False)  # which it then keeps for ever
    return _place(base, frozen, by=by, change=change, at=at, waiting=waiting, has_address=has_address)


@failures_noted()
@transaction.atomic
def publish_many(pages, *, by, change, at=None, passage=UNSEEN):
    """Publish every page of `pages` as it is saved, or none; return the editions in the order of the pages' keys.

    Planned editions are kept.
    """
    return [_publish(base, by=by, change=change, at=at, waiting="keep", passage=passage) for base in _lock_all(pages)]


@failures_noted()
@transaction.atomic
def publish_with_entries(page, entries, *, by, change, at=None, passage=UNSEEN, **options):
    """Publish `page` and, before it, the `entries` it shows; all or none, return the editions, the page's last.

    `options` are those of `publish`, for the page alone.
    """
    shown = [base for base in _lock_all([page, *entries]) if base.pk != page.pk] if entries else []
    editions = [_publish(base, by=by, change=change, at=at, waiting="keep", passage=passage) for base in shown]
    last = _publish(page, by=by, change=change, at=at, passage=passage, **options)
    return [*editions, last]


@failures_noted()
@transaction.atomic
def withdraw(page, *, by, change, at=None, waiting=None):
    """Take `page` from the site, by an edition that says why (`change`), now or at the later moment `at`.

    `waiting` is as for `publish`: a planned edition that is kept would bring the page back.
    """
    base = lock(page)
    now = timezone.now()
    shown = base.editions.live(now).first() or base.editions.planned(now).filter(is_withdrawal=False).first()
    if shown is None:
        raise Refused("This page is not published, so there is nothing to withdraw.")
    working = base.concrete
    working.title, working.slug, working.summary = shown.title, shown.slug, shown.summary
    frozen = _frozen(Draft(working, {}, []), is_withdrawal=True)
    return _place(base, frozen, by=by, change=change, at=at, waiting=waiting)


@failures_noted()
@transaction.atomic
def make_live_again(edition, *, by, change, waiting=None, replaces=None):
    """Let patients read again what `edition` said, by a new edition of the same words; the working row stays as it is.

    `replaces` is the number of the edition in force that the person looked at, 0 for none; Stale if it is another by
    now. `waiting` is as for `publish`. A patient's consent has to hold as it stands in the working row.
    """
    if edition.is_withdrawal:
        raise Refused("That edition withdrew the page. Choose one that patients could read.")
    base = lock(edition.page)
    if replaces is not None and replaces != number_in_force(base):
        raise Stale("Patients read something else by now. What this would change stands above; decide again.")
    working = base.concrete
    ends = [moment for moment in (edition.ends_at, working.ends_at()) if moment]
    copied = ("kind", "shape", "slug", "title", "summary", "content", "clinical_hash", "revision")
    mentions = [MentionDraft(m.role, m.target_id, m.position, m.note) for m in edition.mentions.all()]
    frozen = Frozen(
        values={
            **{name: getattr(edition, name) for name in copied},
            "made_from": edition,
            "ends_at": min(ends, default=None),
        },
        mentions=mentions,
        files=list(edition.files.values_list("name", flat=True)),
        objection=working.objection,
    )
    return _place(base, frozen, by=by, change=change, waiting=waiting)


def number_in_force(page):
    """The number of the edition in force of `page`, a withdrawal too; 0 before the first."""
    return Edition.objects.current(timezone.now()).filter(page=page.pk).values_list("number", flat=True).first() or 0


@transaction.atomic
def bring_back(revision, *, by, version):
    """Put what `revision` keeps in place of the page as it is saved, and return the Revision that this makes.

    `version` is the Page.version the person looked at; Stale if it has moved on. Patients read nothing of it until
    it is published. Raises ValidationError where the site would refuse it today.
    """
    base = lock(revision.page)
    if version != base.version:
        raise Stale("Someone saved this page after you opened it. What would change now stands above; decide again.")
    put_back(revision)
    return keep(base, by=by, note=f"Brought back save {revision.number}.")


@failures_noted()
@transaction.atomic
def cancel(edition, *, by):
    """Cancel a planned edition before its moment; what was live before it simply stays."""
    base = lock(edition.page)
    now = timezone.now()
    if not Edition.objects.planned(now).filter(pk=edition.pk).update(cancelled_at=now):
        raise Refused("This edition is no longer planned: it has started or was canceled before.")
    edition.refresh_from_db()
    note(by, Action.CANCEL, thing(base), detail=f"edition {edition.number}")
    return edition


def kept_review(page, at):
    """The approval of what is live of `page` at `at`, which could stand for other words of it; None without one."""
    live = Edition.objects.live(at).filter(page=page.pk).values_list("clinical_hash", flat=True).first()
    latest = Review.objects.filter(page=page.pk, clinical_hash=live).order_by("-at", "-pk").first() if live else None
    return latest.approval if latest else None


def _keep_review(working, *, by, reason):
    """Let the approval of what is live stand for the words of `working`."""
    now = timezone.now()
    kept = kept_review(working, now)
    if kept is None:
        raise Refused("What patients read now is not approved, so there is no approval to keep.")
    note(by, Action.REVIEW, thing(working), detail="wording only")
    Review.objects.create(
        page_id=working.pk,
        clinical_hash=Draft.of(working).clinical_hash,
        clinician=kept.clinician,
        signed_as=kept.signed_as,
        at=now,
        decision=Review.Decision.APPROVED,
        comment=reason,
        keeps=kept,
        kept_by=by,
    )


def thing(page):
    """How the record names a page."""
    return Thing(page.kind, page.pk)


def lock(page):
    # Plain FOR UPDATE would deadlock with the key-share locks that mentions of each other take.
    return Page.objects.select_for_update(no_key=True).get(pk=page.pk)


def _lock_and_read(page):
    """(the locked base row, the working row) of `page`, with the rows that it was read with unless it was saved since.

    Rows are read after their page and change only with a save of it, which counts. The same holds for the row's own
    columns: the database read them before it got the lock, and they are of the version that the base row has then
    only if that is the version at hand.
    """
    rows = getattr(page, "_prefetched_objects_cache", {})
    wanted = {name.partition("__")[0] for name in page.FROZEN_WITH}
    if page.KIND is None or not wanted <= rows.keys():
        base = lock(page)
        return base, base.concrete
    own = Address.objects.filter(kind=OuterRef("kind"), slug=OuterRef("slug"), page=OuterRef("pk"))
    locked = type(page).objects.select_for_update(no_key=True, of=("page_ptr",))
    working = with_last(locked).annotate(has_address=Exists(own)).get(pk=page.pk)
    base = working.page_ptr
    if page.version != base.version:
        return base, base.concrete
    working._prefetched_objects_cache = rows
    return base, working


def _lock_all(pages):
    # In the order of their keys, so that two who publish some of the same pages never wait for each other in a circle.
    keys = [page.pk for page in pages]
    return list(Page.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))


@dataclass(frozen=True)
class Frozen:
    """What a new edition is to say: `values` of its columns, what it mentions and which stored files it shows."""

    values: dict
    mentions: list
    files: list
    objection: Callable = lambda at: ""  # why patients may not read it from a moment on


def _frozen(draft, **values):
    page = draft.page
    return Frozen(
        values={
            "kind": page.KIND,
            "shape": page.SHAPE,
            "slug": page.slug,
            "title": page.title,
            "summary": page.summary,
            "content": draft.words,
            "clinical_hash": draft.clinical_hash,
            **values,
        },
        mentions=draft.mentions,
        files=draft.files,
        objection=page.objection,
    )


def _place(base, frozen, *, by, change, at=None, waiting=None, has_address=False):
    change = change.strip()
    if not change:
        raise Refused("Say in a few words what changed.")
    if len(change) > LONGEST_CHANGE:
        raise Refused(f"Say what changed in {LONGEST_CHANGE} characters at most.")
    is_withdrawal = frozen.values.get("is_withdrawal", False)
    if not (is_withdrawal or has_address):
        _claim_address(base, frozen.values["slug"])
    former = list(base.editions.order_by("live_from").values_list("live_from", "made_at", "cancelled_at"))
    starts = [(live_from, made_at) for live_from, made_at, cancelled_at in former if cancelled_at is None]
    number = len(former) + 1

    now = _next_moment(starts)
    plans = base.editions.planned(now)
    if starts and starts[-1][0] > now:
        if waiting not in ("keep", "cancel"):
            raise PlansWait(list(plans))
        if waiting == "cancel":
            plans.update(cancelled_at=now)
            starts = []
    if at is not None and at <= now:
        raise Refused("The moment to go live has passed. Choose a later one, or publish now.")
    if any(at == live_from for live_from, _made_at in starts):
        raise Refused("Another change of this page is planned for that very moment. Choose another one.")
    if not is_withdrawal and (objection := frozen.objection(at or now)):
        raise Refused(objection)
    ends_at = frozen.values.get("ends_at")
    if ends_at and ends_at <= (at or now):
        raise Refused("The consent to show this has ended, so patients may not read it again.")
    edition = Edition(
        page=base,
        number=number,
        change=change,
        made_at=now,
        made_by=by,
        live_from=at or now,
        **frozen.values,
    )
    note(by, Action.WITHDRAW if is_withdrawal else Action.PUBLISH, thing(base), detail=f"edition {number}")
    edition.save(force_insert=True)
    Mention.objects.bulk_create(Mention(edition=edition, **mention._asdict()) for mention in frozen.mentions)
    EditionFile.objects.bulk_create(EditionFile(edition=edition, name=name) for name in frozen.files)
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


def _claim_address(base, slug):
    """Give the page `base` the address `slug` for ever; Refused where another page has or had it."""
    wanted = {"kind": base.kind, "slug": slug}
    holder = Address.objects.filter(**wanted).values_list("page", flat=True).first()
    if holder == base.pk:
        return
    if holder is not None:
        raise Refused(ADDRESS_TAKEN)
    try:
        with transaction.atomic():
            Address.objects.create(**wanted, page_id=base.pk)
    except IntegrityError as error:  # another page claimed it after that look
        raise Refused(ADDRESS_TAKEN) from error
