"""Whatever an address or a form holds, every public view answers without a fault of its own.

Views, their path segments, the parameters and the fields they read are found, not listed, so that a new one is asked
as well. What search and the filters make of odd words is said in tests of theirs.
"""

import json
from itertools import cycle
from urllib.parse import unquote, urlencode

import pytest
from django.urls import Resolver404, resolve
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from pages import context_processors
from publishing.preview_links import make_link
from search import index
from tests import make
from tests.asking import SEGMENT, Door, path, routes
from tests.conftest import THOROUGH, shared

pytestmark = [pytest.mark.django_db, pytest.mark.once]

EVERY_ROUTE = list(routes())
# These lead on with a draft or a code: see tests/intake.
OF_REQUESTS = ("/<way:kind>/", "/<sending:way>/", "/appointments/", "/second-opinion/", "/request-status/")
ROUTES = [route for route in EVERY_ROUTE if not route.startswith(OF_REQUESTS)]
WITH_SEGMENTS = [*(route for route in EVERY_ROUTE if "<" in route), "/<anything>", "/<anything>/", "/static/<anything>"]
# What leads a view on to all that it reads.
FITTING = {"q": "slipped disc", "page": "/conditions/a/", "answer": "yes", "website": ""}
PAGE = "text/html; charset=utf-8"
TEXT = st.text(max_size=30)
ANYTHING = TEXT | TEXT.map(lambda text: text * 300) | TEXT.map(lambda text: f"{text}\0") | st.binary(max_size=20)
TOO_MANY = "&".join(f"name{number}=" for number in range(1_100))
ODD_QUERIES = [
    *("page", "q&kind&page", "&&==&", "q;kind", "q[]=a", "q=a&q=b&kind=a&kind=b", TOO_MANY, f"page={'a' * 100_000}"),
    *("q=%ff%fe&page=%ff%fe", "q=%ED%A0%80", "q=%u0041&page=%", "q=%00&page=%00", "page=\xe9\xff", "%00"),
]
URLENCODED = "application/x-www-form-urlencoded"
PART = "--a\r\nContent-Disposition: form-data; name=answer"
ODD_FORMS = [
    ("", "answer=yes"),
    ("application/json", '{"answer": "yes"}'),
    ("multipart/form-data", "no boundary"),
    ("multipart/form-data; boundary=\xff", "--a--"),
    ("multipart/form-data; boundary=a", f"{PART}\r\n\r\nyes"),
    ("multipart/form-data; boundary=a", f"{PART}; filename=a\r\n\r\nyes\r\n--a--\r\n"),
    (f"{URLENCODED}; charset=utf-7", "answer=%2B"),
    (f"{URLENCODED}; charset=nonsense", "answer=yes"),
    (URLENCODED, "answer=yes&comment=%ff%00&answer=no&=&%"),
    (URLENCODED, TOO_MANY),
    (URLENCODED, f"comment={'a' * 3_000_000}"),
]
every_view = pytest.mark.parametrize("route", ROUTES)


@pytest.fixture
def segments(tmp_path, monkeypatch):
    """What stands for each segment of a path, on a site with a page of each kind."""
    monkeypatch.setattr(index, "FOLDER", tmp_path)
    monkeypatch.setattr(index, "index", index.Index())
    name = make.recording()
    make.published(make.term("Disc", recording=name))
    physician = make.published(make.physician("Adler", slug="a", languages="English"))
    condition = make.condition("Herniated disc", slug="a", also_called="slipped disc")
    condition.physician_rows.create(physician=physician)
    for page in (
        condition,
        make.hub(slug="a"),
        make.symptom(slug="a", summary="Pain & numbness."),
        make.diagnostic_test(slug="a"),
        make.treatment(slug="a"),
        make.article(slug="a"),
        make.information(slug="a"),
        make.warning_sign("You cannot feel your legs"),
        make.site(phone="212-555-0142"),
    ):
        make.published(page)
    frame = context_processors.shown_in(context_processors._frame(timezone.now()))
    monkeypatch.setattr(context_processors, "_frame", lambda at: frame)  # which is half of an answer's time
    monkeypatch.setattr(context_processors, "shown_in", list)
    token = make_link(condition, by=make.user("Editor"), days=1).token
    return {"slug": "a", "name": name, "kind": "appointments", "way": "appointments", "key": "reach", "token": token}


@pytest.fixture
def door(settings):
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    return Door()


@pytest.fixture
def strings():
    strings = json.loads(shared("corpus/naughty_strings.json").read_text(encoding="utf-8"))
    assert len(strings) == 515
    return list(dict.fromkeys(strings))


def fitting(names):
    return FITTING | {name: "a" for name in names if name not in FITTING}


def form(fields):
    return {"data": urlencode(fields), "content_type": URLENCODED}


def what_is_read(door, address):
    """The names of the parameters and of the form's fields that the view at `address` reads."""
    parameters, fields = set(), set()
    while True:
        answers = [door.ask(address, fitting(parameters))]
        if door.ask(address, method="POST").status_code != 405:
            answers.append(door.ask(address, fitting(parameters), "POST", **form(fitting(fields))))
        for answer in answers:
            assert answer.status_code < 400, f"FITTING has to lead on from {answer.asked}"
        before = parameters, fields
        parameters = parameters | {name for answer in answers for name, *_value in answer.parameters_read}
        fields = fields | {name for answer in answers for name, *_value in answer.fields_read}
        if (parameters, fields) == before:
            return sorted(parameters), sorted(fields)


def check(answer, kind):
    """That an answer is no fault, and is what its view gives or a page that says what is wrong."""
    assert answer.status_code < 500, answer.asked
    assert answer.status_code != 429, answer.asked
    if 300 <= answer.status_code < 400:
        return
    assert answer["Content-Type"] == (kind if answer.status_code == 200 else PAGE), answer.asked


def dealt(names, strings):
    """Each of `strings` under each of `names`, another under each at a time, until each was read under each.

    Gives what to send and the (name, text) pairs that are left to be read; the caller takes those away that were.
    """
    unread = {(name, text) for name in names for text in strings}
    while unread:
        left = len(unread)
        hands = {name: [text for text in strings if (name, text) in unread] for name in names}
        hands = {name: hand for name, hand in hands.items() if hand}
        for turn in range(max(map(len, hands.values()))):
            chosen = {name: hand[(turn + 97 * place) % len(hand)] for place, (name, hand) in enumerate(hands.items())}
            yield chosen, unread
        assert len(unread) < left, f"These keep each other from being read: {sorted(hands)}"


@pytest.fixture
def reading(door, segments):
    """What is read, by the address of each view that reads anything."""
    addresses = [path(route, segments) for route in ROUTES]
    return {address: read for address in addresses if any(read := what_is_read(door, address))}


def test_what_a_view_reads_is_found(door, segments):
    assert what_is_read(door, "/search/") == (["kind", "q"], [])
    assert what_is_read(door, "/feedback/") == (["page"], ["answer", "comment", "website"])
    assert what_is_read(door, "/glossary/") == ([], [])


@every_view
def test_parameters_and_fields_may_hold_any_of_the_naughty_strings(door, segments, strings, route):
    """In an ordinary run another quarter of the strings for each view."""
    strings = strings if THOROUGH else strings[ROUTES.index(route) % 4 :: 4]
    address = path(route, segments)
    parameters, fields = what_is_read(door, address)
    kind = door.ask(address, fitting(parameters)).get("Content-Type")

    check(door.ask(address, {"unknown": strings}), kind)
    for chosen, named in dealt(parameters, strings):
        answer = door.ask(address, {**fitting(parameters), **chosen})
        check(answer, kind)
        named -= answer.parameters_read
    for chosen, named in dealt(fields, strings):
        answer = door.ask(address, fitting(parameters), "POST", **form({**fitting(fields), **chosen}))
        check(answer, kind)
        named -= answer.fields_read


def test_segments_of_a_path_may_be_any_of_the_naughty_strings(door, segments, strings):
    """Each string stands in three routes, and in one path that leads to no view: the page not found reads them all."""
    nowhere, some = cycle(WITH_SEGMENTS), cycle(WITH_SEGMENTS)

    assert len(WITH_SEGMENTS) > 10
    for text in strings:
        lost = next(nowhere)
        for route in {lost, next(some), next(some), next(some)}:
            for segment in SEGMENT.findall(route):
                address = path(route, {**segments, segment: text})
                if route == lost or leads_to_a_view(address):
                    check(door.ask(address), PAGE)


def leads_to_a_view(address):
    try:
        return resolve(unquote(address))
    except Resolver404:
        return False


def test_a_query_may_be_no_query(door, reading):
    for query in ODD_QUERIES:
        for address in reading:
            check(door.ask(address, query), door.ask(address, FITTING)["Content-Type"])


def test_a_form_may_be_no_form(door, reading):
    forms = [address for address, (_parameters, fields) in reading.items() if fields]

    assert forms
    for kind, body in ODD_FORMS:
        for address in forms:
            check(door.ask(address, FITTING, "POST", data=body, content_type=kind), PAGE)


def test_anything_may_stand_in_a_path(door, segments):
    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(route=st.sampled_from(WITH_SEGMENTS), segment=ANYTHING)
    def ask(route, segment):
        answer = door.ask(path(route, dict.fromkeys(SEGMENT.findall(route), segment)))
        check(answer, "image/png" if route.endswith(".png") else PAGE)

    ask()


def test_anything_may_be_a_parameter_or_a_field(door, reading):
    kinds = {address: door.ask(address, FITTING)["Content-Type"] for address in reading}

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(values=st.lists(ANYTHING, min_size=1, max_size=6))
    def ask(values):
        for address, (parameters, fields) in reading.items():
            check(door.ask(address, dict(zip(parameters, cycle(values), strict=False))), kinds[address])
            if fields:
                check(door.ask(address, FITTING, "POST", **form(dict(zip(fields, cycle(values), strict=False)))), PAGE)

    ask()
