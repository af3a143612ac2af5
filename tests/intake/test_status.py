"""Seeing how a request stands, without an account: reference, day of birth, a code by mail."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape

from accounts.models import Sending
from intake import inquiries, status
from intake.answering import actions, moves
from intake.models import Inquiry, Message, Notice, Request
from tests import make
from tests.intake.mail import send_due
from tests.intake.patient import Patient, errors

pytestmark = pytest.mark.once

BORN = {"born_month": "3", "born_day": "27", "born_year": "1961"}
texts = []


def send_text(number, words):
    texts.append((number, words))


@pytest.fixture
def request_(patient):
    return patient.ask()


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(status, "MOST_ASKED_IN_AN_HOUR", 4)
    monkeypatch.setattr(status, "MOST_OF_ONE_IN_AN_HOUR", 2)


def ask(client, reference, **born):
    return client.post("/request-status/", {"reference": reference, **BORN, **born})


def path(response):
    return urlsplit(response["Location"]).path


def newest_code(mailoutbox):
    send_due()
    codes = [re.search(r"^ {4}(\d{6})$", mail.body, re.MULTILINE) for mail in mailoutbox]
    return [code.group(1) for code in codes if code][-1]


def enter(client, code):
    return client.post("/request-status/code/", {"code": code})


@pytest.fixture
def opened(request_, mailoutbox):
    """A browser that has opened the request."""
    browser = Client()
    ask(browser, request_.reference)
    enter(browser, newest_code(mailoutbox))
    return browser


def test_reference_birth_date_and_a_mailed_code_show_how_it_stands(request_, mailoutbox):
    browser = Client()
    asked = ask(browser, request_.reference.lower().replace("-", " "))
    code = newest_code(mailoutbox)
    entered = enter(browser, f" {code[:3]} {code[3:]} ")
    page = browser.get(entered["Location"]).content.decode()

    assert path(asked) == "/request-status/code/"
    assert path(entered) == "/request-status/shown/"
    assert "We have your request." in page
    assert f"{request_.answer_by:%A, %B }{request_.answer_by.day}, {request_.answer_by.year}" in page
    assert request_.reference in page
    (mail,) = [mail for mail in mailoutbox if mail.subject == "Your code"]
    assert mail.to == ["zed@example.org"]
    assert request_.reference not in mail.subject + mail.body


@pytest.mark.parametrize("state", Request.Status.values)
def test_each_status_is_said_in_plain_words(request_, opened, state):
    fields = {}
    if state in moves.ENDS:
        fields = {"closed_at": timezone.now(), "due_at": None, "outcome": moves.ENDS[state]}
        fields |= {"outcome_on": timezone.localdate()}
    Request.objects.filter(pk=request_.pk).update(status=state, **fields)
    page = opened.get("/request-status/shown/").content.decode()

    for words in status.WORDS[state]:
        assert escape(str(words)) in page
    assert ("We promised" in page) == (state not in moves.ENDS)


def test_a_visit_that_is_over_is_closed_for_the_patient_too(request_, opened):
    today = timezone.localdate()
    Request.objects.update(status="scheduled", visit_on=today)
    assert date_format(today, "l, F j, Y") in opened.get("/request-status/shown/").content.decode()

    Request.objects.update(outcome="seen", outcome_on=today, closed_at=timezone.now(), due_at=None)

    page = opened.get("/request-status/shown/").content.decode()
    assert escape(str(status.CLOSED[1])) in page
    assert "Your day with us" not in page


def test_messages_of_the_desk_are_sealed_and_shown_as_they_were_written(request_, opened):
    words = "Please bring your pictures.\n<b>On paper</b> & on disk."
    actions.write_to_patient(request_, words, by=make.user("Coordinator"))
    message = Message.objects.get()
    soup = BeautifulSoup(opened.get("/request-status/shown/").content, "html.parser")

    assert soup.select_one(".message p").text == words
    assert b"pictures" not in bytes(message.words)
    Message.objects.update(words=b"x")
    assert "cannot be shown" in opened.get("/request-status/shown/").content.decode()


def test_what_is_answered_and_done_is_the_same_whether_it_is_known_or_not(request_, client, department):
    inquiries._decoy()
    Patient(Client()).ask(reach={"email": ""})
    without = Request.objects.exclude(pk=request_.pk).get().reference
    asked = [
        (request_.reference, {}),
        (request_.reference, {"born_year": "1962"}),
        ("AAAA-AAAA-AAAA", {}),
        ("anything", {}),
        (without, {}),
    ]
    answers = []
    for reference, born in asked:
        browser = Client()
        Sending.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            first = ask(browser, reference, **born)
        shapes = [re.findall(r'^\w+|"[a-z_]+"', query["sql"])[:2] for query in queries]
        second = browser.get(first["Location"])
        third = enter(browser, "000 00x")
        bodies = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", r.content.decode()) for r in (second, third)]
        answers.append((first.status_code, path(first), sorted(first.cookies), shapes, second.status_code, bodies))

    for answer in answers:
        assert answer == answers[0]
    assert Notice.objects.filter(kind="status").count() == len(asked)
    assert Inquiry.objects.filter(request=None).count() == 3


def test_only_who_has_the_code_is_shown_anything(request_, mailoutbox):
    browser = Client()
    ask(browser, request_.reference)
    code = newest_code(mailoutbox)

    assert path(browser.get("/request-status/shown/")) == "/request-status/"
    assert path(Client().get("/request-status/code/")) == "/request-status/"
    assert errors(enter(Client(), code)), "another browser"
    assert path(enter(browser, code)) == "/request-status/shown/"


def test_no_code_opens_a_decoy(department):
    browser = Client()
    ask(browser, "AAAA-AAAA-AAAA")
    inquiry = Inquiry.objects.get()
    inquiry.code_hash = inquiries._code_hash(inquiry, "123456")
    inquiry.save()

    assert errors(enter(browser, "123456"))
    assert path(browser.get("/request-status/shown/")) == "/request-status/"


def test_a_request_that_does_not_open_is_like_one_that_is_none(request_):
    Request.objects.update(words=b"x")
    inquiries._decoy().key = b"x"
    for reference in (request_.reference, "AAAA-AAAA-AAAA", "AAAA-AAAA-AAAA"):
        assert path(ask(Client(), reference)) == "/request-status/code/"

    assert not Inquiry.objects.exclude(request=None).exists()


def test_a_code_works_once(request_, mailoutbox):
    browser = Client()
    ask(browser, request_.reference)
    code = newest_code(mailoutbox)
    before = browser.cookies[inquiries.COOKIE].value
    enter(browser, code)

    thief = Client()
    thief.cookies[inquiries.COOKIE] = before
    assert path(thief.get("/request-status/shown/")) == "/request-status/"
    assert errors(enter(thief, code))
    assert errors(enter(browser, code))


def test_five_tries_end_a_code(request_, mailoutbox):
    browser = Client()
    ask(browser, request_.reference)
    code = newest_code(mailoutbox)
    wrong = "111111" if code != "111111" else "222222"
    for _try in range(5):
        assert errors(enter(browser, wrong))

    assert errors(enter(browser, code))
    assert path(browser.get("/request-status/code/")) == "/request-status/"


def test_a_code_is_over_after_fifteen_minutes_and_what_it_opened_after_thirty(request_, mailoutbox, opened):
    browser = Client()
    ask(browser, request_.reference)
    code = newest_code(mailoutbox)
    Inquiry.objects.filter(opened_at=None).update(asked_at=timezone.now() - timedelta(minutes=16))
    Inquiry.objects.exclude(opened_at=None).update(opened_at=timezone.now() - timedelta(minutes=31))

    assert errors(enter(browser, code))
    assert path(opened.get("/request-status/shown/")) == "/request-status/"


def test_a_code_that_could_not_go_out_in_time_is_not_sent(request_, mailoutbox):
    ask(Client(), request_.reference)
    Notice.objects.filter(kind="status").update(tried_until=timezone.now() - timedelta(seconds=1))
    send_due()

    assert not [mail for mail in mailoutbox if mail.subject == "Your code"]
    assert not Notice.objects.filter(kind="status").exists()


@pytest.mark.parametrize("reference", ["known", "AAAA-AAAA-AAAA"])
def test_one_reference_is_asked_for_a_few_times_an_hour_from_wherever(request_, few, reference):
    reference = request_.reference if reference == "known" else reference
    answers = [
        ask(Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=f"203.0.113.{place}"), reference, born_year="1962")
        for place in range(3)
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert int(answers[2]["Retry-After"]) > 0
    assert "212-555-0142" in answers[2].content.decode()


def test_one_address_asks_a_few_times_an_hour(department, few):
    answers = [ask(Client(), f"AAAA-AAAA-AAA{place}") for place in range(5)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 302, 429]


def test_nothing_of_it_is_kept_in_clear(request_, mailoutbox):
    browser = Client()
    ask(browser, request_.reference)
    kept = str([list(model.objects.values()) for model in (Inquiry, Notice)])
    code = newest_code(mailoutbox)

    for words in (browser.cookies[inquiries.COOKIE].value, "zed@example.org", code, "1961"):
        assert words not in kept
    assert not Notice.objects.filter(kind="status", sent_at=None).exists()
    assert not bytes(Notice.objects.get(kind="status").words)


def test_old_inquiries_are_forgotten(opened):
    hour_ago = timezone.now() - timedelta(hours=1)
    Inquiry.objects.update(asked_at=hour_ago, opened_at=hour_ago)
    inquiries.forget_old()

    assert not Inquiry.objects.exists()


def test_closing_takes_it_from_this_browser(opened):
    assert path(opened.post("/request-status/close/")) == "/"
    assert path(opened.get("/request-status/shown/")) == "/request-status/"


def test_a_hook_sends_the_code_as_a_text_message_where_there_is_no_mail(department, settings, mailoutbox):
    settings.TEXT_MESSAGES = "tests.intake.test_status.send_text"
    request = Patient(Client()).ask(reach={"email": ""})
    browser = Client()
    ask(browser, request.reference)
    texts.clear()
    send_due()

    ((number, words),) = texts
    assert number == "212-555-0142"
    assert path(enter(browser, words[:6])) == "/request-status/shown/"
    assert not mailoutbox


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"reference": ""}, "Enter the reference that we gave you."),
        ({"born_month": "", "born_day": "", "born_year": ""}, "Enter the date of birth."),
        ({"born_month": "2", "born_day": "30"}, "is no day of the calendar"),
        ({"reference": "\0"}, "type this again"),
        ({"reference": "A" * 200}, "shorten this"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(department, typed, wrong):
    typed = {"reference": "RK4P", **BORN, **typed}
    response = Client().post("/request-status/", typed)
    boxes = BeautifulSoup(response.content, "html.parser").select("[name^=born]")

    assert wrong in errors(response)[0]
    assert {box["name"]: box.get("value", "") for box in boxes} == {name: typed[name] for name in BORN}
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize("key", ["", "code/"])
def test_a_form_that_is_too_old_shows_what_was_typed(department, key):
    response = Client(enforce_csrf_checks=True).post(
        f"/request-status/{key}", {"reference": "RK4P", "code": "123456", **BORN}
    )
    box = BeautifulSoup(response.content, "html.parser").select_one("[name=code], [name=reference]")

    assert response.status_code == 403
    assert "once more" in errors(response)[0]
    assert box["value"] == ("123456" if key else "RK4P")
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize("typed", ["", "x", "\0", "1" * 200, "😀", "12345\r\n6", "١٢٣٤٥٦"])
def test_any_code_is_refused_in_words(request_, typed):
    browser = Client()
    ask(browser, request_.reference)

    assert errors(enter(browser, typed))


def test_the_pages_are_kept_nowhere_and_every_page_leads_there(opened, client, patient):
    browser = Client()
    ask(browser, "AAAA")
    for page in (browser.get("/request-status/"), browser.get("/request-status/code/"),
                 opened.get("/request-status/shown/")):  # fmt: skip
        assert page.status_code == 200
        assert "no-store" in page["Cache-Control"]
        assert page["Referrer-Policy"] == "same-origin"
    assert BeautifulSoup(client.get("/").content, "html.parser").select_one("footer a[href='/request-status/']")
    assert patient.soup("sent").select_one("main a[href='/request-status/']")
    cookie = browser.cookies[inquiries.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
