"""How often one address may send a form is counted in one place, and the address is kept nowhere."""

import datetime
from concurrent.futures import ThreadPoolExecutor

from django.core.cache import cache
from django.db import DatabaseError, connections
from django.test import RequestFactory
from time_machine import travel

from accounts import limits
from accounts.models import Sending
from housekeeping.loop import Loop

ADDRESS = "198.51.100.7"
NOON = datetime.datetime(2026, 3, 2, 12, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def waits(what="letter", most=3):
    return limits.seconds_to_wait(RequestFactory().post("/", REMOTE_ADDR=ADDRESS), what, most)


def test_another_worker_goes_on_counting(db):
    with travel(NOON, tick=False):
        answers = []
        for _turn in range(5):
            cache.clear()  # as in a worker that has just begun
            answers.append(waits())

        assert answers == [0, 0, 0, 3600, 3600]
        assert waits("something else") == 0


def test_of_many_at_once_no_more_than_the_most_go_through(transactional_db):
    def send(_number):
        try:
            return waits(most=5)
        finally:
            connections.close_all()

    with travel(NOON, tick=False), ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(20)))

    assert sum(answer == 0 for answer in answers) == 5
    assert Sending.objects.get().count == 20


def test_nothing_says_who_sent_or_that_it_was_the_same_an_hour_later(db):
    with travel(NOON, tick=False) as clock:
        waits()
        clock.shift(HOUR)
        waits()

    rows = list(Sending.objects.values())
    assert ADDRESS not in repr(rows)
    assert len({row["sender"] for row in rows}) == 2


def test_housekeeping_forgets_the_hours_that_are_past(db):
    with travel(NOON, tick=False) as clock:
        waits()
        clock.shift(HOUR)
        waits()
        Loop().round()

        assert Sending.objects.get().hour == int((NOON + HOUR).timestamp()) // 3600


def test_a_database_that_can_not_be_written_to_makes_nobody_wait(db, monkeypatch):
    def refuse(**values):
        raise DatabaseError("read-only")

    monkeypatch.setattr(limits, "_count", refuse)

    assert waits(most=0) == 0
