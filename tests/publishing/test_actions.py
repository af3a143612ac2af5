import datetime

import pytest
from django.db import transaction
from django.utils import timezone
from time_machine import travel

from publishing import actions
from publishing.models import Address, Edition, Mention, Page
from publishing.signals import published
from tests import make

pytestmark = pytest.mark.django_db

NEW_YEAR = datetime.datetime(2027, 1, 1, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
TICK = datetime.timedelta(microseconds=1)


@pytest.fixture
def clock():
    """A clock that ticks from New Year on and can be shifted."""
    with travel(NEW_YEAR, tick=True) as clock:
        yield clock


@pytest.fixture
def stopped_clock():
    with travel(NEW_YEAR, tick=False) as clock:
        yield clock


@pytest.fixture
def sciatica(db):
    return make.condition("Sciatica", slug="sciatica")


@pytest.fixture
def heard():
    """The editions that the signal told of."""
    editions = []

    def hear(sender, edition, **kwargs):
        editions.append(edition)

    published.connect(hear)
    yield editions
    published.disconnect(hear)


def publish(page, title=None, **kwargs):
    """Save `page` under `title` and publish it."""
    if title:
        page.title = title
        page.save()
    return actions.publish(page, **{"by": None, "change": "A better name.", **kwargs})


def withdraw(page, **kwargs):
    return actions.withdraw(page, **{"by": None, "change": "Out of date.", **kwargs})


def title_at(page, at):
    """What patients read as the title of `page` at the moment `at`; None where they read nothing."""
    return Edition.objects.live(at).filter(page=page.pk).values_list("title", flat=True).first()


# Publishing at once


def test_a_change_stays_hidden_until_it_is_published():
    condition = make.published(make.condition("Sciatica"))

    condition.title = "Sciatic pain"
    condition.save()

    assert Edition.objects.live(timezone.now()).get().title == "Sciatica"
    actions.publish(condition, by=None, change="A better name.")
    assert Edition.objects.live(timezone.now()).get().title == "Sciatic pain"


def test_an_edition_holds_all_that_a_page_shows(publisher, sciatica):
    sciatica.summary, sciatica.overview, sciatica.also_called = "Leg pain.", "<p>Pain.</p>", "leg pain\nischialgia"
    sciatica.save()
    symptom = make.symptom()
    sciatica.symptom_rows.create(symptom=symptom, note="in one leg")
    before = timezone.now()

    edition = publish(sciatica, by=publisher, change="  First edition. ")

    edition.refresh_from_db()
    assert (edition.page_id, edition.number, edition.shape, edition.slug) == (sciatica.pk, 1, 3, "sciatica")
    assert (edition.title, edition.summary) == ("Sciatica", "Leg pain.")
    assert edition.content.keys() == {*sciatica.WORDS, "sources"}
    assert edition.content["overview"] == "<p>Pain.</p>"
    assert edition.content["also_called"] == ["leg pain", "ischialgia"]
    assert len(edition.clinical_hash) == 64
    assert (edition.change, edition.made_by, edition.made_from) == ("First edition.", publisher, None)
    assert (edition.is_withdrawal, edition.cancelled_at) == (False, None)
    assert before < edition.made_at == edition.live_from < timezone.now()
    mention = edition.mentions.get()
    assert (mention.target_id, mention.role, mention.position, mention.note) == (symptom.pk, "symptom", 0, "in one leg")


def test_what_is_frozen_is_the_saved_row_not_the_copy_at_hand(sciatica):
    sciatica.title = "Never saved"

    assert publish(Page.objects.get(pk=sciatica.pk)).title == "Sciatica"
    assert actions.publish(sciatica, by=None, change="Again.").title == "Sciatica"


def test_editions_are_numbered_from_one_withdrawals_and_cancelled_ones_included(sciatica):
    publish(sciatica)
    actions.cancel(publish(sciatica, at=timezone.now() + HOUR), by=None)
    withdraw(sciatica)

    assert publish(sciatica).number == 4
    assert publish(make.symptom()).number == 1


@pytest.mark.parametrize("change", ["", "  ", "\n\t"])
def test_nothing_is_published_or_withdrawn_without_saying_what_changed(sciatica, change):
    with pytest.raises(actions.Refused, match="Say in a few words what changed."):
        publish(sciatica, change=change)
    publish(sciatica)
    with pytest.raises(actions.Refused, match="Say in a few words what changed."):
        withdraw(sciatica, change=change)

    assert Edition.objects.count() == 1


def test_what_changed_is_said_in_300_characters_at_most(sciatica):
    with pytest.raises(actions.Refused, match="300 characters at most"):
        publish(sciatica, change="x" * 301)

    assert publish(sciatica, change="x" * 300).number == 1


def test_a_page_saved_after_it_was_looked_at_is_not_published(sciatica):
    looked_at = sciatica.version
    sciatica.save()

    with pytest.raises(actions.Stale, match="publish again"):
        publish(sciatica, version=looked_at)

    assert not Edition.objects.exists()
    assert not Address.objects.exists()
    assert publish(sciatica, version=looked_at + 1).number == 1


def test_many_pages_are_published_together_or_not_at_all(sciatica):
    symptom, other = make.symptom(), make.symptom()

    editions = actions.publish_many([symptom, sciatica, symptom], by=None, change="New.")
    assert [edition.page_id for edition in editions] == [sciatica.pk, symptom.pk]

    Address.objects.create(kind="symptom", slug=other.slug, page_id=symptom.pk)
    with pytest.raises(actions.Refused):
        actions.publish_many([sciatica, symptom, other], by=None, change="Again.")
    assert Edition.objects.count() == 2


def test_many_pages_keep_their_plans(sciatica):
    plan = publish(sciatica, at=timezone.now() + HOUR)

    actions.publish_many([sciatica], by=None, change="Now.")

    assert Edition.objects.planned(timezone.now()).get() == plan


def test_a_page_is_published_with_entries_or_not_at_all(sciatica):
    symptom = make.symptom()

    with pytest.raises(actions.Stale):
        actions.publish_with_entries(sciatica, [symptom], by=None, change="New.", version=sciatica.version + 1)
    assert not Edition.objects.exists()

    editions = actions.publish_with_entries(sciatica, [symptom], by=None, change="New.", version=sciatica.version)
    assert [edition.page_id for edition in editions] == [symptom.pk, sciatica.pk]


# What is live at a moment


def test_an_edition_lives_from_its_start_to_the_next_ones_to_the_microsecond(clock, sciatica):
    first = publish(sciatica, "One")
    clock.shift(HOUR)
    second = publish(sciatica, "Two")

    assert title_at(sciatica, first.live_from - TICK) is None
    assert title_at(sciatica, first.live_from) == "One"
    assert title_at(sciatica, second.live_from - TICK) == "One"
    assert title_at(sciatica, second.live_from) == "Two"
    assert title_at(sciatica, second.live_from + 10_000 * HOUR) == "Two"


def test_live_pages_are_told_apart(clock, sciatica):
    other = make.condition("Stenosis")
    publish(sciatica, "One")
    publish(other)
    clock.shift(HOUR)
    withdraw(other)

    assert [edition.title for edition in Edition.objects.live(NEW_YEAR + HOUR - TICK)] == ["One", "Stenosis"]
    assert [edition.title for edition in Edition.objects.live(timezone.now())] == ["One"]
    assert Edition.objects.current(timezone.now()).get(page=other.pk).is_withdrawal


def test_a_withdrawn_page_is_gone_from_that_moment_and_can_come_back(clock, sciatica):
    publish(sciatica, "One")
    clock.shift(HOUR)
    withdrawal = withdraw(sciatica)
    clock.shift(HOUR)
    back = publish(sciatica, "Two")

    assert withdrawal.is_withdrawal
    assert (withdrawal.number, withdrawal.change, withdrawal.content) == (2, "Out of date.", {})
    assert not withdrawal.mentions.exists()
    assert title_at(sciatica, withdrawal.live_from - TICK) == "One"
    assert title_at(sciatica, withdrawal.live_from) is None
    assert title_at(sciatica, back.live_from - TICK) is None
    assert title_at(sciatica, back.live_from) == "Two"


def test_what_is_not_published_cannot_be_withdrawn(sciatica):
    with pytest.raises(actions.Refused, match="nothing to withdraw"):
        withdraw(sciatica)

    publish(sciatica)
    withdraw(sciatica)
    with pytest.raises(actions.Refused, match="nothing to withdraw"):
        withdraw(sciatica)
    assert Edition.objects.count() == 2


def test_a_page_that_is_only_planned_can_be_withdrawn_with_its_plans(clock, sciatica):
    publish(sciatica, at=NEW_YEAR + HOUR)

    withdraw(sciatica, waiting="cancel")

    assert title_at(sciatica, NEW_YEAR + 2 * HOUR) is None


# Planned editions


def test_a_planned_edition_starts_by_itself_at_its_moment(clock, sciatica):
    publish(sciatica, "Now")
    plan = publish(sciatica, "Later", at=NEW_YEAR + HOUR)

    assert plan.made_at < plan.live_from == NEW_YEAR + HOUR
    assert title_at(sciatica, timezone.now()) == "Now"
    clock.move_to(NEW_YEAR + HOUR)
    assert title_at(sciatica, timezone.now()) == "Later"
    assert not Edition.objects.planned(timezone.now()).exists()


def test_a_planned_withdrawal_takes_the_page_away_at_its_moment(clock, sciatica):
    publish(sciatica, "Now")
    withdraw(sciatica, at=NEW_YEAR + HOUR)

    assert title_at(sciatica, NEW_YEAR + HOUR - TICK) == "Now"
    assert title_at(sciatica, NEW_YEAR + HOUR) is None


def test_cancelling_a_plan_lets_what_was_before_it_stay(clock, sciatica):
    publish(sciatica, "Now")
    plan = publish(sciatica, "Later", at=NEW_YEAR + HOUR)

    cancelled = actions.cancel(plan, by=None)

    assert NEW_YEAR < cancelled.cancelled_at < cancelled.live_from
    assert title_at(sciatica, NEW_YEAR + HOUR) == "Now"
    assert not Edition.objects.planned(timezone.now()).exists()


def test_a_plan_between_two_others_can_be_cancelled(clock, sciatica):
    publish(sciatica, "One", at=NEW_YEAR + HOUR)
    two = publish(sciatica, "Two", at=NEW_YEAR + 2 * HOUR, waiting="keep")
    publish(sciatica, "Three", at=NEW_YEAR + 3 * HOUR, waiting="keep")

    actions.cancel(two, by=None)

    assert [title_at(sciatica, NEW_YEAR + hours * HOUR) for hours in range(5)] == [None, "One", "One", "Three", "Three"]


def test_a_plan_cannot_be_cancelled_once_it_has_started_or_twice(clock, sciatica):
    plan = publish(sciatica, at=NEW_YEAR + HOUR)
    later = publish(sciatica, at=NEW_YEAR + 2 * HOUR, waiting="keep")
    actions.cancel(later, by=None)
    with pytest.raises(actions.Refused, match="no longer planned"):
        actions.cancel(later, by=None)

    clock.move_to(NEW_YEAR + HOUR)
    with pytest.raises(actions.Refused, match="no longer planned"):
        actions.cancel(plan, by=None)

    plan.refresh_from_db()
    assert plan.cancelled_at is None


def test_what_was_published_at_once_cannot_be_cancelled(stopped_clock, sciatica):
    publish(sciatica)
    edition = publish(sciatica)
    assert edition.live_from > timezone.now()

    with pytest.raises(actions.Refused, match="no longer planned"):
        actions.cancel(edition, by=None)


def test_publishing_asks_what_becomes_of_plans(clock, sciatica):
    plan = publish(sciatica, "Later", at=NEW_YEAR + HOUR)

    for act in (publish, withdraw):
        for waiting in (None, "", "whatever"):
            with pytest.raises(actions.PlansWait, match="keep or to cancel") as asked:
                act(sciatica, waiting=waiting)
            assert asked.value.plans == [plan]

    assert Edition.objects.get() == plan


def test_kept_plans_still_start(clock, sciatica):
    publish(sciatica, "Later", at=NEW_YEAR + HOUR)

    publish(sciatica, "Now", waiting="keep")

    assert title_at(sciatica, timezone.now()) == "Now"
    assert title_at(sciatica, NEW_YEAR + HOUR) == "Later"


def test_cancelled_plans_never_start(clock, sciatica):
    publish(sciatica, "Later", at=NEW_YEAR + HOUR)
    publish(sciatica, "Even later", at=NEW_YEAR + 2 * HOUR, waiting="keep")

    publish(sciatica, "Now", waiting="cancel")

    assert title_at(sciatica, timezone.now()) == "Now"
    assert title_at(sciatica, NEW_YEAR + 3 * HOUR) == "Now"
    assert Edition.objects.exclude(cancelled_at=None).count() == 2


def test_a_plan_that_has_started_waits_no_more(clock, sciatica):
    publish(sciatica, at=NEW_YEAR + HOUR)
    clock.move_to(NEW_YEAR + HOUR)

    assert publish(sciatica).number == 2


def test_a_moment_that_has_passed_is_refused(clock, sciatica):
    for at in (NEW_YEAR - HOUR, NEW_YEAR):
        with pytest.raises(actions.Refused, match="moment to go live has passed"):
            publish(sciatica, at=at)
    publish(sciatica)
    with pytest.raises(actions.Refused, match="moment to go live has passed"):
        withdraw(sciatica, at=NEW_YEAR)

    assert Edition.objects.count() == 1


def test_a_refused_moment_cancels_no_plan_and_claims_no_address(clock, sciatica):
    plan = publish(sciatica, at=NEW_YEAR + HOUR)
    sciatica.slug = "sciatic-pain"
    sciatica.save()

    with pytest.raises(actions.Refused):
        publish(sciatica, at=NEW_YEAR, waiting="cancel")

    assert Edition.objects.planned(timezone.now()).get() == plan
    assert Address.objects.get().slug == "sciatica"


def test_two_plans_cannot_start_at_one_moment_unless_the_first_is_cancelled(clock, sciatica):
    publish(sciatica, "One", at=NEW_YEAR + HOUR)

    with pytest.raises(actions.Refused, match="planned for that very moment"):
        publish(sciatica, "Two", at=NEW_YEAR + HOUR, waiting="keep")
    publish(sciatica, "Two", at=NEW_YEAR + HOUR, waiting="cancel")

    assert title_at(sciatica, NEW_YEAR + HOUR) == "Two"


# The clock


def test_each_edition_starts_later_than_the_one_before_though_the_clock_stands_still(stopped_clock, sciatica):
    editions = [publish(sciatica), publish(sciatica), publish(sciatica), withdraw(sciatica), publish(sciatica)]

    assert [edition.live_from for edition in editions] == [NEW_YEAR + number * TICK for number in range(5)]
    assert all(edition.made_at == edition.live_from for edition in editions)


def test_a_clock_set_back_neither_rewrites_the_past_nor_makes_plans(stopped_clock, sciatica):
    first = publish(sciatica, "One")
    stopped_clock.shift(-HOUR)

    second = publish(sciatica, "Two")

    assert second.live_from == first.live_from + TICK
    assert title_at(sciatica, first.live_from) == "One"
    assert not Edition.objects.planned(timezone.now()).exists()


def test_a_plan_that_starts_at_this_very_moment_comes_before_what_is_published_now(stopped_clock, sciatica):
    publish(sciatica, "Plan", at=NEW_YEAR + HOUR)
    stopped_clock.move_to(NEW_YEAR + HOUR)

    now = publish(sciatica, "Now")

    assert now.live_from == NEW_YEAR + HOUR + TICK
    assert title_at(sciatica, NEW_YEAR + HOUR) == "Plan"


def test_a_plan_one_tick_ahead_is_stepped_over(stopped_clock, sciatica):
    publish(sciatica, "One")
    publish(sciatica, "Plan", at=NEW_YEAR + 2 * TICK)
    publish(sciatica, "Two", waiting="keep")

    assert [title_at(sciatica, NEW_YEAR + ticks * TICK) for ticks in range(4)] == ["One", "Two", "Plan", "Plan"]
    assert publish(sciatica, "Three").live_from == NEW_YEAR + 3 * TICK


def test_a_moment_within_the_ticks_already_given_away_has_passed(stopped_clock, sciatica):
    publish(sciatica)
    publish(sciatica)

    with pytest.raises(actions.Refused, match="has passed"):
        publish(sciatica, at=NEW_YEAR + 2 * TICK)


# The signal


def test_the_signal_is_sent_once_when_the_edition_is_committed(sciatica, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        edition = publish(sciatica)
        assert heard == []
    assert heard == [edition]

    with django_capture_on_commit_callbacks(execute=True):
        withdrawal = withdraw(sciatica)
    assert heard == [edition, withdrawal]


def test_the_signal_is_sent_for_each_of_many(sciatica, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        editions = actions.publish_many([sciatica, make.symptom()], by=None, change="New.")

    assert heard == editions


def test_no_signal_is_sent_for_what_is_rolled_back(sciatica, heard, django_capture_on_commit_callbacks):
    @transaction.atomic
    def publish_and_fail():
        publish(sciatica)
        raise ZeroDivisionError

    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(ZeroDivisionError):
            publish_and_fail()
        with pytest.raises(actions.Refused):
            publish(sciatica, change="")

    assert heard == []
    assert not Edition.objects.exists()
    assert not Mention.objects.exists()
    assert not Address.objects.exists()


def test_no_signal_is_sent_for_a_planned_moment(clock, sciatica, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        plan = publish(sciatica, at=NEW_YEAR + HOUR)
        actions.cancel(plan, by=None)

    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_a_listener_that_fails_keeps_the_signal_from_nobody_else(sciatica, heard, caplog):
    def fail(edition, **kwargs):
        if edition.title == "Sciatica":
            raise ZeroDivisionError

    published.connect(fail)
    try:
        editions = actions.publish_many([sciatica, make.symptom()], by=None, change="New.")
    finally:
        published.disconnect(fail)

    assert heard[-1] == editions[-1]
    assert Edition.objects.count() == 2
    assert "ZeroDivisionError" in caplog.text
