"""Histories of two pages that share an entry, held after each step against a plain model of what publishing promises.

A history is made by hypothesis, of steps in equal weight. THOROUGH=1 makes 300 of them; an ordinary run makes 10.
"""

import datetime
import re
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import wraps

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from time_machine import travel

from conditions.models import Condition, Symptom
from publishing import actions
from publishing.composing import Moved, compose, shown_alone
from publishing.models import Edition, Page, Revision, address_of
from publishing.revisions import keep
from tests import make
from tests.conftest import THOROUGH
from tests.publishing.plain import TICK, PlainPage, PlainSite, Words

pytestmark = pytest.mark.django_db

NEW_YEAR = datetime.datetime(2027, 1, 1, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
MODELS = {"condition": Condition, "symptom": Symptom}
SLUGS = ("leg-pain", "back-pain", "neck-pain", "arm-pain", "hip-pain", "sore-back")
ADDRESSES = [(kind, slug) for kind in MODELS for slug in SLUGS]
ANY, PAGES, ENTRY = st.integers(0, 2), st.integers(0, 1), 2
BACK = st.integers(0, 4)  # which of the past, the last first
WAITING = st.sampled_from([None, "keep", "cancel"])
LATER = st.sampled_from([MINUTE, 2 * MINUTE, 3 * MINUTE, 5 * MINUTE, 0 * MINUTE])  # the last has passed by then
IS_STALE = st.sampled_from([False] * 6 + [True])
PAUSES = st.sampled_from([0 * MINUTE, 0 * MINUTE, TICK, MINUTE])


def step(**drawn):
    """A rule before which some time goes by, or none."""

    def decorate(act):
        @rule(pause=PAUSES, **drawn)
        @wraps(act)
        def stepped(self, pause, **values):
            self.wait_until(timezone.now() + pause)
            act(self, **values)

        return stepped

    return decorate


def said_in(*texts):
    return set(re.findall(r"said-\d+", " ".join(texts)))


def answered(read):
    """What `read` gives a reader, as PlainSite says it."""
    try:
        page = read()
    except Moved as moved:
        return f"moved to {moved.url.split('/')[-2]}"
    except Http404:
        return 404
    around = [entry.title for entry in (*page.mentions, *page.mentioned_by)]
    return said_in(page.title, page.words["overview"], *around)


def alone(kind, slug, at):
    return answered(lambda: shown_alone(MODELS[kind], slug, at))


def composed(kind, slug, at):
    return answered(lambda: compose(MODELS[kind], slug, at))


def got(kind, slug, at):
    """The same of the public page; the clock has to show `at`."""
    answer = Client().get(address_of(kind, slug))
    if answer.status_code == 302:
        return f"moved to {answer['Location'].split('/')[-2]}"
    return 404 if answer.status_code == 404 else said_in(answer.content.decode())


def raised_by(act, *arguments, **options):
    """The class of the error by which the site refuses to `act`, or None."""
    try:
        with transaction.atomic():
            act(*arguments, **options)
    except (actions.Refused, ValidationError) as error:
        return type(error)


def live(at):
    """(page, what it says, slug, entry it shows) of all that is live at `at`."""
    editions = Edition.objects.live(at).filter(kind__in=MODELS)
    return set(editions.values_list("page", "title", "slug", "mentions__target"))


class History(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.opened = ExitStack()
        self.opened.enter_context(transaction.atomic())
        self.clock = self.opened.enter_context(travel(NEW_YEAR, tick=False))
        self.is_sound = True
        self.number = 0
        self.remembered = {}
        self.plain = [
            PlainPage("condition", Words(self.new_text(), "leg-pain", shows_entry=True)),
            PlainPage("condition", Words(self.new_text(), "back-pain", shows_entry=True)),
            PlainPage("symptom", Words(self.new_text(), "leg-pain")),
        ]
        self.site = PlainSite(self.plain[:2], self.plain[ENTRY])
        self.keys = [self.made(plain) for plain in self.plain]
        for key in self.keys[:2]:
            Condition.objects.get(pk=key).symptom_rows.create(symptom_id=self.keys[ENTRY])
        for key in self.keys:
            keep(Page.objects.get(pk=key), by=None)

    @staticmethod
    def made(plain):
        said, slug = plain.words.said, plain.words.slug
        return MODELS[plain.kind].objects.create(title=said, slug=slug, overview=f"<p>{said}</p>").pk

    def new_text(self):
        self.number += 1
        return f"said-{self.number:03}"

    def real(self, page):
        return Page.objects.get(pk=self.keys[page]).concrete

    def version(self, page, is_stale):
        """That of the page as somebody sees it, who looked before the last save if they are `is_stale`."""
        return self.plain[page].version - is_stale

    @contextmanager
    def checked(self):
        self.is_sound = False
        yield
        self.is_sound = True

    def both(self, foreseen, act, *arguments, **options):
        """Do on the site what the model has done: with the same error, if any."""
        with self.checked():
            assert raised_by(act, *arguments, **options) is foreseen

    def save(self, page, **words):
        words = replace(self.plain[page].words, **words)
        self.both(self.site.save(self.plain[page], words), self.save_really, page, words)

    def save_really(self, page, words):
        real = MODELS[self.plain[page].kind].objects.get(pk=self.keys[page])
        real.title, real.slug, real.overview = words.said, words.slug, f"<p>{words.said}</p>"
        real.full_clean()
        real.save()
        if page != ENTRY:
            real.symptom_rows.all().delete()
            if words.shows_entry:
                real.symptom_rows.create(symptom_id=self.keys[ENTRY])
        keep(real, by=None)

    def wait_until(self, moment):
        if moment <= timezone.now():
            return
        self.look_back()
        self.clock.move_to(moment)
        self.remembered[moment - TICK] = live(moment - TICK)

    def look_back(self):
        """The past stays as it was seen."""
        with self.checked():
            for at, seen in self.remembered.items():
                assert live(at) == seen == self.live_by_the_model(at)

    # The steps

    @initialize(is_new=st.booleans())
    def start(self, is_new):
        for page in () if is_new else (0, 1, ENTRY):
            self.publish_at(page, None, None, False)

    @step(page=PAGES)
    def write_a_page(self, page):
        self.save(page, said=self.new_text())

    @step(page=PAGES, slug=st.sampled_from(SLUGS))
    def move_a_page(self, page, slug):
        self.save(page, slug=slug)

    @step(by_way_of=st.sampled_from(SLUGS))
    def swap_slugs(self, by_way_of):
        first, second = (plain.words.slug for plain in self.plain[:2])
        self.save(1, slug=by_way_of)
        self.save(0, slug=second)
        self.save(1, slug=first)

    @step(page=PAGES)
    def show_or_leave_out_the_entry(self, page):
        self.save(page, shows_entry=not self.plain[page].words.shows_entry)

    @step(slug=st.sampled_from([None] * 6 + list(SLUGS)))
    def write_the_entry(self, slug):
        self.save(ENTRY, said=self.new_text(), slug=slug or self.plain[ENTRY].words.slug)

    @step(page=ANY, waiting=WAITING, is_stale=IS_STALE)
    def publish(self, page, waiting, is_stale):
        self.publish_at(page, None, waiting, is_stale)

    @step(page=ANY, later=LATER, waiting=WAITING, is_stale=IS_STALE)
    def publish_later(self, page, later, waiting, is_stale):
        self.publish_at(page, timezone.now() + later, waiting, is_stale)

    def publish_at(self, page, at, waiting, is_stale):
        real, version = self.real(page), self.version(page, is_stale)
        foreseen = self.site.publish(self.plain[page], version, timezone.now(), at, waiting)
        options = {"by": None, "change": "A step.", "version": version, "at": at, "waiting": waiting}
        self.both(foreseen, actions.publish, real, **options)

    @step(page=PAGES, later=st.one_of(st.none(), LATER), waiting=WAITING, is_stale=IS_STALE)
    def publish_with_entries(self, page, later, waiting, is_stale):
        now, version = timezone.now(), self.version(page, is_stale)
        at = None if later is None else now + later
        entry = [self.plain[ENTRY]]
        foreseen = self.site.publish_with_entries(self.plain[page], entry, version, now, at, waiting)
        options = {"by": None, "change": "A step.", "version": version, "at": at, "waiting": waiting}
        self.both(foreseen, actions.publish_with_entries, self.real(page), [self.real(ENTRY)], **options)

    @step(page=ANY, waiting=WAITING)
    def withdraw(self, page, waiting):
        self.withdraw_at(page, None, waiting)

    @step(page=ANY, later=LATER, waiting=WAITING)
    def withdraw_later(self, page, later, waiting):
        self.withdraw_at(page, timezone.now() + later, waiting)

    def withdraw_at(self, page, at, waiting):
        foreseen = self.site.withdraw(self.plain[page], timezone.now(), at, waiting)
        self.both(foreseen, actions.withdraw, self.real(page), by=None, change="A step.", at=at, waiting=waiting)

    @precondition(lambda self: self.edition_numbers)
    @step(back=BACK)
    def cancel(self, back):
        """Cancel one of the plans, or try it with an edition that is none."""
        waiting = [(page, n) for page, n in self.edition_numbers if self.edition(page, n).is_planned(timezone.now())]
        page, number = [*waiting, *self.edition_numbers][back % (len(waiting) + 1)]
        foreseen = self.site.cancel(self.edition(page, number), timezone.now())
        self.both(foreseen, actions.cancel, self.real_edition(page, number), by=None)

    @precondition(lambda self: self.edition_numbers)
    @step(back=BACK, waiting=WAITING)
    def make_live_again(self, back, waiting):
        page, number = self.edition_numbers[back % len(self.edition_numbers)]
        old = self.edition(page, number)
        foreseen = self.site.make_live_again(self.plain[page], old, timezone.now(), waiting)
        again = self.real_edition(page, number)
        self.both(foreseen, actions.make_live_again, again, by=None, change="A step.", waiting=waiting)

    @step(page=ANY, back=BACK, is_stale=IS_STALE)
    def bring_back(self, page, back, is_stale):
        saves, version = self.plain[page].saves, self.version(page, is_stale)
        number = len(saves) - back % len(saves)
        foreseen = self.site.bring_back(self.plain[page], saves[number - 1], version)
        revision = Revision.objects.get(page=self.keys[page], number=number)
        self.both(foreseen, actions.bring_back, revision, by=None, version=version)

    @rule(past=st.integers(0, 2), by=st.sampled_from([-TICK, 0 * TICK, TICK, MINUTE]))
    def time_goes_on(self, past, by):
        """The clock moves to one of the planned moments, or just before or past it."""
        planned = sorted(plan.live_from for page in self.plain for plan in page.plans(timezone.now()))
        self.wait_until(planned[min(past, len(planned) - 1)] + by if planned else timezone.now() + MINUTE)

    @property
    def edition_numbers(self):
        """(page, number) of each edition, the last made first."""
        found = [(page, n) for page, plain in enumerate(self.plain) for n in range(1, len(plain.editions) + 1)]
        return sorted(found, key=lambda place: self.edition(*place).made_at, reverse=True)

    def edition(self, page, number):
        return self.plain[page].editions[number - 1]

    def real_edition(self, page, number):
        return Edition.objects.select_related("page").get(page=self.keys[page], number=number)

    # What has to hold

    def live_by_the_model(self, at):
        entry = self.keys[ENTRY]
        found = [(key, plain.live(at)) for key, plain in zip(self.keys, self.plain, strict=True)]
        return {(key, w.said, w.slug, entry if w.shows_entry else None) for key, w in found if w}

    @invariant()
    def what_is_live_was_last_and_is_planned_is_what_the_model_says(self):
        plans = {plan.live_from for page in self.plain for plan in page.plans(timezone.now())}
        with self.checked():
            for at in {timezone.now(), *list(self.remembered)[-1:], *plans}:
                assert live(at) == self.live_by_the_model(at)

    @invariant()
    def each_address_answers_as_the_model_says(self):
        with self.checked():
            self.compare(alone, timezone.now(), self.site.said_at, self.site.owners)

    def compare(self, answer, at, foreseen, addresses):
        for kind, slug in addresses:
            assert answer(kind, slug, at) == foreseen(kind, slug, at), (kind, slug, at)

    def teardown(self):
        with self.opened:
            try:
                if self.is_sound:  # else the step that failed is told
                    self.look_at_the_whole()
            finally:
                transaction.set_rollback(True)

    def look_at_the_whole(self):
        """At every moment at which anything could change, and just before it, readers get what the model says."""
        self.look_back()
        starts = sorted({edition.live_from for page in self.plain for edition in page.editions})
        for at in starts:
            assert live(at - TICK) == self.live_by_the_model(at - TICK)
            self.compare(composed, at, self.site.read_at, self.site.owners)
        self.compare(alone, timezone.now(), self.site.said_at, ADDRESSES)
        for at in {timezone.now(), *starts[:1], *starts[-1:]}:
            self.clock.move_to(at)
            self.compare(got, at, self.site.read_at, self.site.owners)
        for key, plain in zip(self.keys, self.plain, strict=True):
            editions = Edition.objects.filter(page=key).order_by("number").values_list("number", flat=True)
            saves = Revision.objects.filter(page=key).order_by("number").values_list("content__fields__title")
            assert list(editions) == list(range(1, len(plain.editions) + 1))
            assert list(saves) == [(words.said,) for words in plain.saves]


def test_any_history_reads_as_it_was_made_and_its_past_never_changes():
    make.published(make.site())
    many = settings(
        max_examples=300 if THOROUGH else 10,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )

    run_state_machine_as_test(History, settings=many)
