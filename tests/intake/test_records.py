"""Which scans and papers a patient is asked for, and how they come."""

from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from intake.steps import Records
from pages.models import SiteDetails
from tests import make
from tests.intake.patient import Patient, errors

SHORT = ["mri", "ct", "report"]
ALWAYS = [*SHORT, "notes", "laboratory", "medicines"]


@pytest.fixture
def opinion(client, department):
    return Patient(client, "second-opinion")


def asked(patient):
    """The lines of the list, in their order."""
    boxes = patient.soup("records").select("input[type=radio]")
    return list(dict.fromkeys(box["name"] for box in boxes))


def path(response):
    return urlsplit(response["Location"]).path


@pytest.mark.parametrize(("surgery", "is_asked"), [("yes", True), ("unsure", True), ("no", False)])
def test_an_operative_note_is_asked_for_where_there_may_have_been_surgery(opinion, surgery, is_asked):
    opinion.answer_all(before={"surgery": surgery})

    assert ("operation" in asked(opinion)) == is_asked


@pytest.mark.parametrize(
    ("category", "is_asked"), [("tumor", True), ("degenerative", False), ("unsure", True), ("other", True)]
)
def test_pathology_is_asked_for_where_it_may_be_a_tumor(opinion, category, is_asked):
    condition = category
    if category not in ("unsure", "other"):
        condition = str(make.published(make.condition("Chordoma", slug="chordoma", category=category)).pk)
    opinion.answer_all(reason={"condition": condition})

    assert ("pathology" in asked(opinion)) == is_asked


def test_a_second_opinion_asks_for_all_and_an_appointment_for_less(opinion, department):
    opinion.answer_all(before={"surgery": "no"}, reason={"condition": str(department.condition.pk)})
    other = Patient(Client())
    other.answer_all(before={"surgery": "no"}, reason={"condition": str(department.condition.pk)})

    assert asked(opinion) == ALWAYS
    assert asked(other) == SHORT


def test_nothing_need_be_chosen_and_no_line_is_needed_to_go_on(opinion):
    opinion.answer_all(records={})

    assert path(opinion.send()) == "/second-opinion/sent/"


def test_an_appointment_leads_past_the_list_and_the_page_to_check_leads_there(patient):
    assert path(patient.answer_all()) == "/appointments/check/"
    assert "Add scans or reports" in patient.soup("check").select_one(".answers a[href='/appointments/records/']").text

    assert path(patient.answer("records", mri="here")) == "/appointments/files/"
    assert path(patient.answer("files")) == "/appointments/check/"
    rows = {line.dt.text: line.dd.text for line in patient.soup("check").select(".answers dl div")}
    assert rows["MRI images"] == "I have it here"
    assert rows["Files"].startswith("None.")
    assert path(patient.send()) == "/appointments/sent/"


@pytest.mark.parametrize("line", Records.LINES)
def test_to_be_asked_for_a_hospital_needs_a_name(opinion, line):
    opinion.answer_all(before={"surgery": "yes"})
    response = opinion.answer("records", **{line: "ask"})
    told = opinion.answer("records", **{line: "ask", f"{line}_whom": "Valley Clinic, May"})

    (error,) = errors(response)
    assert error.endswith("write which hospital or clinic we should ask, or choose another line.")
    assert BeautifulSoup(response.content, "html.parser").select_one(f".form-errors a[href='#{line}_whom']")
    assert path(told) == "/second-opinion/check/"
    rows = {row.dt.text: row.dd.text for row in opinion.soup("check").select(".answers dl div")}
    assert rows[str(Records.NAMES[f"{line}_whom"])] == "Valley Clinic, May"


def test_a_hospital_without_a_choice_is_one_to_ask_and_beside_another_choice_is_dropped(opinion):
    opinion.answer_all()
    opinion.answer("records", mri_whom="Valley Clinic", ct="here", ct_whom="Hill Clinic")

    rows = {row.dt.text: row.dd.text for row in opinion.soup("check").select(".answers dl div")}
    assert rows["MRI images"] == "Please ask the hospital"
    assert rows["Whom to ask for the MRI"] == "Valley Clinic"
    assert "Whom to ask for the CT or X-rays" not in rows


def test_where_to_mail_a_disc_is_said_with_the_reference_on_it_alone(opinion):
    site = SiteDetails.objects.get()
    site.address = "Spine Place\n1 Example Avenue"
    site.save()
    make.published(site)
    opinion.ask(records={"mri": "mail"})
    sent = opinion.soup("sent").main.text
    opinion.answer_all()

    for words in (opinion.soup("records").select_one(".record-mail").text, sent):
        assert "1 Example Avenue" in words
        assert "reference" in words
        assert "nothing about your health" in words
