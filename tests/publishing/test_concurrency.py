"""Threads with connections of their own, on whichever database the tests run."""

import datetime
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone

from conditions.models import Condition, Symptom
from publishing import actions
from publishing.models import Address, Edition, MentionDraft, Page
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run the functions `acts` at the same moment, each in a thread of its own; return their results in order.

    An error in any of them is raised here.
    """
    start = threading.Barrier(len(acts))

    def run(act):
        start.wait(timeout=20)
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [future.result(timeout=60) for future in [threads.submit(run, act) for act in acts]]


def publish(page):
    return lambda: actions.publish(page, by=None, change="At once.")


def many_times(times, act):
    def acts():
        for _time in range(times):
            act()

    return acts


def assert_whole(page, count):
    """The page has `count` editions, numbered without a gap, each starting later than the one before."""
    editions = list(Edition.objects.filter(page=page.pk).order_by("number"))
    assert [edition.number for edition in editions] == list(range(1, count + 1))
    starts = [edition.live_from for edition in editions]
    assert starts == sorted(set(starts))


def test_one_page_published_by_many_at_once_gets_as_many_numbers_and_no_error():
    condition = make.condition()
    condition.symptom_rows.create(symptom=make.symptom())

    editions = [edition for _round in range(5) for edition in at_once(*[publish(condition)] * 6)]

    assert sorted(edition.number for edition in editions) == list(range(1, 31))
    assert_whole(condition, 30)
    assert all(edition.mentions.count() == 1 for edition in editions)


def test_two_pages_that_mention_each_other_never_wait_in_a_circle(monkeypatch):
    condition, symptom = make.condition(), make.symptom()
    condition.symptom_rows.create(symptom=symptom)
    back = [MentionDraft("condition", condition.pk, 0, "")]
    monkeypatch.setattr(Symptom, "frozen_mentions", lambda self: back)

    at_once(many_times(40, publish(condition)), many_times(40, publish(symptom)))

    assert_whole(condition, 40)
    assert_whole(symptom, 40)


def test_overlapping_sets_in_any_order_never_wait_in_a_circle():
    pages = [make.symptom() for _page in range(6)]

    def publish_all(chosen):
        return many_times(8, lambda: actions.publish_many(chosen, by=None, change="All."))

    at_once(*[publish_all(chosen) for chosen in (pages, pages[::-1], pages[3:] + pages[:3], pages[4:0:-1])])

    for place, page in enumerate(pages):
        assert_whole(page, 32 if 0 < place < 5 else 24)


def test_a_page_with_entries_and_a_set_with_both_never_wait_in_a_circle():
    condition, symptom = make.condition(), make.symptom()
    condition.symptom_rows.create(symptom=symptom)

    at_once(
        many_times(25, lambda: actions.publish_with_entries(condition, [symptom], by=None, change="Both.")),
        many_times(25, lambda: actions.publish_many([symptom, condition], by=None, change="Both.")),
    )

    assert_whole(condition, 50)
    assert_whole(symptom, 50)


def test_saves_and_publishes_at_once_freeze_whole_rows_and_count_every_save():
    condition = make.condition("0", overview="0")

    def save():
        for number in range(30):
            copy = Condition.objects.get(pk=condition.pk)
            copy.title = copy.overview = copy.plural = str(number)
            copy.save()

    at_once(save, save, many_times(30, publish(condition)))

    assert Page.objects.get(pk=condition.pk).version == 61
    assert_whole(condition, 30)
    for edition in Edition.objects.all():
        assert edition.content["overview"] == edition.title
        assert edition.content["plural"] in (edition.title, "")


def test_an_edition_is_cancelled_once():
    condition = make.condition()
    at = timezone.now() + datetime.timedelta(hours=1)
    plan = actions.publish(condition, by=None, change="Later.", at=at)

    def cancel():
        try:
            return actions.cancel(Edition.objects.get(pk=plan.pk), by=None)
        except actions.Refused:
            return None

    assert sum(1 for cancelled in at_once(*[cancel] * 4) if cancelled) == 1


def test_of_two_plans_for_one_moment_one_is_refused():
    condition = make.condition()
    at = timezone.now() + datetime.timedelta(hours=1)

    def plan():
        try:
            return actions.publish(condition, by=None, change="Later.", at=at, waiting="keep")
        except actions.Refused as refused:
            return str(refused)

    results = at_once(plan, plan, plan)

    assert sum(1 for result in results if "planned for that very moment" in str(result)) == 2
    assert Edition.objects.count() == 1


@pytest.mark.parametrize("_round", range(5))
def test_one_address_wanted_by_two_goes_to_one(_round):
    first, second = make.condition("First", slug="wanted"), make.condition("Second", slug="other")

    def publish_first():
        try:
            return actions.publish(first, by=None, change="Mine.")
        except actions.Refused:
            return None

    def take_it():
        Condition.objects.filter(pk=first.pk).update(slug="elsewhere")
        Condition.objects.filter(pk=second.pk).update(slug="wanted")
        try:
            return actions.publish(second, by=None, change="Mine.")
        except actions.Refused:
            return None

    at_once(publish_first, take_it)

    owner = Address.objects.get(kind="condition", slug="wanted").page_id
    others = Edition.objects.filter(slug="wanted").exclude(page=owner)
    assert owner in (first.pk, second.pk)
    assert not others.exists()
