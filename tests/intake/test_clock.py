"""When something is due: business hours, holidays, weekends, and days on which clocks are set."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from intake import desk
from intake.models import DeskSettings
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]
THANKSGIVING, CHRISTMAS, NEW_YEAR = date(2026, 11, 26), date(2026, 12, 25), date(2027, 1, 1)


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.get_current_timezone())


@pytest.fixture
def rules():
    rules = DeskSettings.objects.get()
    for day in (THANKSGIVING, CHRISTMAS, NEW_YEAR):
        rules.holidays.create(day=day)
    return rules


@pytest.mark.parametrize(
    ("came", "days", "due"),
    [
        ("2026-11-16T10:00", 1, "2026-11-17T10:00"),  # Monday to Tuesday
        ("2026-11-16T10:00", 2, "2026-11-18T10:00"),
        ("2026-11-20T15:00", 1, "2026-11-23T15:00"),  # over a weekend
        ("2026-11-21T12:00", 1, "2026-11-23T17:00"),  # on Saturday: all of Monday
        ("2026-11-22T23:59", 1, "2026-11-23T17:00"),
        ("2026-11-16T07:00", 1, "2026-11-16T17:00"),  # before the desk opens
        ("2026-11-16T17:00", 1, "2026-11-17T17:00"),  # as it closes
        ("2026-11-16T20:00", 1, "2026-11-17T17:00"),
        ("2026-11-25T15:00", 1, "2026-11-27T15:00"),  # over Thanksgiving
        ("2026-11-26T10:00", 1, "2026-11-27T17:00"),  # on it
        ("2026-12-24T16:00", 2, "2026-12-29T16:00"),  # Christmas and a weekend
        ("2026-12-31T16:30", 1, "2027-01-04T16:30"),
        ("2026-10-30T15:00", 1, "2026-11-02T15:00"),  # clocks go back on Sunday
        ("2027-03-12T15:00", 1, "2027-03-15T15:00"),  # and forward
    ],
)
def test_the_clock_runs_in_business_hours_alone(rules, came, days, due):
    assert desk.due_after(rules, local(came), days) == local(due)


@given(
    st.datetimes(min_value=datetime(2026, 10, 26), max_value=datetime(2027, 3, 20)),
    st.integers(1, 4),
)
def test_the_clock_agrees_with_counting_each_quarter_of_an_hour(moment, days):
    rules = DeskSettings(opens=time(8, 30), closes=time(16, 15))
    rules.pk = 1
    start = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    quarters, now = days * 31, start
    while quarters:
        is_open = now.weekday() < 5 and time(8, 30) <= now.time() < time(16, 15)
        quarters -= is_open
        now += timedelta(minutes=15)

    assert desk.due_after(rules, local(start.isoformat()), days) == local(now.isoformat())


def test_what_is_due_on_a_day_off_is_due_on_the_next_business_day(rules):
    assert desk.end_of(rules, THANKSGIVING) == local("2026-11-27T17:00")
    assert desk.end_of(rules, date(2026, 11, 28)) == local("2026-11-30T17:00")
    assert desk.end_of(rules, date(2026, 11, 30)) == local("2026-11-30T17:00")


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("the_desk_closes_after_it_opens", {"opens": time(17), "closes": time(8)}),
        (
            "first_contact_comes_before_the_promised_day_and_urgent_first",
            {"urgent_within": 3, "routine_within": 2},
        ),
        (
            "first_contact_comes_before_the_promised_day_and_urgent_first",
            {"routine_within": 4, "answer_within": 3},
        ),
        ("the_next_step_is_due_within_30_days", {"next_within": 31}),
    ],
)
def test_the_desk_can_not_promise_what_makes_no_sense(name, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        DeskSettings.objects.update(**fields)
    assert name in {constraint.name for constraint in DeskSettings._meta.constraints}


def test_what_makes_no_sense_is_said_beside_the_field(as_):
    client = as_(make.user("Administrator"))
    page = "/admin/intake/desksettings/1/change/"
    form = {
        "is_open": "on",
        "opens": "17:00",
        "closes": "08:00",
        "urgent_within": "3",
        "routine_within": "2",
        "answer_within": "3",
        "next_within": "5",
        "kept_for": "365",
        "most_gigabytes": "2",
        **{f"{name}-{part}": "0" for name in ("holidays", "retentions") for part in ("TOTAL_FORMS", "INITIAL_FORMS")},
    }

    said = client.post(page, form).content.decode()

    assert "Urgent requests come first" in said
    assert DeskSettings.objects.get().opens == time(8)
