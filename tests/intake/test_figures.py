"""How many requests there were: counted once each, and no small number to be read or worked out."""

import csv
import itertools
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import assume, given
from hypothesis import strategies as st
from lxml import etree
from time_machine import travel

from intake import desk, erasing
from intake.figures import counting, hiding, reading
from intake.models import DeskSettings, Request, Tally
from record.models import Entry
from tests import make
from tests.intake.patient import Patient

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PAGE = "/admin/intake/request/figures/"
WEEK = timedelta(days=8)


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.get_current_timezone())


def made(condition="unsure", place="NY", **fields):
    request = make.request(**fields)
    request.seal({"answers": {"reason": {"condition": condition}, "patient": {"place": place}}, "checked": []})
    request.save()
    return request


def closed(outcome="no_reply", **fields):
    return made(outcome=outcome, closed_at=timezone.now() - WEEK, **fields)


def tallies(name="arrived"):
    rows = Tally.objects.exclude(**{name: 0})
    return {(tally.dimension, tally.value): getattr(tally, name) for tally in rows}


def count_all():
    while counting.count_new():
        pass


# Counting


def test_each_request_is_counted_once_at_each_stage():
    request = made()
    count_all()
    count_all()
    assert tallies() == {("all", ""): 1, ("condition", "unsure"): 1, ("region", "unknown"): 1, ("place", "NY"): 1}
    assert tallies("contacted") == tallies("closed") == {}

    now = timezone.now()
    Request.objects.update(contacted_at=now)
    count_all()
    Request.objects.update(outcome="declined", status="declined", outcome_on=now, closed_at=now, due_at=None)
    count_all()
    assert tallies("contacted")["all", ""] == 1
    assert tallies("closed") == {}
    Request.objects.update(closed_at=now - WEEK)
    for _time in range(2):
        count_all()

    assert tallies("closed")["outcome", "declined"] == tallies("arrived")["all", ""] == 1
    assert ("outcome", "declined") not in tallies("arrived")
    looks = Entry.objects.filter(kind="request", key=str(request.pk), detail="figures")
    assert looks.count() == 3


def test_a_month_is_that_of_the_arrival_where_the_department_is():
    made(received_at=local("2027-01-31T23:30"))
    made(received_at=local("2027-02-01T00:30"))

    count_all()

    assert set(Tally.objects.values_list("month", flat=True)) == {date(2027, 1, 1), date(2027, 2, 1)}


def test_a_condition_counts_in_each_of_its_regions(department):
    page = make.published(make.condition("Stenosis", regions=["cervical", "lumbar"]))
    made(condition=str(page.pk))

    count_all()

    assert {("region", "cervical"), ("region", "lumbar"), ("condition", str(page.pk))} <= tallies().keys()


def test_what_is_erased_is_counted_before():
    closed(contacted_at=timezone.now())
    DeskSettings.objects.update(kept_for=30)

    with travel(timezone.now() + timedelta(days=30)):
        erasing.erase_old()

    assert not Request.objects.exists()
    assert tallies("closed")["outcome", "no_reply"] == tallies("contacted")["all", ""] == 1


def test_a_request_that_does_not_open_is_counted_and_erased_all_the_same():
    request = closed()
    Request.objects.update(words=b"spoilt")

    count_all()

    assert tallies()["condition", "unknown"] == 1
    assert request.reference not in str(tallies())


def test_counting_that_is_killed_in_the_middle_is_finished_later(monkeypatch):
    for _number in range(5):
        made()
    does, calls = counting._add, itertools.count()

    def die(*args, **kwargs):
        if next(calls) == 9:
            raise KeyboardInterrupt
        does(*args, **kwargs)

    monkeypatch.setattr(counting, "_add", die)
    with pytest.raises(KeyboardInterrupt):
        count_all()
    monkeypatch.setattr(counting, "_add", does)
    count_all()

    assert tallies()["all", ""] == tallies()["place", "NY"] == 5


def test_a_sum_agrees_with_the_requests_themselves():
    for number in range(30):
        condition = ("unsure", "other")[number % 2]
        (closed if number % 3 else made)(condition=condition, place=("NY", "NJ", "outside")[number % 3])

    count_all()

    assert tallies()["all", ""] == 30
    assert tallies()["condition", "other"] == 15
    assert {place: tallies()["place", place] for place in ("NY", "NJ", "outside")} == dict.fromkeys(
        ("NY", "NJ", "outside"), 10
    )
    assert tallies("closed")["all", ""] == tallies("closed")["outcome", "no_reply"] == 20


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("one_tally_of_each_part", {"month": date(2026, 1, 1)}),
        ("a_tally_is_of_a_whole_month", {"month": date(2026, 1, 2)}),
    ],
)
def test_tallies_can_not_be_two_of_one_or_of_half_a_month(name, fields):
    Tally.objects.create(month=date(2026, 1, 1), kind="appointment", dimension="all")

    with pytest.raises(IntegrityError), transaction.atomic():
        Tally.objects.create(kind="appointment", dimension="all", **fields)
    assert name in {constraint.name for constraint in Tally._meta.constraints}


@pytest.mark.parametrize(
    ("came", "heard", "minutes"),
    [
        ("2026-11-20T16:00", "2026-11-23T09:30", 60 + 90),  # over a weekend
        ("2026-11-21T12:00", "2026-11-23T08:00", 0),
        ("2026-11-23T09:00", "2026-11-23T08:00", 0),
        ("2026-11-25T16:30", "2026-11-27T08:15", 30 + 15),  # over Thanksgiving
    ],
)
def test_waiting_is_counted_in_business_hours(came, heard, minutes):
    rules = DeskSettings.objects.get()
    rules.holidays.create(day=date(2026, 11, 26))

    assert desk.minutes_between(rules, local(came), local(heard)) == minutes


@given(st.datetimes(datetime(2026, 10, 20), datetime(2026, 12, 1)), st.integers(1, 3))
def test_what_is_due_after_a_day_is_a_business_day_away(moment, days):
    rules = DeskSettings.objects.get()
    came = local(moment.replace(second=0, microsecond=0).isoformat())

    assert desk.minutes_between(rules, came, desk.due_after(rules, came, days)) == days * 9 * 60


# What is shown


def possible(cells, total, most):
    """All ways in which numbers can stand behind `cells` and add up to `total`."""
    ranges = []
    for cell in cells:
        small, large = range(1, 11), range(11, most + 1)
        ranges.append(small if cell == "<11" else large if cell == "held back" else [int(cell)])
    return [numbers for numbers in itertools.product(*ranges) if sum(numbers) == total]


@given(st.lists(st.sampled_from([0, 1, 2, 5, 10, 11, 12, 20]), min_size=1, max_size=4))
def test_no_small_number_follows_from_what_is_shown(counts):
    cells, total = hiding.shown(counts)
    assume(total.isdigit())
    found = possible(cells, sum(counts), sum(counts))

    assert tuple(counts) in found
    for place, count in enumerate(counts):
        if 0 < count < 11:
            assert cells[place] == "<11"
            assert len({numbers[place] for numbers in found}) > 1


@given(st.lists(st.integers(0, 40), max_size=6))
def test_no_number_is_shown_that_is_not_true(counts):
    cells, total = hiding.shown(counts)

    assert all(cell in (str(count), "held back") or 0 < count < 11 for cell, count in zip(cells, counts, strict=True))
    assert total in (str(sum(counts)), "held back") or 0 < sum(counts) < 11
    assert not any(cell.isdigit() and 0 < int(cell) < 11 for cell in (*cells, total))


@pytest.fixture
def counted():
    """30 from New York and 4 from Alaska, some of them closed."""
    with travel(local("2026-11-23T12:00"), tick=False):
        for number in range(34):
            (closed if number % 2 else made)(
                place="NY" if number < 30 else "AK",
                received_at=timezone.now() - timedelta(days=10 if number < 20 else 40),
            )
        count_all()


def rows(soup, heading):
    section = next(part for part in soup.select("section") if part.h2.text == heading)
    return {row.th.text: [cell.text for cell in row.select("td")] for row in section.select("tbody tr, tfoot tr")}


def test_the_page_shows_tables_and_plots_that_tell_of_nobody(as_, coordinator, counted):
    soup = BeautifulSoup(as_(coordinator).get(PAGE).content, "html.parser")

    by_place = {place: (cells[0], cells[2]) for place, cells in rows(soup, "Appointment: Lives in").items()}
    assert by_place == {
        "Alaska": ("<11", "<11"),
        "New York": ("held back", "held back"),
        "All": ("34", "17"),
    }
    months = rows(soup, "Appointment: By month of arrival")
    assert (months["November"][0], months["October"][0], months["All"][0]) == ("20", "14", "34")
    for plot in soup.select(".request-plot"):
        etree.fromstring(str(plot))
        assert plot["aria-label"]
    counts = soup.select("tbody td:nth-child(2), tbody td:nth-child(4), .request-plot text")
    assert not [cell for cell in counts if cell.text.isdigit() and 0 < int(cell.text) < 11]


def test_the_file_holds_the_same_and_no_formula(as_, privacy_officer, counted):
    page = make.published(make.condition("=HYPERLINK(1)"))
    with travel(local("2026-11-23T12:00"), tick=False):
        made(condition=str(page.pk))
        count_all()

    said = as_(privacy_officer).get("/admin/intake/request/figures.csv", {"year": "2026"})
    text = b"".join(said.streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(StringIO(text)))

    assert ["Appointment", "Condition", "'=HYPERLINK(1)"] in [line[:3] for line in lines]
    assert ["Appointment", "Lives in", "Alaska", "<11"] in [line[:4] for line in lines]
    assert Entry.objects.latest("number").action == "export"


@pytest.mark.parametrize("year", ["1999", "x", "99999999"])
def test_there_is_no_page_of_a_year_without_figures(as_, coordinator, counted, year):
    assert as_(coordinator).get(PAGE, {"year": year}).status_code == 404


@pytest.mark.parametrize("role", ["Editor", "Reviewing physician", "Administrator", "superuser"])
def test_nobody_else_sees_figures(as_, role):
    client = as_(make.user(is_superuser=True) if role == "superuser" else make.user(role))

    for page in (PAGE, "/admin/intake/request/figures.csv"):
        assert client.get(page).status_code == 403


def test_what_patients_send_is_counted_by_what_they_answered(department):
    asked = Patient(Client()).ask(reason={"condition": str(department.condition.pk)})

    count_all()

    assert {("condition", str(department.condition.pk)), ("place", "NY")} <= tallies().keys()
    assert asked.pk
    assert reading.years() == [timezone.localdate().year]
