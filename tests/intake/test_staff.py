"""What staff see of requests: coordinators alone, one row of the record for each look."""

import re

import pytest
from bs4 import BeautifulSoup
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import travel

from accounts.roles import ROLES
from intake.models import Request
from record.models import Entry
from spineinfo.keys import make_missing
from tests import make
from tests.intake.patient import Patient

pytestmark = pytest.mark.django_db
LIST = "/admin/intake/request/"
SEE = ("Coordinator", "Reviewing physician")  # of the latter: tests/intake/test_answering.py
OTHERS = [*(role for role in ROLES if role not in SEE), "superuser", "nobody's role"]


def page_of(request):
    return f"{LIST}{request.pk}/change/"


def someone(role):
    return make.user(is_superuser=True) if role == "superuser" else make.user(role if role in ROLES else None)


def looks():
    """What is on record about requests, the oldest first."""
    found = Entry.objects.filter(kind="request").order_by("number")
    return list(found.values_list("action", "key", "detail", "outcome"))


def shown(response):
    """The text of the list's cells, a row each."""
    soup = BeautifulSoup(response.content, "html.parser")
    return [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in soup.select("tbody tr")]


def answers(response):
    soup = BeautifulSoup(response.content, "html.parser")
    return {row.dt.text: row.dd.text for row in soup.select(".request-answers div")}


# Who


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_but_a_coordinator_gets_to_any_request_by_any_method(client, role):
    two = [make.request(), make.request(kind="second_opinion")]
    make.signed_in(client, someone(role))
    pages = ("", "add/", *(f"{one.pk}/{page}" for one in two for page in ("change/", "history/", "delete/", "")))

    found = {
        (page, method): client.generic(method, f"{LIST}{page}", follow=False).status_code
        for page in pages
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    }

    assert set(found.values()) == {403, 404, 405}
    assert all(found[page, "GET"] == 403 for page in ("", *(f"{one.pk}/change/" for one in two)))
    assert {outcome for *_look, outcome in looks()} == {"refused"}


def test_a_stranger_is_sent_to_sign_in(client):
    for address in (LIST, page_of(make.request())):
        for method in (client.get, client.post):
            assert method(address).headers["Location"].startswith("/admin/login/")


def test_a_right_given_beside_the_roles_opens_no_request(as_, editor):
    editor.user_permissions.add(Permission.objects.get(codename="view_request"))
    client = as_(editor)

    assert client.get(LIST).status_code == 403
    assert client.get(page_of(make.request())).status_code == 403


def test_a_coordinator_without_the_second_factor_gets_to_no_request(client, coordinator):
    client.force_login(coordinator)

    assert client.get(page_of(make.request())).status_code == 302


@pytest.mark.parametrize("page", ["add/", "{}/history/", "{}/delete/"])
def test_there_is_no_page_to_add_or_delete_a_request_nor_a_history_of_it(as_, coordinator, page):
    client = as_(coordinator)
    address = LIST + page.format(make.request().pk)

    assert client.get(address).status_code == 404
    assert client.post(address, {"post": "yes"}).status_code == 404


def test_a_coordinator_changes_nothing_by_the_page_of_a_request(as_, coordinator):
    asked = make.request()
    client = as_(coordinator)

    assert client.post(page_of(asked), {"status": "withdrawn"}).status_code == 403
    assert client.post(LIST, {"action": "delete_selected", "_selected_action": [asked.pk], "post": "yes"}).status_code
    assert Request.objects.get().status == "new"
    assert not LogEntry.objects.exists()


def test_requests_are_on_the_first_page_of_those_who_see_them(client):
    def is_offered(person):
        return f'href="{LIST}"' in make.signed_in(client, person).get("/admin/").content.decode()

    assert is_offered(make.user("Coordinator"))
    assert is_offered(make.user("Reviewing physician"))
    assert not any(is_offered(someone(role)) for role in OTHERS)


# The list


def test_the_list_says_which_is_most_urgent_and_who_nobody_is(as_, coordinator):
    moment = timezone.make_aware(timezone.datetime(2026, 11, 20, 15, 5))
    with travel(moment, tick=False):
        routine = make.request()
        today = make.request(priority=2, kind="second_opinion")
        emergency = make.request(priority=1)
    with travel(moment + timezone.timedelta(hours=3), tick=False):
        rows = shown(as_(coordinator).get(LIST))

    assert [row[0] for row in rows] == [one.reference for one in (emergency, today, routine)]
    assert rows[1][1:] == [
        "Second opinion",
        "3\xa0hours",
        "Sun, Nov 22, 3:05 PM",
        "Urgent: call today",
        "New",
        "Nobody",
        "-",
    ]


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ({"kind__exact": "second_opinion"}, "kind"),
        ({"status__exact": "no_reply"}, "status"),
        ({"priority__exact": "1"}, "priority"),
        ({"q": "aaaa bbbb"}, "words"),
        ({"q": "AAAA-BBBB-CCCC"}, "words"),
    ],
    ids=str,
)
def test_the_list_is_narrowed_by_plain_facts_and_searched_by_reference(as_, coordinator, query, detail):
    make.request()
    one = make.request(reference="AAAA-BBBB-CCCC", kind="second_opinion", priority=1)
    if "status__exact" in query:
        one = make.request(outcome="no_reply", status="no_reply")
    client = as_(coordinator)

    rows = shown(client.get(LIST, query))

    assert [row[0] for row in rows] == [one.reference]
    assert looks()[-1] == ("search", "", detail, "allowed")


def test_the_list_asks_the_database_as_often_for_forty_requests_as_for_one(as_, coordinator, unnoted_use):
    client = as_(coordinator)
    make.request()
    client.get(LIST)

    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for _number in range(39):
        make.request()
    with CaptureQueriesContext(connection) as forty:
        rows = shown(client.get(LIST))

    assert len(rows) == 40
    assert len(forty) == len(one)
    assert not any('"words"' in query["sql"] for query in forty)


# One request


def test_a_request_shows_what_the_patient_checked_exactly_as_it_was_typed(client, department, as_, coordinator):
    typed = "  Two  spaces,\n\ta tab,\n\n<b>& “quotes”\u202e "
    asked = Patient(Client()).ask(reason={"problem": typed}, patient={"given": " Zed\u00a0"})

    response = as_(coordinator).get(page_of(asked))

    found = answers(response)
    assert found["The problem"] == typed
    assert found["First name"] == " Zed\u00a0"
    assert found["Date of birth"] == "March 27, 1961"
    soup = BeautifulSoup(response.content, "html.parser")
    checked = asked.unsealed()["checked"]
    headings = [part.find_previous("h2").text for part in soup.select(".request-answers")]
    assert headings == [part["heading"] for part in checked]
    assert len(found) == sum(len(part["rows"]) for part in checked)
    assert "2026-11-appointment" in soup.select_one(".request-facts").text
    assert re.search(r"\d\d?:\d\d [AP]M E[SD]T", soup.select_one(".request-facts").text)


def test_an_urgent_request_says_so_before_all_else(as_, coordinator):
    client = as_(coordinator)

    def first(priority):
        soup = BeautifulSoup(client.get(page_of(make.request(priority=priority))).content, "html.parser")
        return soup.select_one(".request > *").text

    assert first(1) == "Urgent: call at once"
    assert first(2) == "Urgent: call today"
    assert "Urgent" not in first(3)


def test_neither_title_address_nor_history_holds_more_than_the_reference(client, department, as_, coordinator):
    asked = Patient(Client()).ask()

    soup = BeautifulSoup(as_(coordinator).get(page_of(asked)).content, "html.parser")

    assert soup.title.text.strip() == f"Request {asked.reference} | SpineInfo"
    assert soup.select_one(".breadcrumbs").get_text(" ", strip=True) == f"Home › Requests › {asked.reference}"
    assert "Sample" not in str(soup.head)
    assert not LogEntry.objects.exists()


def test_each_look_is_one_row_of_the_record(as_, coordinator):
    asked = make.request()
    client = as_(coordinator)

    client.get(LIST)
    client.get(page_of(asked))
    client.get(page_of(asked))

    look = ("view", str(asked.pk), "", "allowed")
    assert looks() == [("list", "", "", "allowed"), look, look]


def test_nothing_of_a_request_is_kept_by_the_browser(as_, coordinator):
    client = as_(coordinator)

    for address in (LIST, page_of(make.request())):
        assert "no-store" in client.get(address).headers["Cache-Control"]


# What doesn't open


def flip(asked, field):
    sealed = bytearray(getattr(asked, field))
    sealed[-1] ^= 1
    Request.objects.filter(pk=asked.pk).update(**{field: bytes(sealed)})


def swap(one, other, *fields):
    for mine, theirs in ((one, other), (other, one)):
        Request.objects.filter(pk=mine.pk).update(**{field: bytes(getattr(theirs, field)) for field in fields})


def another_keyset(settings, tmp_path):
    make_missing(tmp_path, {})
    settings.INTAKE_KEYSET = tmp_path / "intake.keyset"


SPOILT = {
    "words flipped": lambda one, other, *_: flip(one, "words"),
    "key flipped": lambda one, other, *_: flip(one, "key"),
    "words swapped": lambda one, other, *_: swap(one, other, "words"),
    "keys swapped": lambda one, other, *_: swap(one, other, "key"),
    "both swapped": lambda one, other, *_: swap(one, other, "key", "words"),
    "another keyset": lambda one, other, *more: another_keyset(*more),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_request_that_does_not_open_is_said_to_and_put_on_record(as_, coordinator, spoil, settings, tmp_path):
    one, other = make.request("My back hurts."), make.request("My neck hurts.")
    spoil(one, other, settings, tmp_path)
    client = as_(coordinator)

    said = client.get(page_of(one))
    listed = client.get(LIST)

    assert said.status_code == 500
    assert "This request can&#x27;t be opened" in said.content.decode()
    assert one.reference in said.content.decode()
    assert "hurts" not in said.content.decode()
    assert "Traceback" not in said.content.decode()
    look = ("view", str(one.pk), "", "allowed")
    assert looks()[0] == look
    assert (looks()[1][0], looks()[1][1], looks()[1][3]) == ("view", str(one.pk), "failed")
    assert looks()[2:] == [("list", "", "", "allowed")]
    assert len(shown(listed)) == 2
