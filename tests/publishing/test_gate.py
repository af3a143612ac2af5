"""What the gate finds before patients read a page, through the page that asks what changed."""

import datetime
import re

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conditions.models import Condition
from publishing import actions, gate, reviewing
from publishing.drafts import Draft
from publishing.models import Edition, Review
from publishing.revisions import keep
from tests import make
from tests.forms import submitted

pytestmark = pytest.mark.django_db
LONG = "This one sentence goes on and on and on, " + "and on, " * 20 + "and on."
HARD = " ".join(["The neurological examination evaluates radiculopathic deterioration systematically."] * 6)


@pytest.fixture
def client(as_, publisher):
    return as_(publisher)


def sciatica(**fields):
    return make.condition("Sciatica", **{"slug": "sciatica", "overview": "<p>Your leg hurts.</p>", **fields})


def address(page, name="publish"):
    return reverse(f"admin:{page._meta.app_label}_{page._meta.model_name}_{name}", args=[page.pk])


def found(page):
    """(rule, place) of what the gate finds."""
    return {(finding.rule, finding.place) for finding in gate.findings(page)}


def send(client, page, **values):
    return client.post(address(page), submitted(client.get(address(page))) | {"change": "New words.", **values})


def errors(response):
    soup = BeautifulSoup(response.content, "html.parser")
    return " ".join(part.text.strip() for part in soup.select(".errorlist li"))


@pytest.mark.parametrize(
    ("fields", "finding"),
    [
        ({"overview": ""}, ("required", "overview")),
        ({"overview": "<p> <strong> </strong>&nbsp;</p>"}, ("required", "overview")),
        ({"summary": ""}, ("empty", "summary")),
        ({"treatments": ""}, ("empty", "treatments")),
        ({"causes": f"<p>{HARD}</p>"}, ("grade", "causes")),
        ({"outlook": f"<p>{LONG}</p>"}, ("sentence", "outlook")),
        ({"summary": "So a to be " * 14}, ("sentence", "summary")),
        ({"living": "<h4>Walk</h4><p>Walk.</p>"}, ("headings", "living")),
        ({"living": '<p><a href="/glossary/">Click here</a>.</p>'}, ("link_words", "living")),
        ({"living": '<p><a href="https://example.org/a">https://example.org/a</a></p>'}, ("link_words", "living")),
        ({"living": '<p><a href="/conditions/no-such-page/">What it is</a></p>'}, ("link", "living")),
        ({"living": '<p><a href="/no/such/page">What it is</a></p>'}, ("link", "living")),
        ({"living": '<p><a href="glossary/">The glossary</a></p>'}, ("link", "living")),
        ({"causes": "<p>It is a radiculopathy.</p>"}, ("hard_words", "causes")),
        ({"symptoms": "<p>You may lose control of your bladder.</p>"}, ("warning_sign", "warning_sign")),
        ({"symptoms": "<p>Your leg turns weak.</p>"}, ("warning_sign", "warning_sign")),
        ({}, ("physician", "physician")),
        ({}, ("source", "sources")),
        ({}, ("review", "")),
        ({"next_review_on": datetime.date(2020, 1, 1)}, ("overdue", "next_review_on")),
    ],
)
def test_each_fault_is_found_at_its_place(fields, finding):
    assert finding in found(sciatica(**fields))


def whole():
    """A condition in which there is nothing to find."""
    make.term("Radiculopathy", variants="radiculopathies")
    page = sciatica(
        summary="Pain that runs down a leg.",
        symptoms="<p>Your leg hurts. You may lose control of your bladder.</p>",
        causes="<h3>Why</h3><h4>A disc</h4><p>Doctors call it radiculopathy.</p>",
        tests="<p>We look at how you walk.</p>",
        treatments='<p>Most need <a href="/glossary/">no word of this</a>, or <a href="tel:911">911</a>.</p>',
        living='<p>See <a href="/conditions/sciatica/">this page itself</a>. <span lang="fr">Une institutionnalisation'
        "</span></p>",
        next_review_on=timezone.localdate() + datetime.timedelta(days=30),
    )
    page.physician_rows.create(physician=make.physician())
    page.source_rows.create(source=make.source())
    sign = make.published(make.warning_sign())
    page.warning_sign_rows.create(warning_sign=sign)
    for one in (page, sign):
        approve(one)
    return page


def approve(page):
    reviewing.review(
        page,
        by=make.user("Clinician"),
        signed_as="Ada Example, MD",
        clinical_hash=Draft.of(page.concrete).clinical_hash,
        decision=Review.Decision.APPROVED,
    )


def test_in_a_whole_page_nothing_is_found_and_no_reason_is_asked(client):
    page = whole()

    shown = client.get(address(page)).content.decode()
    response = send(client, page)

    assert found(page) == set()
    assert "Nothing to mend was found." in shown
    assert "despite" not in submitted(client.get(address(page, "withdraw")))
    assert response.status_code == 302
    edition = Edition.objects.get(page=page.pk)
    assert (edition.findings, edition.despite) == ([], "")


def test_what_stops_is_said_and_nothing_is_published(client):
    page = sciatica(overview="", living='<p><a href="/conditions/none/">The other page</a></p>')

    response = send(client, page, despite="It is urgent.")

    assert "Overview: This is empty" in errors(response) or "overview: This is empty" in errors(response)
    assert "“The other page” leads to no page of this site" in errors(response)
    assert submitted(response)["despite"] == "It is urgent."
    assert not Edition.objects.exists()


def test_a_warning_needs_a_reason_that_stays_in_the_edition(client):
    page = sciatica()

    refused = send(client, page)
    kept = submitted(refused)
    client.post(address(page), kept | {"despite": "The surgeon reads it on Monday."})

    assert "Give the reason, or mend what the warnings name." in errors(refused)
    edition = Edition.objects.get()
    assert edition.despite == "The surgeon reads it on Monday."
    assert {finding["rule"] for finding in edition.findings} >= {"review", "physician", "source"}
    history = client.get(address(page, "history")).content.decode()
    assert "The surgeon reads it on Monday." in history


def test_entries_that_are_published_along_pass_the_gate_too(client):
    page = sciatica()
    page.symptom_rows.create(symptom=make.symptom("Leg pain", overview='<p><a href="/no/page">A page</a></p>'))

    shown = client.get(address(page)).content.decode()
    refused = send(client, page, despite="A test.")
    alone = client.post(address(page), {**submitted(refused), "entries": [], "despite": "A test."})

    assert "Leg pain" in shown
    assert "Leg pain: overview: The link “A page” leads to no page" in errors(refused)
    assert alone.status_code == 302
    assert [edition.page_id for edition in Edition.objects.all()] == [page.pk]


def test_a_link_may_lead_to_a_page_that_is_published_with_it(client):
    page = sciatica(living='<p><a href="/symptoms/leg-pain/">About leg pain</a></p>')
    page.symptom_rows.create(symptom=make.symptom("Leg pain", slug="leg-pain"))

    alone = gate.findings(page)
    response = send(client, page, despite="A test.")

    assert "Publish that one first" in next(finding.text for finding in alone if finding.stops)
    assert response.status_code == 302


def test_a_link_to_a_withdrawn_page_and_an_old_address():
    gone, moved = make.published(make.symptom(slug="gone")), make.published(make.symptom(slug="old"))
    actions.withdraw(gone, by=None, change="Wrong.")
    moved.slug = "new"
    moved.save()
    actions.publish(moved, by=None, change="A new address.")

    def stops(slug):
        page = sciatica(living=f'<p><a href="/symptoms/{slug}/">A symptom</a></p>', slug=f"to-{slug}")
        return [finding.rule for finding in gate.findings(page) if finding.stops]

    assert (stops("gone"), stops("old"), stops("new")) == (["link"], [], [])


def test_a_change_of_address_and_the_pages_that_show_an_entry_are_told(client):
    symptom = make.published(make.symptom("Leg pain", slug="leg-pain"))
    for number in range(2):
        page = make.condition(f"Page {number}")
        page.symptom_rows.create(symptom=symptom)
        make.published(page)
    symptom.slug = "pain-in-the-leg"
    symptom.save()

    told = {finding.rule: finding for finding in gate.findings(symptom)}

    assert "from “leg-pain” to “pain-in-the-leg”" in told["address"].text
    assert told["shown_on"].text.startswith("2 live pages show this entry")
    assert told["shown_on"].level == gate.NOTE


def test_an_approval_that_was_taken_back_or_of_other_words_does_not_count():
    page = whole()
    page.overview = "<p>Other words.</p>"
    page.save()

    assert ("review", "") in found(page)


def test_notes_of_rows_are_read_as_well():
    page = sciatica()
    page.symptom_rows.create(symptom=make.symptom(), note=LONG)

    assert ("sentence", "symptom") in found(page)


def test_an_imported_file_that_stops_is_not_published(tmp_path, capsys):
    file = tmp_path / "sciatica.md"
    file.write_text("# Sciatica\n\nIt hurts. See [the page](/conditions/none/).\n", encoding="utf-8")

    with pytest.raises(CommandError):
        call_command("import_condition", str(file), publish=True)

    assert "leads to no page of this site" in capsys.readouterr().err
    assert not Condition.objects.exists()


def test_warnings_of_an_imported_file_are_kept_as_imported(tmp_path):
    file = tmp_path / "sciatica.md"
    file.write_text("# Sciatica\n\nIt hurts.\n", encoding="utf-8")

    call_command("import_condition", str(file), publish=True)

    edition = Edition.objects.get()
    assert edition.despite == "imported"
    assert "source" in {finding["rule"] for finding in edition.findings}


def test_publishing_costs_at_most_thirty_queries_whatever_the_rows(client, settings):
    settings.CHECK_LINKS = True
    page = whole()
    page.overview += '<p>See <a href="https://example.org/">what another group wrote</a>'
    page.overview += f' and <a href="{make.published(make.symptom()).get_absolute_url()}">how it feels</a>.</p>'
    page.save()
    make.published(page)

    def publish_more():
        """The queries of publishing the page in the admin, from the request to where it leads, with 12 rows more."""
        for _number in range(6):
            page.symptom_rows.create(symptom=make.published(make.symptom()))
            page.treatment_rows.create(treatment=make.published(make.treatment()))
        page.save()
        keep(page, by=None)
        typed = submitted(client.get(address(page))) | {"change": "New rows.", "despite": "A test."}
        with CaptureQueriesContext(connection) as queries:
            answer = client.post(address(page), typed)
        assert answer.status_code == 302
        return len(queries)

    publish_more()  # what is asked once and then remembered

    few, many = publish_more(), publish_more()

    assert Edition.objects.filter(page=page.pk).count() == 4
    assert len(page.concrete.frozen_mentions()) > 36
    assert few == many <= 30


def test_the_words_of_a_finding_lead_to_what_to_do():
    page = sciatica(overview="", living=f'<p><a href="/x">here</a></p><p>{LONG}</p><p>{HARD}</p>')

    assert all(re.search(r"\.$|\)$", finding.text) for finding in gate.findings(page))


def test_many_pages_are_looked_at_in_as_many_queries_as_one(django_assert_max_num_queries):
    symptom = make.published(make.symptom())
    for title in "ABCDEFGH":
        page = make.condition(title, overview='<p>It hurts: <a href="/symptoms/none/">pain</a>, https://a.example/</p>')
        page.symptom_rows.create(symptom=symptom)
        make.published(page)
    pages = list(Condition.working())

    with CaptureQueriesContext(connection) as one:
        (alone,) = gate.findings_of(pages[:1])
    with django_assert_max_num_queries(len(one)):
        together = gate.findings_of(pages)

    assert len(together) == 8
    assert [finding.rule for finding in together[0]] == [finding.rule for finding in alone]
