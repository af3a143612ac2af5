"""Whatever is typed or posted: stored and shown as it was typed, or refused in words; never a fault."""

import html
import json
import os
import random
import uuid
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from accounts.models import Sending
from intake import views
from intake.models import Draft, Inquiry, Message, Notice, Request
from intake.offers import About
from intake.steps import STEPS, Reach
from tests.conftest import shared
from tests.intake.patient import ANSWERS, REACH, Patient, errors

pytestmark = pytest.mark.once

FREE = {  # every field that takes any text, by its step
    "asking": ["asker_name"],
    "patient": ["given", "family"],
    "language": ["language", "access"],
    "reason": ["problem"],
    "before": ["surgery_words"],
    "diagnosis": ["diagnosis", "given_by", "given_when", "treatment"],
    "questions": ["question_1", "question_2", "question_3", "question_4", "question_5"],
    "doctor": ["referring"],
    "records": [
        *("mri_whom", "ct_whom", "report_whom", "operation_whom", "pathology_whom"),
        *("notes_whom", "laboratory_whom", "medicines_whom"),
    ],
}
TOKEN = "csrfmiddlewaretoken"
MALFORMED = int(os.environ.get("MALFORMED_POSTS", "300"))


@pytest.fixture
def strings():
    strings = json.loads(shared("corpus/naughty_strings.json").read_text(encoding="utf-8"))
    assert len(strings) == 515
    return strings


@pytest.fixture
def no_limits(monkeypatch):
    monkeypatch.setattr(views, "MOST_STARTED_IN_AN_HOUR", 10_000)
    monkeypatch.setattr(views, "MOST_SENT_IN_AN_HOUR", 10_000)


def test_every_field_that_takes_any_text_is_tried():
    from intake.fields import AsTyped, Email, Phone

    found = {
        step.KEY: [
            name
            for name, field in step.base_fields.items()
            if isinstance(field, AsTyped) and not isinstance(field, Email | Phone)
        ]
        for step in STEPS
    }
    assert {key: names for key, names in found.items() if names} == FREE


def fields_with_keys():
    return [(key, name) for key, names in FREE.items() for name in names]


@pytest.mark.parametrize(("key", "name"), fields_with_keys())
def test_any_string_is_kept_as_it_was_typed_or_refused_in_words(department, strings, key, name):
    step = next(step for step in STEPS if key == step.KEY)
    about = About("second_opinion", timezone.now(), {})
    draft = Draft(id=uuid.uuid4())
    for text in strings:
        form = step(about, {**ANSWERS[key], name: text})

        if form.is_valid():
            draft.seal(form.cleaned_data)
            assert draft.unsealed()[name] == (text if text.strip() else "")
        else:
            assert form.errors[name]


def test_any_string_may_come_by_the_forms(client, department, strings):
    """Each string once in some field, another one in each field at a time."""
    patient = Patient(client, "second-opinion")
    patient.answer_all()
    draft = Draft.objects.get()
    hand = list(strings)
    while hand:
        for key, names in FREE.items():
            typed = {name: hand.pop() for name in names if hand}
            response = patient.answer(key, **typed)
            draft.refresh_from_db()
            kept = draft.unsealed()[key]
            if response.status_code == 302:
                assert {name: kept[name] for name in typed} == {
                    name: text if text.strip() else "" for name, text in typed.items()
                }
            else:
                assert response.status_code == 200
                assert errors(response), typed


def test_what_was_typed_is_shown_exactly_to_whoever_checks_it(client, department, strings):
    patient = Patient(client)
    patient.answer_all()
    for start in range(0, 515, 40):
        typed = "\n".join(strings[start : start + 40])[:1000]
        patient.answer("reason", problem=typed)
        page = patient.client.get(patient.url("check")).content.decode()

        assert f"<dd>{html.escape(typed).replace('&#x27;', '&#39;')}</dd>" in page.replace("&#x27;", "&#39;")
        kept = BeautifulSoup(patient.client.get(patient.url("reason")).content, "html.parser").textarea.text
        assert kept.removeprefix("\n").removeprefix("\r\n") == typed


@pytest.mark.parametrize("field", ["phone", "email"])
def test_an_odd_phone_number_or_address_is_refused_or_kept_as_it_is(department, strings, field):
    about = About("appointment", timezone.now(), {})
    for text in strings:
        form = Reach(about, {**REACH, field: text})

        assert form.is_valid() or form.errors[field]
        assert not form.is_valid() or form.cleaned_data[field].strip() == text.strip()


def test_malformed_posts_are_no_fault(client, department, no_limits):
    """Fields missing, doubled, of other steps, too long, of bad bytes, under other content types; by a fixed seed."""
    chance = random.Random(5)
    names = sorted({name for step in STEPS for name in step.base_fields} | {"born_month", "about", "website", "agreed"})
    odd = ["", "none", "\0", "\ud800", "x" * 3_000, "1", "-1", "' OR 1=1 --", "{{ 7*7 }}", "\r\nBcc: a@b.example", "[]"]
    kinds = [URLENCODED] * 6 + [
        "multipart/form-data; boundary=a",
        f"{URLENCODED}; charset=utf-16",
        "text/json",
        "",
        "x",
    ]
    patient = Patient(client, "second-opinion")
    patient.answer_all()
    keys = [*ANSWERS, "check", "forget", "nowhere", "sent", "call-911", "call-today"]
    seen = set()
    for turn in range(MALFORMED):
        if turn % 100 == 0:
            patient.answer_all()
        fields = [(chance.choice(names), chance.choice(odd)) for _ in range(chance.randrange(12))]
        body = urlencode([(name, text.encode("utf-8", "surrogatepass")) for name, text in fields])
        if chance.random() < 0.1:
            body += "&%ff%fe=%00&&=&born_year=%ED%A0%80"
        strict = Client(enforce_csrf_checks=True, headers={"Cookie": f"csrftoken={'a' * 32}"})
        way = Patient(client if turn % 3 else strict, chance.choice(["appointments", "second-opinion"]))
        answer = way.client.post(way.url(chance.choice(keys)), body, content_type=chance.choice(kinds))
        seen.add(answer.status_code)

        assert answer.status_code < 500, (turn, fields)

    assert seen <= {200, 302, 400, 403, 404, 405}
    assert seen >= {200, 302, 404, 405}


@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "nonsense"])
@pytest.mark.parametrize("address", ["/appointments/", "/appointments/reach/", "/request-status/", "/feedback/"])
def test_a_form_in_another_encoding_is_no_fault(department, address, charset):
    client = Client(enforce_csrf_checks=True)
    client.get("/appointments/")
    response = client.generic("POST", address, b"a=b", content_type=f"{URLENCODED}; charset={charset}")

    assert response.status_code in (400, 403)
    assert not Draft.objects.exists()


def test_ten_thousand_fields_or_three_megabytes_are_refused_in_words(client, department):
    many = client.post("/appointments/", "&".join(f"a{n}=" for n in range(10_000)), content_type=URLENCODED)
    long = client.post("/appointments/", "problem=" + "x" * 3_000_000, content_type=URLENCODED)

    assert (many.status_code, long.status_code) == (400, 400)
    assert not Draft.objects.exists()


URLENCODED = "application/x-www-form-urlencoded"


PAGES = [*ANSWERS, "check", "sent", "call-911", "call-today", "later", "resume"]


def everything_kept():
    return {model: list(model.objects.order_by("pk").values()) for model in (Draft, Request, Notice, Inquiry, Message)}


def test_looking_changes_nothing(client, department):
    patient = Patient(client)
    patient.ask()
    patient.answer_all()
    before = everything_kept()

    for browser in (client, Client()):
        for address in [Patient(browser, way).url(key) for way in ("appointments", "second-opinion") for key in PAGES]:
            assert browser.get(f"{address}?agreed=on&how=shown&erase=1&later=1").status_code in (200, 302, 404)
        for address in ("/request-status/", "/request-status/code/", "/request-status/shown/"):
            assert browser.get(address).status_code in (200, 302)
        for address in ("/appointments/forget/", "/request-status/close/"):
            assert browser.get(address).status_code == 405
    assert everything_kept() == before


@pytest.mark.parametrize("headers", [{}, {"origin": "https://evil.example"}, {"origin": "null"}])
def test_a_form_of_another_site_does_nothing(department, headers):
    client = Client(enforce_csrf_checks=True)
    patient = Patient(client)
    client.handler.enforce_csrf_checks = False
    patient.answer_all()
    patient.wait()
    client.handler.enforce_csrf_checks = True
    token = BeautifulSoup(client.get(patient.url("check")).content, "html.parser").find(attrs={"name": TOKEN})["value"]
    before = everything_kept()

    for key, fields in {
        **ANSWERS,
        "check": {"agreed": "on"},
        "later": {"how": "shown"},
        "forget": {"erase": 1},
    }.items():
        if key not in ("diagnosis", "questions"):
            posted = {**fields, TOKEN: token} if headers else fields
            assert client.post(patient.url(key), posted, headers=headers).status_code == 403, key
    assert everything_kept() == before


# Programs and floods


def test_a_program_that_fills_in_everything_is_told_how_to_go_on_and_stores_nothing(client, department):
    patient = Patient(client)
    response = patient.answer("signs", website="https://spam.example")

    assert "Leave this empty" in errors(response)[0]
    assert not BeautifulSoup(response.content, "html.parser").select(".form-trap")
    assert not Draft.objects.exists()


@pytest.mark.parametrize("fields", [{"website": "https://spam.example"}, {}], ids=["trap", "too soon"])
def test_what_programs_post_sends_nothing(client, department, fields):
    patient = Patient(client)
    patient.answer_all()
    if fields:
        patient.wait()
    for _post in range(20):
        assert errors(client.post("/appointments/check/", {"agreed": "on", **fields}))

    assert not Request.objects.exists()


def test_people_without_scripts_are_all_heard(department):
    for _person in range(12):
        Patient(Client()).ask()

    assert Request.objects.count() == 12
    assert len({request.reference for request in Request.objects.all()}) == 12


def test_whoever_is_too_quick_can_press_again(patient):
    patient.answer_all()
    response = patient.client.post("/appointments/check/", {"agreed": "on"})

    assert "very quick" in errors(response)[0]
    assert BeautifulSoup(response.content, "html.parser").select_one("#agreed[checked]")
    assert patient.send().status_code == 302
    assert Request.objects.count() == 1


def test_too_many_beginnings_from_one_address_are_told_to_call(department, monkeypatch):
    monkeypatch.setattr(views, "MOST_STARTED_IN_AN_HOUR", 3)
    answers = [Patient(Client()).answer("signs") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert int(answers[3]["Retry-After"]) > 0
    assert "212-555-0142" in answers[3].content.decode()
    elsewhere = Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert Patient(elsewhere).answer("signs").status_code == 302


def test_too_many_requests_from_one_address_are_told_to_call_and_lose_nothing(patient, monkeypatch):
    monkeypatch.setattr(views, "MOST_SENT_IN_AN_HOUR", 1)
    patient.ask()
    patient.answer_all()
    refused = patient.send()

    assert refused.status_code == 429
    Sending.objects.all().delete()  # as in an hour
    assert patient.send().status_code == 302
    assert Request.objects.count() == 2
