"""Random histories of three pages, held against a plain model of what publishing promises."""

import datetime
from dataclasses import dataclass, field

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from time_machine import travel

from conditions.models import Condition, Symptom
from publishing import actions
from publishing.composing import Moved, compose
from publishing.models import Edition
from tests import make
from tests.conftest import THOROUGH

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NEW_YEAR = datetime.datetime(2027, 1, 1, 12, tzinfo=datetime.UTC)
TICK = datetime.timedelta(microseconds=1)
SLUGS = ("leg-pain", "back-pain", "neck-pain")
MODELS = {"condition": Condition, "symptom": Symptom}
ADDRESSES = [("condition", slug) for slug in ("a", "b", *SLUGS)] + [("symptom", slug) for slug in ("c", *SLUGS)]


# The plain model


@dataclass
class PlainEdition:
    title: str
    slug: str
    shows_entry: bool
    made_at: datetime.datetime
    live_from: datetime.datetime
    is_withdrawal: bool
    is_cancelled: bool = False

    @property
    def is_plan(self):
        return self.live_from > self.made_at


@dataclass
class PlainPage:
    kind: str
    title: str
    slug: str
    shows_entry: bool = False
    editions: list = field(default_factory=list)

    def live(self, at):
        started = [edition for edition in self.editions if not edition.is_cancelled and edition.live_from <= at]
        last = max(started, key=lambda edition: edition.live_from, default=None)
        return None if last is None or last.is_withdrawal else last

    def plans(self, now):
        return [e for e in self.editions if not e.is_cancelled and e.is_plan and e.live_from > now]

    def place(self, owners, now, at, waiting, is_withdrawal):
        """Place an edition as the real thing should; return whether it may be."""
        if is_withdrawal and not self.live(now) and all(plan.is_withdrawal for plan in self.plans(now)):
            return False
        if not is_withdrawal and owners.get((self.kind, self.slug), self) is not self:
            return False
        taken = sorted(e.live_from for e in self.editions if not e.is_cancelled and e not in self.plans(now))
        moment = max(now, taken[-1] + TICK) if taken else now
        while any(e.live_from == moment for e in self.editions if not e.is_cancelled):
            moment += TICK
        plans = self.plans(moment)
        if plans and waiting is None:
            return False
        if at is not None and at <= moment:
            return False
        kept = [e for e in self.editions if not e.is_cancelled and (waiting == "keep" or e not in plans)]
        if at is not None and any(e.live_from == at for e in kept):
            return False
        for plan in plans if waiting == "cancel" else ():
            plan.is_cancelled = True
        if not is_withdrawal:
            owners[self.kind, self.slug] = self
        self.editions.append(
            PlainEdition(
                self.title, self.slug, self.shows_entry and not is_withdrawal, moment, at or moment, is_withdrawal
            )
        )
        return True


def expected(entry, page, slug, at):
    """What a reader should get at an address of `page`: its and the entry's title, the address it moved to, or 404."""
    live = page.live(at)
    if live is None:
        return 404
    if live.slug != slug:
        was_here = any(
            e.slug == slug and not e.is_cancelled and not e.is_withdrawal and e.live_from <= at for e in page.editions
        )
        return ("moved", live.slug) if was_here else 404
    shown = entry.live(at) if live.shows_entry else None
    return live.title, shown.title if shown else None


def answered(kind, slug, at):
    """What a reader does get."""
    try:
        page = compose(MODELS[kind], slug, at)
    except Moved as moved:
        return "moved", moved.url.split("/")[-2]
    except Http404:
        return 404
    return page.title, page.mentions[0].title if page.mentions else None


# The steps of a history: each does the same to the site and to the model, and both must agree on whether it may be.

PAGES = st.sampled_from([0, 0, 1, 2])
MINUTES = st.sampled_from([1, 2, 5])
WAITING = st.sampled_from([None, "keep", "keep", "cancel"])
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([0, 1, 1, 3])),
    st.tuples(st.just("write"), PAGES, st.sampled_from([None, *SLUGS])),
    st.tuples(st.just("write"), PAGES, st.sampled_from(SLUGS)),
    st.tuples(st.just("show"), PAGES),
    st.tuples(st.just("publish"), PAGES, st.none(), WAITING),
    st.tuples(st.just("publish"), PAGES, MINUTES, WAITING),
    st.tuples(st.just("withdraw"), PAGES, st.one_of(st.none(), MINUTES), WAITING),
    st.tuples(st.just("cancel"), PAGES, st.integers(0, 3)),
)


class History:
    def __init__(self, clock):
        self.clock = clock
        self.owners = {}
        self.said = 0
        self.seen = {}
        self.real = [make.condition("A", slug="a"), make.condition("B", slug="b"), make.symptom("C", slug="c")]
        self.plain = [PlainPage(page.kind, page.title, page.slug) for page in self.real]
        for page, plain in zip(self.real[:2], self.plain, strict=False):
            page.symptom_rows.create(symptom=self.real[2])
            plain.shows_entry = True

    @property
    def now(self):
        return timezone.now()

    def wait(self, minutes):
        self.clock.shift(datetime.timedelta(minutes=minutes))

    def write(self, number, slug):
        real, plain = self.real[number], self.plain[number]
        self.said += 1
        real.title = f"{plain.title[0]}{self.said}"
        real.slug = slug or plain.slug
        others = [page for page in self.plain if page is not plain and page.kind == plain.kind]
        is_free = self.owners.get((plain.kind, real.slug), plain) is plain and all(
            page.slug != real.slug for page in others
        )
        try:
            real.full_clean()
        except ValidationError:
            assert not is_free
            real.refresh_from_db()
        else:
            assert is_free
            real.save()
            plain.title, plain.slug = real.title, real.slug

    def show(self, number):
        real, plain = self.real[number], self.plain[number]
        if number == 2:
            return
        if plain.shows_entry:
            real.symptom_rows.all().delete()
        else:
            real.symptom_rows.create(symptom=self.real[2])
        plain.shows_entry = not plain.shows_entry

    def publish(self, number, minutes, waiting, is_withdrawal=False):
        at = None if minutes is None else self.now + datetime.timedelta(minutes=minutes)
        may_be = self.plain[number].place(self.owners, self.now, at, waiting, is_withdrawal)
        act = actions.withdraw if is_withdrawal else actions.publish
        try:
            act(self.real[number], by=None, change="A step.", at=at, waiting=waiting)
        except actions.Refused:
            assert not may_be
        else:
            assert may_be

    def withdraw(self, number, minutes, waiting):
        self.publish(number, minutes, waiting, is_withdrawal=True)

    def cancel(self, number, place):
        plain = self.plain[number].editions
        if place >= len(plain):
            return
        may_be = plain[place] in self.plain[number].plans(self.now)
        try:
            actions.cancel(Edition.objects.get(page=self.real[number].pk, number=place + 1), by=None)
        except actions.Refused:
            assert not may_be
        else:
            assert may_be
            plain[place].is_cancelled = True

    def look(self):
        """Look at what every address answered a moment ago, and remember."""
        at = self.now - TICK
        for kind, slug in ADDRESSES:
            self.seen[kind, slug, at] = answered(kind, slug, at) if (kind, slug) in self.owners else 404

    def compare(self):
        """At every moment at which anything could change, and just before it, site and model answer alike."""
        for at in sorted({edition.live_from for page in self.plain for edition in page.editions}):
            before = [page.live(at - TICK) for page in self.plain]
            titles = Edition.objects.live(at - TICK).order_by("page").values_list("title", flat=True)
            assert list(titles) == [edition.title for edition in before if edition]
            for kind, slug in self.owners:
                wanted = expected(self.plain[2], self.owners[kind, slug], slug, at)
                assert answered(kind, slug, at) == wanted, (kind, slug, at)

    def assert_that_the_past_is_as_it_was_seen(self):
        for (kind, slug, at), answer in self.seen.items():
            assert answered(kind, slug, at) == answer


@settings(max_examples=300 if THOROUGH else 40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=12, max_size=24))
def test_any_history_reads_as_it_was_made_and_its_past_never_changes(steps):
    with transaction.atomic(), travel(NEW_YEAR, tick=False) as clock:
        history = History(clock)
        for name, *arguments in steps:
            getattr(history, name)(*arguments)
            if name == "wait":
                history.look()
        history.compare()
        history.assert_that_the_past_is_as_it_was_seen()
        for page, plain in zip(history.real, history.plain, strict=True):
            numbers = page.editions.order_by("number").values_list("number", flat=True)
            assert list(numbers) == list(range(1, len(plain.editions) + 1))
        transaction.set_rollback(True)
