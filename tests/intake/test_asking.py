"""The way of a patient through the questions."""

import datetime
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from time_machine import travel

from intake.consent import CONSENTS
from intake.models import DeskSettings, Draft, Notice, Request
from intake.steps import Signs, steps_of
from publishing import actions
from spineinfo.keys import make_missing
from tests.intake.patient import ANSWERS, REACH, Patient, errors, steps
from tests.publishing.test_concurrency import at_once

WAYS = ["appointments", "second-opinion"]
MOST_PAGES, MOST_REQUIRED = 10, 14
both_ways = pytest.mark.parametrize("way", WAYS)


@both_ways
def test_what_was_answered_arrives_as_it_was_typed(client, department, way):
    patient = Patient(client, way)
    request = patient.ask(patient={"given": "  Zoë ", "family": "O'Neil <b>"}, reason={"problem": "One.\r\nTwo. "})

    kept = request.unsealed()["answers"]
    assert request.kind == {"appointments": "appointment", "second-opinion": "second_opinion"}[way]
    assert kept["patient"] == {"given": "  Zoë ", "family": "O'Neil <b>", "born": "1961-03-27", "place": "NY"}
    assert kept["reason"] == {"condition": "unsure", "problem": "One.\nTwo. ", "how_long": "weeks"}
    assert ("diagnosis" in kept) == (way == "second-opinion")


def test_what_the_patient_checked_is_kept_in_the_words_that_were_shown(patient):
    request = patient.ask()

    rows = {row[1]: row[2] for part in request.unsealed()["checked"] for row in part["rows"]}
    assert rows["Date of birth"] == "March 27, 1961"
    assert rows["Lives in"] == "New York"
    assert rows["Condition"] == "I'm not sure"
    assert rows["Physician"] == "The first who is available"


def test_an_appointment_takes_at_most_ten_pages_and_fourteen_required_answers(patient, department):
    pages, required = 0, 0
    for key in steps("appointments"):
        form = patient.client.get(patient.url(key)).context["form"]
        required += sum(field.required for field in form.fields.values())
        required += any(getattr(field, "is_one_of_several", False) for field in form.fields.values())
        pages += 1
        patient.answer(key)
    required += sum(
        field.required for field in patient.client.get(patient.url("check")).context["form"].fields.values()
    )
    pages += 2  # to check, and that it has arrived

    assert pages <= MOST_PAGES
    assert required <= MOST_REQUIRED


@both_ways
def test_each_page_says_where_one_is_and_leads_back(client, department, way):
    patient = Patient(client, way)
    keys = steps(way)
    for place, key in enumerate(keys, 1):
        soup = patient.soup(key)

        assert f"Step {place} of {len(keys) + 1}" in soup.select_one(".ask-place").text
        assert soup.h1.text
        back = soup.select_one(".ask-back a")
        assert (back and back["href"]) == (patient.url(keys[place - 2]) if place > 1 else None)
        patient.answer(key)


def test_nothing_is_stored_and_no_draft_begun_before_the_first_answer(client, department):
    response = client.get("/appointments/")
    refused = client.post("/appointments/", {})

    assert set(response.cookies) | set(refused.cookies) <= {"csrftoken"}
    assert not Draft.objects.exists()


def test_a_sign_that_calls_for_911_says_so_and_marks_the_request_urgent(patient, department):
    response = patient.answer("signs", now=[str(department.sign.pk)])
    soup = BeautifulSoup(patient.client.get(response["Location"]).content, "html.parser")

    assert urlsplit(response["Location"]).path == "/appointments/call-911/"
    assert soup.h1.text == "Call 911 now"
    assert soup.select_one("main a[href='tel:911']")
    assert soup.select_one("main a[href='/appointments/asking/']")

    request = patient.ask(signs={"now": [str(department.sign.pk)]})
    assert request.priority == Request.Priority.EMERGENCY


def test_a_sign_that_calls_for_help_today_says_whom_to_call_and_marks_the_request(patient, department):
    response = patient.answer("signs", today=[str(department.today.pk)])
    soup = BeautifulSoup(patient.client.get(response["Location"]).content, "html.parser")

    assert urlsplit(response["Location"]).path == "/appointments/call-today/"
    assert soup.h1.text == "Call us today"
    assert soup.select_one("main a[href^='tel:212']")
    assert soup.select_one("main a[href='/appointments/asking/']")

    request = patient.ask(signs={"today": [str(department.today.pk)]})
    assert request.priority == Request.Priority.TODAY


@pytest.mark.parametrize(
    ("sign", "field", "words"), [("sign", "now", "call now"), ("today", "today", "call us now"), (None, "now", None)]
)
def test_the_page_at_the_end_tells_once_more_to_call_because_of_a_sign(patient, department, sign, field, words):
    patient.ask(signs={field: [str(getattr(department, sign).pk)]} if sign else {})
    note = patient.soup("sent").select_one("main .note")

    assert (words in note.text) if words else note is None


def test_a_sign_that_calls_for_911_goes_before_one_that_calls_for_help_today(patient, department):
    response = patient.answer("signs", now=[str(department.sign.pk)], today=[str(department.today.pk)])

    assert urlsplit(response["Location"]).path == "/appointments/call-911/"


def test_none_of_these_stands_alone(patient, department):
    response = patient.answer("signs", now=["none", str(department.sign.pk)])

    assert response.status_code == 200
    assert errors(response) == ["You chose “None of these” and something else too. Take one of them back."]


def test_a_page_that_leads_here_fills_in_what_it_is_about(patient, department):
    key = str(department.condition.pk)
    page = patient.client.get(f"/appointments/?about={key}")
    assert BeautifulSoup(page.content, "html.parser").select_one("input[name=about]")["value"] == key

    patient.answer("signs", about=key)
    chosen = patient.soup("reason").select_one("select[name=condition] option[selected]")
    assert chosen.text == "Slipped disk"


def test_a_physicians_page_fills_in_the_physician(client, department):
    link = BeautifulSoup(client.get(department.surgeon.get_absolute_url()).content, "html.parser")
    assert link.select_one(f"main a[href='/appointments/?about={department.surgeon.pk}']")

    patient = Patient(client)
    patient.answer("signs", about=str(department.surgeon.pk))
    assert patient.soup("doctor").select_one("select[name=physician] option[selected]").text == "Ada Adler"


def test_a_page_that_leads_here_while_a_draft_is_open_fills_in_what_it_is_about(patient, department):
    patient.answer("signs", about=str(department.condition.pk))
    patient.answer("signs", about=str(department.surgeon.pk))
    patient.answer("asking", about="x")

    assert patient.soup("doctor").select_one("select[name=physician] option[selected]").text == "Ada Adler"


@pytest.mark.parametrize("about", ["", "0", "x", "-1", "9" * 30, "1 OR 1=1", "\ud800"])
def test_a_link_from_nowhere_fills_in_nothing(patient, about):
    page = patient.client.get("/appointments/", {"about": about.encode("utf-8", "replace")})
    patient.answer("signs", about=about.encode("utf-8", "replace"))

    assert page.status_code == 200
    assert not patient.soup("reason").select("option[selected]:not([value=''])")


def test_the_parents_of_a_child_are_offered_pediatric_surgeons_first(patient):
    day = timezone.localdate()
    patient.answer("signs")
    patient.answer("asking", asker="parent", asker_name="Pat Sample")
    patient.answer("patient", born_month=day.month, born_day=1, born_year=day.year - 10)

    soup = patient.soup("doctor")
    assert [option.text for option in soup.select("select[name=physician] option")] == [
        "The first who is available",
        "Ada Birch (Pediatric)",
        "Ada Adler",
    ]
    assert "under 18" in soup.select_one("#physician_helptext").text


def test_who_asks_for_somebody_else_gives_a_name(patient):
    patient.answer("signs")
    response = patient.answer("asking", asker="carer")

    assert errors(response) == ["Enter your own name, so that we know whom to ask for."]


@pytest.mark.parametrize(
    ("phone", "email", "wrong"),
    [
        ("", "", ["Enter a phone number or an email address."]),
        ("555", "", ["Enter a phone number with its area code, such as 212-555-0142. Outside the US, begin with + and "
                     "the country code."]),
        ("", "zed@", ["Enter an email address in the form name@example.com."]),
        ("212-555-0142", "", []),
        ("+44 20 7946 0958", "", []),
        ("", " zed@example.org ", []),
    ],
)  # fmt: skip
def test_one_way_to_reach_the_patient_is_enough(patient, phone, email, wrong):
    patient.answer("signs")
    response = patient.answer("reach", phone=phone, email=email)

    assert (errors(response) if response.status_code == 200 else []) == wrong


@pytest.mark.parametrize(
    ("month", "day", "year", "wrong"),
    [
        ("", "", "", "Enter the date of birth."),
        ("", "27", "1961", "The date of birth needs a month too."),
        ("3", "", "", "The date of birth needs a day and a year too."),
        ("2", "30", "1961", "is no day of the calendar"),
        ("x", "27", "1961", "is no day of the calendar"),
        ("3", "27", "61", "Write the year with four digits"),
        ("3", "27", "٢٠٠١", "Write the year with four digits"),
        ("3", "27", "2961", "must be"),
        ("3", "27", "1061", "must be"),
        ("march", "27", "1961", None),
        ("03", "07", "1961", None),
    ],
)
def test_a_date_of_birth_is_a_day_of_the_past(patient, month, day, year, wrong):
    patient.answer("signs")
    response = patient.answer("patient", born_month=month, born_day=day, born_year=year)

    if wrong:
        assert wrong in errors(response)[0]
        boxes = BeautifulSoup(response.content, "html.parser").select("[name^=born]")
        typed = {box["name"]: box.get("value", "") for box in boxes}
        assert typed == {"born_month": month, "born_day": day, "born_year": year}
    else:
        assert response.status_code == 302


def test_too_long_an_answer_keeps_its_words_and_says_by_how_much(patient):
    patient.answer("signs")
    response = patient.answer("reason", problem="😀" * 1003)

    assert errors(response) == ["Please shorten this: it is 3 signs longer than the 1,000 that fit."]
    assert BeautifulSoup(response.content, "html.parser").textarea.text.strip() == "😀" * 1003


def test_an_error_is_in_the_title_and_its_summary_leads_to_the_field_and_takes_the_focus(patient):
    patient.answer("signs")
    soup = BeautifulSoup(patient.answer("patient", given="", born_month="").content, "html.parser")

    assert soup.title.text.startswith("Error: The patient")
    assert soup.select_one(".form-errors[role=alert][autofocus]")
    for link in soup.select(".form-errors a"):
        assert soup.select_one(link["href"]), link
    assert [link["href"] for link in soup.select(".form-errors a")] == ["#given", "#born_0"]


@both_ways
def test_answers_are_checked_and_can_be_changed(client, department, way):
    patient = Patient(client, way)
    assert urlsplit(patient.answer_all()["Location"]).path == patient.url("check")

    links = [link["href"] for link in patient.soup("check").select(".answers a")]
    assert links == [patient.url(key) for key in steps(way)] + (
        [patient.url("records")] if way == "appointments" else []
    )

    changed = patient.answer("patient", given="Zoe")
    assert urlsplit(changed["Location"]).path == patient.url("check")
    assert "Zoe" in patient.soup("check").select_one(".answers:nth-of-type(3)").text


def test_nothing_is_sent_without_consent(patient):
    patient.answer_all()
    patient.wait()
    response = patient.client.post("/appointments/check/", {})

    assert errors(response) == ["Check the box, so that we may read what you send."]
    assert not Request.objects.exists()


@both_ways
def test_the_version_of_the_words_that_were_agreed_to_is_kept(client, department, way):
    patient = Patient(client, way)
    patient.answer_all()
    shown = patient.soup("check").select_one(".consent").text
    patient.send()

    request = Request.objects.get()
    words = CONSENTS[request.kind]
    assert request.consent_version == words.version
    assert all(str(notice) in shown for notice in words.notices)
    assert ("not a full examination" in shown) == (way == "second-opinion")


def test_a_request_with_a_step_unanswered_is_not_sent(patient):
    patient.answer("signs")
    response = patient.send()

    assert urlsplit(response["Location"]).path == "/appointments/asking/"
    assert not Request.objects.exists()


def test_an_answer_that_is_offered_no_more_is_asked_for_again(patient, department):
    patient.answer_all(reason={"condition": str(department.condition.pk)})
    actions.withdraw(department.condition, by=None, change="Merged.")
    response = patient.send()

    assert urlsplit(response["Location"]).path == "/appointments/reason/"


@pytest.mark.django_db(transaction=True)
def test_a_request_is_sent_once_by_presses_at_the_same_moment(patient):
    patient.answer_all()
    patient.wait()

    def press():
        browser = Client()
        browser.cookies = patient.client.cookies
        return browser.post("/appointments/check/", {"agreed": "on"})

    answers = at_once(*[press] * 4)

    assert {urlsplit(answer["Location"]).path for answer in answers} == {"/appointments/sent/"}
    assert Request.objects.count() == 1
    assert Notice.objects.filter(kind=Notice.Kind.ARRIVED).count() == 1


@pytest.mark.parametrize("again", ["post", "get", "step"])
def test_a_request_is_sent_once_however_often_it_is_tried(patient, again):
    request = patient.ask()

    if again == "post":
        response = patient.send()
    elif again == "get":
        response = patient.client.get("/appointments/check/")
    else:
        response = patient.answer("reach", email="other@example.org")

    assert urlsplit(response["Location"]).path == "/appointments/sent/"
    assert Request.objects.get() == request
    assert request.reference in patient.client.get("/appointments/sent/").content.decode()
    assert request.unsealed()["answers"]["reach"]["email"] == REACH["email"]


@travel(datetime.datetime(2026, 11, 24, 15, tzinfo=datetime.UTC), tick=True)
def test_whoever_has_asked_reads_by_when_the_desk_answers(patient):
    desk = DeskSettings.objects.get()
    desk.holidays.create(day="2026-11-26", name="Thanksgiving")
    request = patient.ask()

    assert request.answer_by == datetime.date(2026, 11, 30)
    assert "Monday, November 30, 2026" in patient.soup("sent").text
    assert patient.soup("sent").select_one("a[href^='tel:212']")


def test_a_second_request_can_follow_the_first(patient):
    patient.ask()
    patient.ask()

    assert Request.objects.count() == 2


def test_another_browser_holds_nothing_of_it(patient):
    patient.ask()
    other = Client()

    assert other.get("/appointments/check/").status_code == 404
    assert other.get("/appointments/sent/").status_code == 302
    other.cookies["appointment-draft"] = "x"
    assert other.get("/appointments/patient/").status_code == 404


def test_a_form_that_comes_after_its_draft_has_gone_keeps_what_was_typed_and_says_why_it_begins_anew(patient):
    patient.answer("signs")
    Draft.objects.all().delete()
    response = patient.answer("reach")

    assert urlsplit(response["Location"]).path == "/appointments/"
    assert "lost the way to your answers" in patient.soup("signs").select_one("main .note").text
    patient.answer("signs")
    assert not patient.soup("signs").select("main .note")
    assert patient.soup("reach").select_one("input[name=email]")["value"] == REACH["email"]


@pytest.mark.parametrize("key", ["signs", "reach"])
def test_a_form_that_is_too_old_shows_what_was_typed_and_stores_nothing(department, key):
    client = Client(enforce_csrf_checks=True)
    patient = Patient(client)
    response = patient.answer(key, **({"today": [str(department.today.pk)]} if key == "signs" else {}))
    soup = BeautifulSoup(response.content, "html.parser")

    assert response.status_code == 403
    assert "once more" in errors(response)[0]
    if key == "reach":
        assert soup.select_one("input[name=email]")["value"] == REACH["email"]
    else:
        assert soup.select_one(f"input[value='{department.today.pk}'][checked]")
    assert not Draft.objects.exists()

    token = soup.select_one("main .ask-form [name=csrfmiddlewaretoken]")["value"]
    assert patient.answer(key, csrfmiddlewaretoken=token).status_code == 302


def test_a_closed_desk_says_so_and_what_was_begun_may_be_finished(patient):
    patient.answer("signs")
    DeskSettings.objects.update(is_open=False, closed_words="We are moving.")
    stranger = Client().get("/appointments/")

    assert "We are moving." in stranger.content.decode()
    assert "212-555-0142" in stranger.content.decode()
    assert not BeautifulSoup(stranger.content, "html.parser").select("main form")
    patient.ask(signs={})
    assert Request.objects.count() == 1


@pytest.fixture(params=["gone", "another", "spoilt"])
def lost_key(request, settings, tmp_path):
    """A function after which the file of the site's key is gone, is another, or holds none."""
    make_missing(tmp_path, {})
    file = tmp_path / "intake.keyset"

    def lose():
        if request.param == "gone":
            file.unlink()
        elif request.param == "spoilt":
            file.write_text("{}")
        settings.INTAKE_KEYSET = file

    return lose


@pytest.mark.parametrize("key", ["signs", "reach", "check", "later"])
def test_without_its_key_the_site_says_what_to_do_and_loses_nothing(patient, settings, lost_key, key):
    patient.answer_all()
    patient.wait()
    before = list(Draft.objects.values())
    good = settings.INTAKE_KEYSET
    lost_key()

    for response in (
        patient.client.get(patient.url(key)),
        patient.client.post(patient.url(key), {**ANSWERS.get(key, {"agreed": "on", "how": "shown"})}),
    ):
        assert response.status_code == 503
        assert "no-store" in response["Cache-Control"]
        page = BeautifulSoup(response.content, "html.parser").main
        assert page.select_one("a[href^='tel:212']")
        assert page.select_one("form[action='/appointments/forget/']")
    assert list(Draft.objects.values()) == before
    assert not Request.objects.exists()
    settings.INTAKE_KEYSET = good
    assert patient.send()["Location"].endswith("/appointments/sent/")


@pytest.mark.parametrize("key", ["reach", "check", "later"])
def test_without_its_key_an_expired_page_says_what_to_do_too(patient, lost_key, key):
    patient.answer_all()
    patient.client.handler.enforce_csrf_checks = True
    lost_key()

    response = patient.client.post(patient.url(key), {"how": "shown"})

    assert response.status_code == 503
    assert b"tel:212" in response.content


@pytest.mark.parametrize("lost_key", ["gone", "spoilt"], indirect=True)
def test_without_its_key_the_site_says_so_to_who_asks_how_a_request_stands(patient, lost_key):
    reference = patient.ask().reference
    lost_key()

    response = Client().post(
        "/request-status/", {"reference": reference, "born_month": "3", "born_day": "27", "born_year": "1961"}
    )

    assert response.status_code == 503
    page = BeautifulSoup(response.content, "html.parser").main
    assert page.select_one("a[href^='tel:212']")
    assert not page.select("form")


def test_who_stops_leaves_nothing_behind(patient):
    patient.answer("signs")
    response = patient.client.post("/appointments/forget/")

    assert response.status_code == 302
    assert not Draft.objects.exists()
    assert not patient.client.cookies["appointment-draft"].value


@pytest.mark.parametrize("key", ["reach", "check"])
def test_the_button_to_stop_works_on_the_page_that_shows_it(patient, key):
    patient.answer_all()
    form = patient.soup(key).select_one("form[action='/appointments/forget/']")
    patient.client.handler.enforce_csrf_checks = True
    response = patient.client.post(form["action"], {field["name"]: field["value"] for field in form.select("[name]")})

    assert response.status_code == 302
    assert not Draft.objects.exists()


@both_ways
def test_pages_of_a_request_are_kept_nowhere(client, department, way):
    patient = Patient(client, way)
    patient.answer_all()
    for key in (*[step.KEY for step in steps_of(patient.ask().kind)], "check", "sent"):
        response = client.get(patient.url(key))

        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "same-origin"


def test_fields_that_nobody_asked_for_change_nothing(patient):
    request = patient.ask(reach={"status": "closed", "id": "1", "reference": "AAAA", "priority": "1", "is_staff": "on"})

    assert (request.status, request.priority) == ("new", Request.Priority.ROUTINE)
    assert set(request.unsealed()["answers"]["reach"]) == {"phone", "email", "way", "times", "message"}


def test_the_first_step_is_the_one_about_signs():
    assert steps_of("appointment")[0] is Signs
