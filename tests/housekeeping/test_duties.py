import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.models import F
from django.urls import reverse

from housekeeping import duties, loop
from housekeeping.clock import now
from housekeeping.duties import Duty, register
from housekeeping.models import Heartbeat, Lease
from record import heads
from record.models import Action
from record.noting import Thing, note
from tests import make

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    """No duty but those that the test registers."""
    monkeypatch.setattr(duties, "registered", {})
    return duties.registered


def periodic(act, name="sweep", **options):
    register(Duty(name=name, words=f"Do the {name}", act=act, every=HOUR, **options))


def queue(act, name="letters", **options):
    register(Duty(name=name, words=f"Send the {name}", act=act, due=todo, **options))


def todo():
    return Group.objects.filter(name__startswith="todo").order_by("pk")


def things(count):
    return [Group.objects.create(name=f"todo {number}") for number in range(count)]


def finished(thing):
    return lambda: Group.objects.filter(pk=thing.pk).update(name=f"done {thing.pk}")


def rounds(count=1):
    for _round in range(count):
        loop.Loop().round()


def time_passes(by):
    for name in ("until", "due_at", "failing_since"):
        Lease.objects.update(**{name: F(name) - by})
    Heartbeat.objects.update(at=F("at") - by)


def test_a_duty_is_periodic_or_a_queue():
    with pytest.raises(ValueError, match="either"):
        Duty(name="x", words="x", act=print)
    with pytest.raises(ValueError, match="either"):
        Duty(name="x", words="x", act=print, every=HOUR, due=todo)


def test_a_periodic_duty_is_done_once_in_its_time():
    done = []
    periodic(lambda: done.append(1))

    rounds(3)
    assert len(done) == 1
    time_passes(HOUR)
    rounds(3)
    assert len(done) == 2


def test_a_queue_is_done_thing_by_thing_until_it_is_empty():
    done = []

    def send(thing):
        done.append(thing.pk)
        return finished(thing)

    queue(send)
    waiting = things(5)

    rounds(2)

    assert done == [thing.pk for thing in waiting]
    assert not todo().exists()
    assert not Lease.objects.exists()


def test_work_is_done_outside_any_transaction(transactional_db):
    inside = []
    periodic(lambda: inside.append(connection.in_atomic_block))

    rounds()

    assert inside == [False]


def test_a_long_queue_leaves_the_others_their_turn(monkeypatch):
    monkeypatch.setattr(loop, "MOST_IN_A_ROW", 2)
    done = []
    queue(lambda thing: done.append(thing) or finished(thing))
    periodic(lambda: done.append("sweep"))
    things(5)

    rounds()

    assert done[2] == "sweep"
    assert len(done) == 3


def test_a_failing_duty_stops_no_other_and_rests_longer_each_time(caplog):
    tries, done = [], []

    def fail():
        tries.append(1)
        raise ValueError("the letter of Ada Sample, 555-0100")

    periodic(fail, "letters")
    periodic(lambda: done.append(1))

    rounds(2)
    assert (len(tries), len(done)) == (1, 1)
    time_passes(timedelta(seconds=30))
    rounds(2)
    assert len(tries) == 2
    time_passes(timedelta(seconds=30))
    rounds()
    assert len(tries) == 2
    time_passes(timedelta(seconds=30))
    rounds()
    assert len(tries) == 3
    assert "Duty letters failed for the 3. time (ValueError in fail, test_duties.py:" in caplog.text
    assert "Sample" not in caplog.text


def test_a_duty_that_goes_well_again_forgets_that_it_failed():
    answers = [ValueError, None]

    def act():
        if error := answers.pop(0):
            raise error

    periodic(act)
    rounds()
    time_passes(HOUR)
    rounds()

    lease = Lease.objects.get()
    assert (lease.attempts, lease.failing_since, lease.token) == (0, None, None)


def test_one_failing_thing_does_not_keep_the_rest_of_its_queue():
    first, *others = things(4)

    def send(thing):
        if thing == first:
            raise ValueError
        return finished(thing)

    queue(send)
    rounds(2)

    assert list(todo()) == [first]


def test_what_cannot_tell_what_is_due_stops_no_other(caplog):
    def broken():
        raise KeyError("Ada Sample")

    done = []
    register(Duty(name="broken", words="Broken", act=print, due=broken))
    periodic(lambda: done.append(1))

    rounds()

    assert done == [1]
    assert "Duty broken: what is due can't be told (KeyError in broken" in caplog.text
    assert "Sample" not in caplog.text


def test_who_lost_the_lease_writes_nothing_down(caplog):
    (thing,) = things(1)

    def send_too_slowly(thing):
        Lease.objects.update(token=uuid.uuid4())
        return finished(thing)

    queue(send_too_slowly)
    rounds()

    assert list(todo()) == [thing]
    assert Lease.objects.get().token
    assert "took longer than its lease" in caplog.text


def test_what_another_loop_is_at_is_left_to_it_until_its_lease_ends():
    done = []
    periodic(lambda: done.append(1), lease=timedelta(minutes=2))
    loop.claim(duties.registered["sweep"])  # and the loop dies

    time_passes(timedelta(seconds=110))
    rounds()
    assert done == []
    time_passes(timedelta(seconds=20))
    rounds()
    assert done == [1]


def test_what_left_its_queue_by_another_way_is_forgotten():
    (thing,) = things(1)

    def fail(thing):
        raise ValueError

    queue(fail)
    rounds()
    thing.delete()
    time_passes(timedelta(days=2))
    rounds()

    assert not Lease.objects.exists()


def test_a_database_that_is_away_does_not_end_the_loop(monkeypatch, caplog):
    busy = loop.Loop()
    answers = [OperationalError("no route to 192.0.2.1"), None]

    def round_():
        if error := answers.pop(0):
            raise error
        busy.stopping.set()

    monkeypatch.setattr(loop, "PAUSE", 0)
    monkeypatch.setattr(busy, "round", round_)

    busy.run()

    assert answers == []
    assert "Housekeeping can't use the database (OperationalError)" in caplog.text


def test_told_to_stop_it_ends_after_what_is_at_hand(transactional_db):
    busy = loop.Loop()
    queue(lambda thing: busy.stopping.set() or finished(thing))
    things(3)

    busy.run()

    assert todo().count() == 2


# The record's head


def test_the_record_has_its_head_written_each_hour(registered, settings, tmp_path):
    from django.apps import apps

    settings.DATA = tmp_path
    apps.get_app_config("record").ready()
    entry = note(None, Action.VIEW, Thing("letter"))

    call_command("housekeep", "--once")
    call_command("housekeep", "--once")
    time_passes(HOUR)
    call_command("housekeep", "--once")

    assert [head.number for head in heads.read_heads(tmp_path / "heads")] == [entry.number] * 2


# What staff read


def first_page(client, person):
    make.signed_in(client, person)
    return client.get(reverse("admin:index")).content.decode()


def test_staff_read_that_all_is_well(client):
    periodic(lambda: None)
    rounds()

    page = first_page(client, make.user("Editor"))

    assert "Last seen at work on" in page
    assert "Nothing is late." in page


def test_staff_read_that_it_never_ran(client):
    assert "It has never been at work." in first_page(client, make.user("Editor"))


def test_staff_read_since_when_it_has_not_run_and_what_to_do(client):
    rounds()
    time_passes(timedelta(minutes=11))

    page = first_page(client, make.user("Editor"))

    assert "It has not been at work since" in page
    assert "manage.py serve" in page


def test_staff_read_what_is_late_in_words(client):
    def fail(thing=None):
        raise ValueError

    periodic(fail)
    queue(fail)
    periodic(lambda: None, "dusting")
    things(3)
    rounds()
    time_passes(timedelta(minutes=16))
    loop.beat()

    page = first_page(client, make.user("Editor"))

    assert "Do the sweep: has failed since" in page
    assert "Send the letters: has failed since" in page
    assert "Do the dusting" not in page
    time_passes(HOUR)
    assert "Do the dusting: was due on" in first_page(client, make.user("Editor"))


def test_the_first_page_costs_the_same_however_long_a_queue_fails(client, django_assert_max_num_queries):
    def fail(thing):
        raise ValueError

    queue(fail)
    things(40)
    rounds()
    time_passes(HOUR)

    with django_assert_max_num_queries(4):
        from housekeeping.state import state

        found = state()

    assert [late.words for late in found.late] == ["Send the letters"]


def test_moments_are_those_of_the_database(db):
    first, second = now(), now()

    assert first <= second
    assert first.utcoffset() == timedelta(0)
