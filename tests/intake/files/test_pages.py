"""The pages on which a patient sends files, and reads what became of them."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from intake import inquiries
from intake.checking.words import WORDS
from intake.files import listing
from intake.models import DeskSettings, File, Inquiry, Request
from tests.intake.files.sending import Sender
from tests.intake.patient import Patient
from tests.intake.test_status import opened, request_  # noqa: F401 - fixtures

pytestmark = pytest.mark.once

NAME = "Zed Sample, spine.pdf"


@pytest.fixture
def opinion(client, department):
    patient = Patient(client, "second-opinion")
    patient.answer_all()
    return patient


@pytest.fixture
def sender(opinion):
    return Sender(opinion.client, opinion.way)


def soup(client, url="/second-opinion/files/"):
    return BeautifulSoup(client.get(url).content, "html.parser")


def lines(client, url="/second-opinion/files/"):
    """(name, how far it is and what to do) of each file on the page."""
    found = soup(client, url).select(".file[data-url]")
    return [(line.select_one(".file-name").text, " ".join(line.text.split())) for line in found]


def set_state(state, **look):
    """As the check leaves the one file there is."""
    file = File.objects.get()
    file.seal({**file.unsealed(), "look": look})
    file.state = state
    file.scan = "clean" if state == "kept" else ""
    file.save()


def rows(client, url):
    return {row.dt.text: row.dd.text for row in soup(client, url).select(".answers dl div")}


def test_the_page_says_before_what_fits_and_what_is_taken(opinion):
    DeskSettings.objects.update(most_gigabytes=5)
    text = " ".join(soup(opinion.client).main.text.split())

    assert "Up to 5 GB and 3,000 files" in text
    for kind in ("PDF", "JPEG", "PNG", "HEIC", "DICOM", "ZIP", "folder of a disc"):
        assert kind in text
    assert "send your request without files" in text
    assert soup(opinion.client).select_one(".files")["data-most"] == "5000000000"


def test_what_the_patient_has_here_is_said_once_more(opinion):
    opinion.answer("records", mri="here", report="here", ct="later")

    assert "for: MRI images, Radiology report" in " ".join(soup(opinion.client).main.text.split())


def test_an_unfinished_file_says_how_far_it_is_and_what_to_do(opinion, sender):
    url = sender.begin(1000, NAME)["Location"]
    sender.patch(url, b"x" * 409)

    ((name, words),) = lines(opinion.client)
    assert name == NAME
    assert "1000 bytes" in words.replace("\xa0", " ")
    assert "not all here yet: 40 %" in words
    assert "Choose the same file again" in words
    (line,) = soup(opinion.client).select(".file[data-url]")
    told = {name: line[f"data-{name}"] for name in ("url", "name", "size", "arrived", "state")}
    assert told == {"url": url, "name": NAME, "size": "1000", "arrived": "409", "state": "coming"}


@pytest.mark.parametrize(
    ("state", "look", "words"),
    [
        ("whole", {}, "sent, being checked"),
        ("kept", {"refusal": ""}, "sent and checked"),
        (
            "kept",
            {"refusal": "", "left_out": ["VIEW.EXE", "AUTO.INF"]},
            "neither images nor reports: VIEW.EXE, AUTO.INF",
        ),
        *(("refused", {"refusal": code}, str(words)) for code, words in WORDS.items()),
    ],
)
def test_what_became_of_a_file_is_said_on_every_page(opinion, sender, state, look, words):
    sender.send(b"report", NAME)
    set_state(state, **look)

    ((_name, said),) = lines(opinion.client)
    assert words in said
    assert words in rows(opinion.client, opinion.url("check"))[NAME]
    opinion.send()
    assert words in next(
        row[2] for part in Request.objects.get().unsealed()["checked"] for row in part["rows"] if row[1] == NAME
    )


def test_going_on_asks_for_nothing_and_the_files_are_on_the_list_to_check(opinion, sender):
    sender.send(b"report", NAME)
    assert opinion.answer("files")["Location"] == "/second-opinion/check/"

    assert "sent, being checked" in rows(opinion.client, opinion.url("check"))[NAME]
    assert not soup(opinion.client, opinion.url("check")).select(".note")


def test_a_request_with_unfinished_files_is_sent_and_they_can_be_finished(opinion, sender):
    url = sender.begin(1000, NAME)["Location"]
    assert "not all here yet" in soup(opinion.client, opinion.url("check")).select_one(".note").text
    opinion.send()
    sent = soup(opinion.client, opinion.url("sent"))

    assert sent.select_one("main a[href='/second-opinion/files/']").text == "Finish sending my files"
    assert lines(opinion.client)[0][0] == NAME
    assert sender.patch(url, b"x" * 1000).status_code == 204
    assert not soup(opinion.client, opinion.url("sent")).select("main .note")
    assert File.objects.get().owner == Request.objects.get().pk


def test_once_it_is_sent_the_page_of_files_leads_back_and_answers_nothing(opinion):
    opinion.send()
    page = soup(opinion.client)

    assert page.select_one(".ask-back a")["href"] == "/second-opinion/sent/"
    assert not page.select(".ask-form button, .ask-place span, form[action$='/forget/']")
    assert opinion.answer("files")["Location"] == "/second-opinion/sent/"
    assert Request.objects.count() == 1


def test_the_page_that_says_it_has_arrived_tells_how_to_send_files_and_not_by_mail(opinion):
    opinion.send()
    text = " ".join(soup(opinion.client, opinion.url("sent")).main.text.split())

    assert "Send files now" in text
    assert "from the page where you check on a request" in text
    assert "Please do not send them by email" in text


def test_without_scripts_a_file_is_sent_and_taken_out_by_the_forms_of_the_page(opinion):
    opinion.client.handler.enforce_csrf_checks = True
    form = soup(opinion.client).select_one(".files-form")
    token = form.select_one("[name=csrfmiddlewaretoken]")["value"]
    fields = [field["name"] for field in form.select("[name]")]
    sent = {"csrfmiddlewaretoken": token, "files": SimpleUploadedFile(NAME, b"report"), "end": "1"}
    answer = opinion.client.post(form["action"], sent)

    assert fields == ["csrfmiddlewaretoken", "files", "end"], "the last one proves that all came"
    assert answer["Location"] == "/second-opinion/files/"
    assert [name for name, _words in lines(opinion.client)] == [NAME]
    out = soup(opinion.client).select_one(".file[data-url] form")
    token = out.select_one("[name=csrfmiddlewaretoken]")["value"]
    assert opinion.client.post(out["action"], {"csrfmiddlewaretoken": token})["Location"] == "/second-opinion/files/"
    assert lines(opinion.client) == []


def test_names_are_shown_to_who_holds_the_cookie_alone(opinion, sender):
    sender.send(b"report", NAME)
    opinion.send()

    for browser in (Client(), Patient(Client(), "second-opinion").client):
        for url in ("/second-opinion/files/", "/request-status/files/", "/second-opinion/sent/"):
            assert NAME not in browser.get(url, follow=True).content.decode()
    assert NAME not in str(list(File.objects.values()))


@pytest.mark.parametrize("name", ["<b>x</b>.pdf", '"><script>1</script>.pdf', "{{ 1 }}.pdf", "\u202efdp.exe"])
def test_a_hostile_name_is_text(opinion, sender, name):
    sender.begin(10, name)
    page = soup(opinion.client)

    (line,) = page.select(".file[data-url]")
    assert not line.select("b, script")
    assert "\u202e" not in str(line)
    assert line["data-name"] == line.select_one(".file-name").text == File.objects.get().unsealed()["name"]


def test_a_name_that_does_not_open_spoils_no_page(opinion, sender):
    sender.send(b"report", NAME)
    File.objects.update(words=b"x")

    assert lines(opinion.client)[0][0] == "A file whose name cannot be shown"
    assert opinion.client.get(opinion.url("check")).status_code == 200


def test_of_very_many_files_the_list_to_check_names_the_first_and_all_in_trouble(opinion, sender, monkeypatch):
    monkeypatch.setattr(listing, "MOST_ROWS", 3)
    for number in range(5):
        sender.send(b"x" * 10, f"slice{number}.dcm")
    sender.begin(10, "late.dcm")
    found = rows(opinion.client, opinion.url("check"))

    assert [name for name in found if name.endswith(".dcm")] == ["late.dcm", "slice0.dcm", "slice1.dcm"]
    assert found["And"].replace("\xa0", " ") == "3 files, 30 bytes"


def test_the_status_page_tells_of_files_and_leads_to_where_more_are_sent(request_, opened):  # noqa: F811
    none = soup(opened, "/request-status/shown/")
    assert "You have sent no files yet." in none.main.text
    assert none.select_one("main a[href='/request-status/files/']")

    sender = Sender(opened, "request-status")
    sender.send(b"report", NAME)
    set_state("refused", refusal="encrypted_pdf")
    told = rows(opened, "/request-status/shown/")[NAME]
    assert "refused" in told
    assert str(WORDS["encrypted_pdf"]) in told
    assert NAME in lines(opened, "/request-status/files/")[0][0]
    sender.begin(10, "late.dcm")
    assert "not all here yet" in soup(opened, "/request-status/shown/").select_one("main .note").text


def test_what_was_answered_about_records_is_shown_beside_later_files(patient):
    request = patient.ask(records={"mri": "ask", "mri_whom": "Valley Clinic"}, files={})
    Inquiry.objects.create(
        id=request.pk,
        cookie_hash=inquiries._hash("token"),
        request=request,
        asked_at=request.received_at,
        opened_at=request.received_at,
    )
    browser = Client()
    browser.cookies[inquiries.COOKIE] = "token"
    shown = rows(browser, "/request-status/files/")

    assert shown["MRI images"] == "Please ask the hospital"
    assert shown["Whom to ask for the MRI"] == "Valley Clinic"
    assert not soup(browser, "/request-status/files/").select("input[type=radio]")


def test_nobody_sends_files_to_a_request_that_is_not_open(request_):  # noqa: F811
    answer = Client().get("/request-status/files/")

    assert answer["Location"] == "/request-status/"


def test_pages_of_files_are_kept_nowhere(opinion, opened):  # noqa: F811
    for browser, url in ((opinion.client, "/second-opinion/files/"), (opened, "/request-status/files/")):
        page = browser.get(url)

        assert page.status_code == 200
        assert "no-store" in page["Cache-Control"]
        assert page["Referrer-Policy"] == "same-origin"
