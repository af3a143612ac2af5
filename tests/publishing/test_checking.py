"""The gate beside the editor while one types, and over all pages."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from publishing import reviewing
from publishing.drafts import Draft
from publishing.models import Review
from tests import make
from tests.forms import submitted

pytestmark = pytest.mark.django_db
REPORT = "/admin/findings/"


def address(page, name):
    return reverse(f"admin:{page._meta.app_label}_{page._meta.model_name}_{name}", args=[page.pk])


def checked(client, page, **typed):
    form = submitted(client.get(address(page, "change")))
    return client.post(address(page, "check"), form | typed)


def test_what_is_typed_is_looked_at_and_not_saved(as_, editor):
    page = make.condition("Sciatica", overview="<p>Your leg hurts.</p>")

    told = checked(as_(editor), page, overview="", causes="<p>Click <a href='/none/'>here</a>.</p>").json()

    page.refresh_from_db()
    assert told["line"].startswith("2 to mend, ")
    assert "leads to no page of this site" in told["html"]
    assert 'data-field="id_causes"' in told["html"]
    assert (page.overview, page.version) == ("<p>Your leg hurts.</p>", 1)


def test_each_long_part_is_told_with_its_reading_grade(as_, editor):
    page = make.condition(overview="<p>" + "Your leg may hurt at night. " * 6 + "</p>", causes="<p>Age.</p>")

    soup = BeautifulSoup(checked(as_(editor), page).json()["html"], "html.parser")

    assert [part.text for part in soup.select(".grades dt")] == ["Overview"]
    assert float(soup.select_one(".grades dd").text) < 4


def test_a_form_with_errors_is_looked_at_as_well(as_, editor):
    page = make.condition("Sciatica")

    told = checked(as_(editor), page, title="", overview="", slug="not an address")

    assert told.status_code == 200
    assert "1 to mend" in told.json()["line"]


def test_who_may_not_change_a_page_has_nothing_looked_at(as_, clinician):
    page = make.condition()

    assert as_(clinician).post(address(page, "check"), {}).status_code == 403
    assert as_(make.user("Coordinator")).post(address(page, "check"), {}).status_code == 403


def test_the_report_lists_every_page_in_which_something_is_to_be_mended(as_, editor):
    make.condition("Sciatica", overview="")
    whole = make.information("About us", body="<p>We are here.</p>")

    soup = BeautifulSoup(as_(editor).get(REPORT).content, "html.parser")

    titles = [heading.a.text for heading in soup.select("#content-main h2")]
    assert titles[0] == "Sciatica"
    assert whole.title not in titles


def test_the_report_is_narrowed_to_one_kind_of_finding(as_, editor):
    make.condition("Sciatica", overview="")
    make.condition("Stenosis", overview="<p>It is narrow.</p>")
    client = as_(editor)

    soup = BeautifulSoup(client.get(REPORT, {"rule": "required"}).content, "html.parser")

    assert [heading.a.text for heading in soup.select("#content-main h2")] == ["Sciatica"]
    assert soup.select_one(".report-rules [aria-current]").text == "Empty, and required (1)"
    assert client.get(REPORT, {"rule": "nonsense", "p": "x"}).status_code == 200


def test_what_only_a_clinician_can_mend_stands_apart(as_, editor):
    make.condition("Sciatica", overview="")
    make.term("Disc")  # a term asks for nothing but an approval
    client = as_(editor)

    mend = BeautifulSoup(client.get(REPORT).content, "html.parser")
    wait = BeautifulSoup(client.get(REPORT, {"rule": "review"}).content, "html.parser")
    cards = BeautifulSoup(client.get("/admin/").content, "html.parser")

    assert [heading.a.text for heading in mend.select("#content-main h2")] == ["Sciatica"]
    assert "No clinician has approved" not in mend.select_one("#content-main").text
    assert mend.select_one(".report-rules [aria-current]").text == "All that you can mend (1)"
    assert sorted(heading.a.text for heading in wait.select("#content-main h2")) == ["Disc", "Sciatica"]
    assert "Ask for a review" in wait.select_one("#content-main").text
    assert cards.select_one(f'a[href="{REPORT}"]').text.split()[0] == "1"
    assert cards.select_one(f'a[href="{REPORT}?rule=review"]').text.split()[0] == "2"


def test_the_report_is_of_today_after_a_save_and_a_review(as_, editor, clinician):
    page = make.term("Disc")
    client = as_(editor)
    before = client.get(REPORT, {"rule": "review"}).content.decode()

    reviewing.review(
        page,
        by=clinician,
        signed_as="Ada Example, MD",
        clinical_hash=Draft.of(page).clinical_hash,
        decision=Review.Decision.APPROVED,
    )

    assert "No clinician has approved these words" in before
    assert "No clinician has approved these words" not in client.get(REPORT, {"rule": "review"}).content.decode()


def test_who_sees_no_page_sees_no_report(as_):
    assert as_(make.user("Coordinator")).get(REPORT).status_code == 403
