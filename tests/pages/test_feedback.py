import datetime

import pytest
from bs4 import BeautifulSoup
from django.test import Client, RequestFactory
from time_machine import travel

from accounts.addresses import sender_of
from pages.models import Feedback
from publishing import actions
from tests import make
from tests.constraints import broken

pytestmark = pytest.mark.django_db

ABOUT = "/feedback/?page=/conditions/tumor/"
LIST = "/admin/pages/feedback/"


@pytest.fixture
def tumor(db):
    return make.published(make.condition("Tumor", slug="tumor"))


def test_a_page_leads_to_a_form_about_it(client, tumor):
    make.published(make.symptom(slug="pain"))
    make.published(make.diagnostic_test(slug="scan"))
    make.published(make.treatment(slug="fusion"))
    make.published(make.hub(slug="tumors"))

    for address in (
        "/conditions/tumor/",
        "/conditions/kinds/tumors/",
        "/symptoms/pain/",
        "/tests/scan/",
        "/treatments/fusion/",
    ):
        response = client.get(address)
        link = BeautifulSoup(response.content, "html.parser").select_one(".helpful a")
        assert link["href"] == f"/feedback/?page={address}"
        assert not response.cookies
        assert client.get(link["href"]).status_code == 200


def test_an_answer_is_kept_with_the_page_and_the_day_alone(client, tumor):
    with travel("2027-03-10 20:00 -0500"):
        response = client.post(ABOUT, {"answer": "partly", "comment": "Say\r\nmore."})

    kept = Feedback.objects.values().get()
    kept.pop("id")
    day = datetime.date(2027, 3, 10)
    assert kept == {"page_id": tumor.pk, "answer": "partly", "comment": "Say\nmore.", "said_on": day}
    assert response.status_code == 302
    thanks = client.get(response["Location"])
    assert "Thank you" in thanks.content.decode()
    assert 'href="/conditions/tumor/"' in thanks.content.decode()


def test_the_form_is_fresh_and_is_the_only_page_with_a_cookie_for_it(client, tumor):
    response = client.get(ABOUT)

    assert "no-store" in response["Cache-Control"]
    assert list(response.cookies) == ["csrftoken"]
    assert not response.cookies["csrftoken"]["max-age"]
    assert "Please do not write your name or anything about your health" in response.content.decode()
    assert not Client().get("/feedback/thanks/?page=/conditions/tumor/").cookies


def test_a_form_from_elsewhere_is_refused(tumor):
    response = Client(enforce_csrf_checks=True).post(ABOUT, {"answer": "yes"})

    assert response.status_code == 403
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    "fields", [{}, {"answer": "maybe"}, {"answer": "yes", "comment": "x" * 501}, {"answer": "yes", "comment": "\x00"}]
)
def test_what_does_not_fit_is_said_and_shown_again(client, tumor, fields):
    response = client.post(ABOUT, fields)

    page = BeautifulSoup(response.content, "html.parser")
    assert page.title.text.startswith("Error: ")
    summary = page.select_one("main [role=alert][autofocus]")
    assert summary.a.text == page.select_one("main .form-error").text
    assert page.select_one(f"main {summary.a['href']}")
    assert not Feedback.objects.exists()


def test_no_browser_cuts_what_is_too_long(client, tumor):
    response = client.post(ABOUT, {"answer": "yes", "comment": "x" * 501})

    box = BeautifulSoup(response.content, "html.parser").select_one("main textarea")
    assert "maxlength" not in box.attrs
    assert box.text.strip() == "x" * 501
    assert b"Please shorten your words to 500 characters. You have 501 now." in response.content


def test_five_hundred_characters_fit_however_the_browser_ends_lines(client, tumor):
    client.post(ABOUT, {"answer": "yes", "comment": "\r\n".join(["x" * 99] * 5)})

    assert len(Feedback.objects.get().comment) == 499


@pytest.mark.parametrize(
    "page", ["", "/", "/conditions/", "/conditions/unknown/", "/physicians/adler/", "https://elsewhere.example/", "//x",
             "/conditions/tumor/?x", "conditions/tumor/", "/conditions/draft/", "/admin/", "\ud7ff'\"><script>"],
)  # fmt: skip
def test_only_a_live_page_can_be_spoken_of(client, tumor, page):
    make.published(make.physician(slug="adler"))
    make.condition(slug="draft")

    assert client.get("/feedback/", {"page": page}).status_code == 404
    assert client.get("/feedback/thanks/", {"page": page}).status_code == 404
    assert not Feedback.objects.exists()


def test_a_withdrawn_page_is_not_spoken_of(client, tumor):
    actions.withdraw(tumor, by=None, change="Wrong.")

    assert client.post(ABOUT, {"answer": "yes"}).status_code == 404


def test_a_program_that_fills_in_everything_is_thanked_and_not_kept(client, tumor):
    response = client.post(ABOUT, {"answer": "yes", "comment": "Buy!", "website": "https://spam.example"})

    assert response.status_code == 302
    assert not Feedback.objects.exists()


def test_an_address_that_answers_too_often_waits_until_the_next_hour(client, tumor):
    make.published(make.site(phone="212-555-0142"))
    with travel("2027-03-10 20:15 -0500", tick=False) as clock:
        for _turn in range(10):
            assert client.post(ABOUT, {"answer": "yes"}).status_code == 302

        refused = client.post(ABOUT, {"answer": "yes"})
        other = client.post(ABOUT, {"answer": "yes"}, REMOTE_ADDR="198.51.100.7")
        clock.shift(int(refused["Retry-After"]))
        later = client.post(ABOUT, {"answer": "yes"})

    assert (refused.status_code, refused["Retry-After"]) == (429, "2700")
    assert "212-555-0142" in BeautifulSoup(refused.content, "html.parser").main.text
    assert (other.status_code, later.status_code) == (302, 302)
    assert Feedback.objects.count() == 12


@pytest.mark.parametrize(
    ("peer", "forwarded", "sender"),
    [
        ("198.51.100.7", "", "198.51.100.7"),
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "203.0.113.9, 127.0.0.1", "203.0.113.9"),
        ("2001:db8:1:2:3::4", "", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "", "198.51.100.7"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("", "", ""),
    ],
)
def test_who_sends_is_told_behind_trusted_proxies(peer, forwarded, sender):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}

    assert sender_of(RequestFactory().get("/", REMOTE_ADDR=peer, **headers)) == sender


def test_an_answer_is_yes_partly_or_no(tumor):
    with broken("feedback_is_yes_partly_or_no"):
        Feedback.objects.create(page=tumor, answer="maybe")


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_the_form_takes_reading_and_sending_alone(client, tumor, method):
    assert getattr(client, method)(ABOUT).status_code == 405


def test_the_form_costs_two_queries(client, tumor, django_assert_num_queries):
    with django_assert_num_queries(2):
        client.get(ABOUT)


# In the admin


def test_editors_read_what_was_said_and_how_often(as_, editor, tumor):
    stenosis = make.published(make.condition("Stenosis"))
    for page, answer in ((tumor, "yes"), (tumor, "no"), (tumor, "no"), (stenosis, "partly")):
        Feedback.objects.create(page=page, answer=answer, comment="<script>alert(1)</script>")

    shown = as_(editor).get(LIST).content.decode()

    rows = BeautifulSoup(shown, "html.parser").select(".feedback-counts tbody tr")
    assert [row.get_text(" ").split() for row in rows] == [["Tumor", "1", "0", "2"], ["Stenosis", "0", "1", "0"]]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert(1)" not in shown


def test_what_was_said_can_be_deleted_and_not_changed_or_added(as_, editor, publisher, tumor):
    said = Feedback.objects.create(page=tumor, answer="no", comment="My name is …")

    for person in (editor, publisher):
        client = as_(person)
        assert client.get(f"{LIST}add/").status_code == 403
        assert client.get(f"{LIST}{said.pk}/change/").status_code == 200
        assert client.post(f"{LIST}{said.pk}/change/", {"answer": "yes"}).status_code == 403
    client.post(f"{LIST}{said.pk}/delete/", {"post": "yes"})

    assert not Feedback.objects.exists()


def test_others_do_not_read_it(as_, clinician, coordinator):
    assert as_(clinician).get(LIST).status_code == 403
    assert as_(coordinator).get(LIST).status_code == 403


@pytest.mark.parametrize("rows", [1, 12])
def test_the_list_costs_the_same_however_many_pages_were_spoken_of(as_, editor, rows, django_assert_num_queries):
    for _row in range(rows):
        Feedback.objects.create(page=make.condition(), answer="yes")
    client = as_(editor)

    with django_assert_num_queries(7):
        client.get(LIST)
