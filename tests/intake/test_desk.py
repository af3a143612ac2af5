"""How the desk works is one row, which Administrators change, on record."""

import datetime

import pytest
from bs4 import BeautifulSoup

from intake import desk
from intake.models import DeskSettings
from record.models import Entry
from tests import make
from tests.constraints import broken
from tests.forms import submitted

pytestmark = pytest.mark.django_db
PAGE = "/admin/intake/desksettings/1/change/"
INLINE = "holidays"


@pytest.fixture
def administrator(as_):
    """A client that an Administrator is signed in with."""
    return as_(make.user("Administrator"))


def changed(client, **fields):
    return client.post(PAGE, {**submitted(client.get(PAGE)), **fields})


def errors(response):
    soup = BeautifulSoup(response.content, "html.parser")
    return [line.text for line in soup.select(".errorlist li")]


def rows():
    found = Entry.objects.filter(kind="desksettings").order_by("number")
    return list(found.values_list("action", "key", "detail", "outcome"))


def test_there_always_is_one_desk(transactional_db):
    assert DeskSettings.objects.get().pk == 1
    assert desk.settings().answer_within == 3


def test_there_is_never_a_second_desk():
    with broken("one_desk"):
        DeskSettings.objects.create(pk=2)


def test_an_administrator_changes_the_settings_and_holidays_on_record(administrator):
    response = changed(
        administrator,
        answer_within="5",
        mail_to="desk@example.org",
        **{f"{INLINE}-0-day": "2026-12-25", f"{INLINE}-0-name": "Christmas"},
    )

    assert response.headers["Location"] == PAGE
    assert desk.settings().answer_within == 5
    assert desk.answer_day(desk.settings(), datetime.date(2026, 12, 24)) == datetime.date(2027, 1, 1)
    assert rows() == [("change", "1", "Mail of the desk, Answers within, holiday", "allowed")]


def test_a_holiday_can_be_taken_off_the_list(administrator):
    DeskSettings.objects.get().holidays.create(day="2026-12-25")

    changed(administrator, **{f"{INLINE}-0-DELETE": "on"})

    assert not DeskSettings.objects.get().holidays.exists()


def test_without_the_check_the_forms_show_the_words_and_no_question(administrator, client):
    form = submitted(administrator.get(PAGE))
    del form["is_open"]
    administrator.post(PAGE, {**form, "closed_words": "We are moving."})

    for way in ("/appointments/", "/second-opinion/"):
        said = client.get(way).content.decode()
        assert "We are moving." in said
        assert 'name="now"' not in said


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"answer_within": "0"}, "Promise an answer within 1 to 30 business days."),
        ({"answer_within": "31"}, "Promise an answer within 1 to 30 business days."),
        ({"answer_within": "99999999999"}, "Promise an answer within 1 to 30 business days."),
        ({"answer_within": "soon"}, "Enter a whole number."),
        ({"kept_for": "29"}, "Keep requests for 30 to 3,650 days: a month at least, ten years at most."),
        ({"kept_for": "3651"}, "Keep requests for 30 to 3,650 days: a month at least, ten years at most."),
        ({"mail_to": "the desk"}, "Enter a valid email address."),
        ({f"{INLINE}-1-day": "12/32/2026"}, "Enter a valid date."),
        ({f"{INLINE}-1-day": "2026-11-26"}, "This day is on the list already."),
        ({f"{INLINE}-1-name": "Thanksgiving"}, "This field is required."),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(administrator, fields, words):
    DeskSettings.objects.get().holidays.create(day="2026-11-26", name="Thanksgiving")

    response = changed(administrator, **fields)

    assert response.status_code == 200
    assert words in errors(response)
    assert (desk.settings().answer_within, desk.settings().kept_for) == (3, 365)
    assert rows() == []


def test_two_holidays_typed_at_once_on_one_day_are_refused(administrator):
    response = changed(administrator, **{f"{INLINE}-{number}-day": "2026-12-25" for number in (0, 1)})

    assert response.status_code == 200
    assert errors(response)


def test_a_coordinator_looks_and_changes_nothing(as_, coordinator):
    client = as_(coordinator)
    soup = BeautifulSoup(client.get(PAGE).content, "html.parser")

    assert client.post(PAGE, {"answer_within": "9"}).status_code == 403
    assert not soup.select("#content input:not([type=hidden])")
    assert desk.settings().answer_within == 3


@pytest.mark.parametrize("role", ["Editor", "Clinician", "Publisher", "Privacy officer"])
def test_others_see_nothing_of_it(as_, role):
    client = as_(make.user(role))

    assert client.get(PAGE).status_code == 403
    assert client.get("/admin/intake/desksettings/").status_code == 403


def test_the_address_of_the_list_leads_to_the_one_row(administrator):
    assert administrator.get("/admin/intake/desksettings/").headers["Location"] == PAGE


def test_nothing_is_changed_while_the_record_takes_no_row(administrator, request):
    administrator.raise_request_exception = False
    form = submitted(administrator.get(PAGE))
    request.getfixturevalue("unwritable_record")

    assert administrator.post(PAGE, {**form, "answer_within": "9"}).status_code == 503
    assert desk.settings().answer_within == 3
