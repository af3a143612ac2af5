"""Finishing a request later, on this device or another, with a code."""

from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from intake import later
from intake.models import DeskSettings, Draft, Notice, Request
from tests.intake.mail import send_due
from tests.intake.patient import Patient, errors


def path(response):
    return urlsplit(response["Location"]).path


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def code_of(patient):
    page = patient.client.post(patient.url("later"), {"how": "shown"})
    return soup(page).select_one(".reference").text


@pytest.fixture
def begun(patient):
    patient.answer("signs")
    patient.answer("asking")
    return patient


def test_a_code_that_is_shown_opens_the_request_on_another_device_at_the_next_question(begun):
    code = code_of(begun)
    other = Patient(Client())
    response = other.client.post("/appointments/resume/", {"code": code})

    assert path(response) == "/appointments/patient/"
    assert begun.client.get("/appointments/reach/").status_code == 404, "the old cookie ended"
    assert other.ask().reference
    assert Request.objects.count() == 1


@pytest.mark.parametrize(
    "typed", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code.lower().replace('-', ' ')} "]
)
def test_a_code_works_however_it_is_written(begun, typed):
    response = Client().post("/appointments/resume/", {"code": typed(code_of(begun))})

    assert path(response) == "/appointments/patient/"


def test_the_page_of_the_other_way_opens_it_too(client, department):
    begun = Patient(client, "second-opinion")
    begun.answer("signs")
    response = Client().post("/appointments/resume/", {"code": code_of(begun)})

    assert path(response) == "/second-opinion/asking/"


def test_the_code_is_kept_as_a_hash_and_a_new_one_ends_it(begun):
    first = code_of(begun)
    second = code_of(begun)

    assert second not in str(list(Draft.objects.values()))
    assert errors(Client().post("/appointments/resume/", {"code": first}))
    assert path(Client().post("/appointments/resume/", {"code": second}))


def test_a_mailed_code_goes_to_the_address_that_was_typed_and_nowhere_else(begun, mailoutbox):
    page = begun.client.post("/appointments/later/", {"how": "mailed", "to": "pat@example.org"})
    assert "pat@example.org" not in str(list(Notice.objects.values()))
    send_due()

    (mail,) = mailoutbox
    assert mail.to == ["pat@example.org"]
    (code,) = [line.strip() for line in mail.body.splitlines() if line.startswith("    ") and "/" not in line]
    assert not soup(page).select(".reference")
    for word in ("spine surgery", "appointment ", "second opinion", "Slipped", "Zed"):
        assert word not in mail.subject + mail.body.replace("/appointments/", "")
    assert path(Client().post("/appointments/resume/", {"code": code}))
    assert not Notice.objects.get().words


def test_every_step_saves_what_was_answered_and_leads_to_the_code(begun):
    assert soup(begun.client.get(begun.url("patient"))).select_one("button[name=later]")
    assert path(begun.answer("patient", later="1")) == "/appointments/later/"
    assert path(begun.client.post(begun.url("reach"), {"later": "1"})) == "/appointments/later/"

    wrong = begun.client.post(begun.url("reason"), {"later": "1", "problem": "It hurts."})
    assert errors(wrong)
    assert soup(wrong).textarea.text.strip() == "It hurts."
    assert path(begun.client.post("/appointments/resume/", {"code": code_of(begun)})) == "/appointments/reach/"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({}, "Choose how you would like to get the code."),
        ({"how": "mailed"}, "Enter the email address that we send the code to."),
        ({"how": "mailed", "to": "pat@"}, "Enter an email address in the form name@example.com."),
        ({"how": "mailed", "to": "pat@example.org\r\nBcc: all@example.org"}, "Enter an email address"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(begun, typed, wrong):
    response = begun.client.post("/appointments/later/", typed)

    assert wrong in errors(response)[0]
    assert soup(response).select_one("[name=to]").get("value", "") == typed.get("to", "")
    assert not Notice.objects.exists()


@pytest.mark.parametrize("typed", ["", "AAAA-AAAA-AAAA", "x", "\0", "'; --", "😀" * 20, "A" * 200])
def test_a_wrong_code_says_what_to_do_and_stays_in_its_box(department, typed):
    response = Client().post("/appointments/resume/", {"code": typed})

    assert response.status_code == 200
    assert errors(response)
    assert not Draft.objects.exists()
    if typed.isascii() and "\0" not in typed:
        assert soup(response).select_one("[name=code]").get("value", "") == typed


def test_many_wrong_codes_are_refused_with_the_phone_and_a_right_one_with_them(begun, monkeypatch):
    monkeypatch.setattr(later, "MOST_TRIED_IN_AN_HOUR", 3)
    code = code_of(begun)
    answers = [Client().post("/appointments/resume/", {"code": "AAAA-AAAA-AAAA"}) for _ in range(4)]
    answers.append(Client().post("/appointments/resume/", {"code": code}))

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert int(answers[3]["Retry-After"]) > 0
    assert "212-555-0142" in answers[3].content.decode()


def test_many_codes_for_one_address_are_refused(begun, monkeypatch):
    monkeypatch.setattr(later, "MOST_GIVEN_IN_AN_HOUR", 2)
    answers = [begun.client.post("/appointments/later/", {"how": "shown"}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]


def test_a_sent_request_opens_by_no_code(begun):
    code = code_of(begun)
    begun.ask()

    assert errors(Client().post("/appointments/resume/", {"code": code}))
    assert path(begun.client.get("/appointments/later/")) == "/appointments/sent/"


def test_what_was_begun_may_be_finished_while_the_desk_is_closed(begun):
    code = code_of(begun)
    DeskSettings.objects.update(is_open=False)
    other = Patient(Client())

    assert soup(other.client.get("/appointments/")).select_one("a[href='/appointments/resume/']")
    other.client.post("/appointments/resume/", {"code": code})
    assert other.ask()


def test_closing_keeps_what_a_code_opens_and_erasing_erases_it(begun):
    code = code_of(begun)
    begun.client.post("/appointments/forget/")
    assert path(begun.client.post("/appointments/resume/", {"code": code}))

    begun.client.post("/appointments/forget/", {"erase": "1"})
    assert not Draft.objects.exists()


def test_the_start_and_an_empty_browser_lead_to_the_page_for_a_code(patient):
    for key in ("signs", "reach"):
        assert patient.soup(key).select_one("a[href='/appointments/resume/']")
    assert patient.client.get("/appointments/later/").status_code == 404


@pytest.mark.parametrize(
    ("key", "typed"), [("resume", {"code": "AAAA"}), ("later", {"how": "mailed", "to": "pat@example.org"})]
)
def test_a_form_that_is_too_old_shows_what_was_typed(department, key, typed):
    patient = Patient(Client())
    patient.answer("signs")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = patient.client.cookies
    response = strict.post(f"/appointments/{key}/", typed)

    assert response.status_code == 403
    assert "once more" in errors(response)[0]
    boxes = {
        box["name"]: box.get("value", "") for box in soup(response).select("main input[type=text], main [type=email]")
    }
    assert typed["to" if key == "later" else "code"] in boxes.values()
    assert "no-store" in response["Cache-Control"]
    assert not Notice.objects.exists()
