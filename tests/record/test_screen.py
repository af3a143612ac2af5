import csv
import datetime
import io
import re

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import OperationalError, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from record.models import Action, Entry
from record.noting import Thing, note
from tests import make

pytestmark = pytest.mark.django_db
LIST = "/admin/record/entry/"
EXPORT = "/admin/record/entry/export/"
REASON = {"why": "The yearly review."}


def rows_after(number):
    found = Entry.objects.filter(number__gt=number).order_by("number")
    return list(found.values_list("username", "action", "kind", "detail", "why", "outcome"))


def last_number():
    return Entry.objects.order_by("-number").values_list("number", flat=True).first() or 0


def shown(answer):
    return [entry.number for entry in answer.context["entries"]]


def exported(answer):
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


@pytest.fixture
def people(editor, clinician, publisher, coordinator, privacy_officer):
    return {
        "Editor": editor,
        "Clinician": clinician,
        "Publisher": publisher,
        "Coordinator": coordinator,
        "Privacy officer": privacy_officer,
        "Administrator": make.user("Administrator"),
        "superuser": make.user(is_superuser=True),
        "nobody's role": make.user(),
        "officer without access": make.user("Privacy officer", is_staff=False),
    }


TAKEN = ("get", "head", "post")
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("address", [LIST, EXPORT, f"{LIST}add/", f"{LIST}1/change/", f"{LIST}1/delete/"])
def test_only_the_privacy_officer_gets_in(client, people, address, method):
    usual = {"post": 405, "put": 405, "patch": 405, "delete": 405, "options": 405, "get": 403, "head": 403}
    if address == EXPORT:
        usual |= {"post": 403, "get": 405, "head": 405}
    expected = dict.fromkeys(people, usual[method])
    expected["officer without access"] = 302
    if address not in (LIST, EXPORT):
        expected = dict.fromkeys(people, 404) | {"officer without access": 302}
    elif usual[method] == 403:
        expected["Privacy officer"] = 200
    if method not in TAKEN:
        expected = dict.fromkeys(people, 405)

    found = {}
    for name, person in people.items():
        make.signed_in(client, person)
        found[name] = getattr(client, method)(address, REASON if method == "post" else None).status_code
    client.logout()

    assert found == expected
    assert getattr(client, method)(address).status_code == (302 if method in TAKEN else 405)


def test_a_superuser_gets_in_by_giving_themselves_the_role(client):
    superuser = make.user("Privacy officer", is_superuser=True)
    make.signed_in(client, superuser)

    assert client.get(LIST).status_code == 200


def test_every_look_is_itself_on_record_with_the_kind_of_search_alone(as_, privacy_officer):
    client = as_(privacy_officer)
    before = last_number()

    client.get(LIST)
    client.get(LIST, {"username": "ada", "first": "2026-01-01", "outcome": ""})
    exported(client.post(f"{EXPORT}?kind=letter", REASON))

    name = privacy_officer.username
    assert rows_after(before) == [
        (name, "list", "record", "", "", "allowed"),
        (name, "search", "record", "who, from", "", "allowed"),
        (name, "export", "record", "what", "The yearly review.", "allowed"),
    ]


def test_refused_looks_are_on_record(as_, editor):
    client = as_(editor)
    before = last_number()

    client.get(LIST)
    client.get(LIST, {"username": "ada"})
    client.post(EXPORT, REASON)

    assert rows_after(before) == [
        (editor.username, "list", "record", "", "", "refused"),
        (editor.username, "search", "record", "who", "", "refused"),
        (editor.username, "export", "record", "", "", "refused"),
    ]


def test_nothing_of_the_record_is_shown_while_it_takes_no_row(as_, privacy_officer, request):
    client = as_(privacy_officer)
    client.raise_request_exception = False
    request.getfixturevalue("unwritable_record")

    listed, copied = client.get(LIST), client.post(EXPORT, REASON)

    assert (listed.status_code, copied.status_code) == (503, 503)
    assert privacy_officer.username not in listed.content.decode() + copied.content.decode()


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"username": "ada"}, ["1"]),
        ({"action": "print"}, ["2"]),
        ({"kind": "letter"}, ["1", "2", "3"]),
        ({"kind": "letter", "key": "3"}, ["3"]),
        ({"outcome": "refused"}, ["3"]),
        ({"kind": "letter", "first": "2020-01-01", "last": "2199-01-01"}, ["1", "2", "3"]),
        ({"kind": "letter", "first": "0001-01-01", "last": "9999-12-31"}, ["1", "2", "3"]),
        ({"kind": "letter", "last": "2020-01-01"}, []),
        ({"kind": "letter", "first": "2199-01-01"}, []),
        ({"kind": "letter", "first": "someday"}, []),
        ({"username": "ADA' OR 1=1"}, []),
    ],
    ids=str,
)
def test_rows_are_found_by_who_what_thing_day_and_outcome(as_, privacy_officer, filters, found):
    client = as_(privacy_officer)
    note(make.user(username="ada"), Action.VIEW, Thing("letter", "1"))
    note(None, Action.PRINT, Thing("letter", "2"))
    note(None, Action.VIEW, Thing("letter", "3"), outcome="refused")

    answer = client.get(LIST, filters)

    assert sorted(entry.key for entry in answer.context["entries"]) == found


def test_days_are_those_of_utc(as_, privacy_officer):
    entry = note(None, Action.VIEW, Thing("letter"))
    day = entry.at.astimezone(datetime.UTC).date()

    answer = as_(privacy_officer).get(LIST, {"kind": "letter", "first": day, "last": day})

    assert shown(answer) == [entry.number]
    assert f"{entry.at.astimezone(datetime.UTC):%Y-%m-%d %H:%M:%S}" in answer.content.decode()


def test_pages_are_bounded_and_cost_the_same_queries(as_, privacy_officer, unnoted_use):
    client = as_(privacy_officer)

    def queries():
        with (
            CaptureQueriesContext(connections["record"]) as record,
            CaptureQueriesContext(connections["default"]) as site,
        ):
            client.get(LIST)
        return len(record), len(site)

    few = queries()
    for _number in range(230):
        note(None, Action.VIEW, Thing("letter"))
    many = queries()
    first = client.get(LIST)
    second = client.get(f"{LIST}?{first.context['older']}")

    assert few == many
    assert max(few) <= 12
    assert len(shown(first)) == len(shown(second)) == 100
    assert shown(second)[0] == shown(first)[-1] - 1


def test_filters_are_kept_from_page_to_page_and_back(as_, privacy_officer):
    client = as_(privacy_officer)
    for number in range(150):
        note(None, Action.VIEW if number % 2 else Action.PRINT, Thing("letter", str(number)))
        note(None, Action.PRINT, Thing("letter", "7"))
    wanted = {"action": "print", "kind": "letter", "key": "7", "first": "2020-01-01"}

    first = client.get(LIST, wanted)
    second = client.get(LIST + BeautifulSoup(first.content, "html.parser").find("a", string="Older rows")["href"])
    back = client.get(LIST + BeautifulSoup(second.content, "html.parser").find("a", string="Newest rows")["href"])

    assert {entry.key for entry in [*first.context["entries"], *second.context["entries"]]} == {"7"}
    assert len(shown(first) + shown(second)) == len(set(shown(first) + shown(second))) == 150
    assert shown(back) == shown(first)


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "²"])
def test_an_odd_page_number_is_no_fault(as_, privacy_officer, before):
    assert as_(privacy_officer).get(LIST, {"before": before}).status_code == 200


def test_a_copy_holds_all_that_matches_and_no_formula(as_, privacy_officer):
    client = as_(privacy_officer)
    for why in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", 'a "quoted", word', "plain"):
        note(None, Action.VIEW, Thing("letter"), why=why)

    answer = client.post(f"{EXPORT}?kind=letter", REASON)
    head, *rows = exported(answer)

    assert head == ["number", "at", "user_id", "username", "action", "kind", "key", "detail", "why", "outcome"]
    assert [row[8] for row in reversed(rows)] == [
        "'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\r=1", "'\n=1", "'＝1", 'a "quoted", word', "plain",
    ]  # fmt: skip
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="record-')


def test_no_cell_of_a_copy_is_a_formula_whatever_column_it_stands_in(as_, privacy_officer):
    client = as_(privacy_officer)
    note(make.user(username="+hyperlink"), Action.VIEW, Thing("=kind", "@key"), detail="-detail", why="=why")

    _head, *rows = exported(client.post(f"{EXPORT}?username=%2Bhyperlink", REASON))

    assert [cell for cell in rows[0] if cell.startswith("'")] == ["'+hyperlink", "'=kind", "'@key", "'-detail", "'=why"]


def test_a_spreadsheet_reads_names_in_a_copy_as_they_are_written(as_, privacy_officer):
    note(make.user(username="jürgen"), Action.VIEW, Thing("letter"))

    copy = b"".join(as_(privacy_officer).post(f"{EXPORT}?kind=letter", REASON).streaming_content)

    assert copy.startswith(b"\xef\xbb\xbfnumber,")  # the mark without which Excel takes it for another coding
    assert "jürgen" in copy.decode()


def test_kinds_and_people_to_choose_from_are_those_on_record(as_, privacy_officer):
    client = as_(privacy_officer)
    note(make.user(username="ada"), Action.VIEW, Thing("letter", "1"))

    page = BeautifulSoup(client.get(LIST).content, "html.parser")
    unknown = BeautifulSoup(client.get(LIST, {"kind": "unheard"}).content, "html.parser")

    assert [option.text for option in page.select("[name=kind] option")] == ["Any", "account", "letter", "the record"]
    assert {option["value"] for option in page.select("datalist option")} == {"ada", privacy_officer.username}
    assert unknown.select_one("[name=kind] option[selected]")["value"] == "unheard"


def test_rows_speak_of_things_as_the_site_does(as_, privacy_officer):
    note(None, Action.VIEW, Thing("user", "7"))
    note(None, Action.VIEW, Thing("sitedetails", "8"))
    note(None, Action.VIEW, Thing("admin:index"))

    page = BeautifulSoup(as_(privacy_officer).get(LIST).content, "html.parser")

    cells = [row.select("td")[3].get_text(" ", strip=True) for row in page.select("table.record tbody tr")]
    assert cells[-3:] == ["admin:index", "site details 8", "account 7"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"kind": "letter", "key": "999"}, "No row matches all of this at once. Take away a filter"),
        ({"kind": "letter", "before": "1"}, "There are no older rows."),
        ({"first": "someday"}, "Nothing was looked for. Mend what is marked above"),
        ({"first": "2026-02-01", "last": "2026-01-01"}, "This day is before the first. Change one of them."),
    ],
    ids=str,
)
def test_an_empty_page_says_what_to_do(as_, privacy_officer, asked, told):
    assert told in as_(privacy_officer).get(LIST, asked).content.decode()


def test_the_page_says_how_its_times_stand_to_those_here(as_, privacy_officer):
    with time_machine.travel(timezone.now().replace(hour=20, minute=5), tick=False):
        words = as_(privacy_officer).get(LIST).content.decode()

    assert re.search(r"Now it is 20:05 UTC, here 1[56]:05 E[SD]T\.", words)


def test_a_copy_without_a_reason_is_not_made(as_, privacy_officer):
    client = as_(privacy_officer)
    before = last_number()

    answer = client.post(EXPORT, {"why": " "})

    assert "This field is required." in answer.content.decode()
    assert [row[1] for row in rows_after(before)] == ["list"]


def test_a_copy_that_breaks_off_is_told(as_, privacy_officer, monkeypatch):
    def break_off(rows):
        yield "number\n"
        raise OperationalError

    monkeypatch.setattr("record.admin.csv_lines", break_off)
    answer = as_(privacy_officer).post(EXPORT, REASON)
    before = last_number()

    with pytest.raises(OperationalError):
        list(answer.streaming_content)

    assert rows_after(before)[0][-1] == "failed"


def test_the_first_page_offers_the_record_to_the_privacy_officer_alone(client, people):
    offers = {}
    for name, person in people.items():
        make.signed_in(client, person)
        offers[name] = LIST in client.get(reverse("admin:index")).content.decode()

    assert [name for name, offered in offers.items() if offered] == ["Privacy officer"]
