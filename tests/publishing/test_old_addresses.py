"""Addresses of the department's earlier site lead to the pages of today."""

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from conditions.importer.blocks import Unreadable
from conditions.importer.saving import import_document
from publishing import actions
from publishing.models import OldAddress
from publishing.old_addresses import set_old_addresses
from record.models import Entry
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]
OLD = "/condition/sciatica"


@pytest.fixture
def page():
    return make.published(make.condition("Sciatica", slug="sciatica", overview="<p>Words.</p>"))


def screen(page):
    return reverse(f"admin:{page._meta.app_label}_{page._meta.model_name}_addresses", args=[page.pk])


def held(page):
    return list(OldAddress.objects.filter(page=page.pk).values_list("path", flat=True))


def text(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


@pytest.mark.parametrize(
    "asked", ["/condition/sciatica", "/condition/sciatica/", "/Condition/Sciatica", "/condition/sciatica/?utm=x"]
)
def test_an_old_address_leads_to_the_page_for_good(as_, editor, page, asked):
    typed = f"https://old.example.org{OLD}/?page=1#top\n/patient-care/conditions/sciatica.html\n"

    saved = as_(editor).post(screen(page), {"old": typed}, follow=True)
    answer = Client().get(asked)

    assert "Saved." in text(saved)
    assert held(page) == [OLD, "/patient-care/conditions/sciatica.html"]
    assert (answer.status_code, answer["Location"]) == (301, "/conditions/sciatica/")
    assert answer["Cache-Control"] == "max-age=3600"
    assert Client().head(asked).status_code == 301
    assert Client().post(asked).status_code == 404


def test_it_follows_the_page_to_its_new_address_and_ends_with_it(page):
    set_old_addresses(page, [OLD], by=None)
    page.slug = "leg-pain"
    page.save()
    before = Client().get(OLD)["Location"]
    actions.publish(page, by=None, change="New address.")
    after = Client().get(OLD)["Location"]
    actions.withdraw(page, by=None, change="Gone.")

    assert (before, after) == ("/conditions/sciatica/", "/conditions/leg-pain/")
    assert Client().get(OLD).status_code == 404


def test_an_old_address_of_a_word_leads_to_the_glossary():
    term = make.published(make.term("Lamina", slug="lamina"))

    set_old_addresses(term, ["/glossary/l/lamina"], by=None)

    assert Client().get("/glossary/l/lamina/")["Location"] == "/glossary/#lamina"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/conditions/", "is an address of this site itself"),
        ("/admin/", "is an address of this site itself"),
        ("/", "is no address of a page"),
        ("condition/sciatica", "is no address of a page"),
        ("/two words", "is no address of a page"),
        ("javascript:alert(1)", "is no address of a page"),
        ("//evil.example", "is no address of a page"),
        ("/%00", "is no address of a page"),
        ("/condition/../../etc", "is no address of a page"),
        ("/" + "x" * 300, "is longer than an address can be"),
        ("/conditions/scoliosis/", "is an address of this site itself"),
        ("/conditions/curved-back/", "is an address of this site itself"),
        ("/condition/taken", "is an old address of “Scoliosis” already"),
        ("\n".join(f"/old/{number}" for number in range(51)), "50 old addresses at most"),
    ],
)
def test_a_conflict_is_refused_and_what_was_typed_stays(as_, editor, page, typed, said):
    other = make.published(make.condition("Scoliosis", slug="curved-back", overview="<p>Words.</p>"))
    other.slug = "scoliosis"
    other.save()
    set_old_addresses(other, ["/condition/taken"], by=None)

    refused = as_(editor).post(screen(page), {"old": f"/condition/fine\n{typed}"})

    assert said in text(refused)
    assert "/condition/fine" in BeautifulSoup(refused.content, "html.parser").textarea.get_text()
    assert held(page) == []


def test_an_address_in_the_shape_of_todays_is_taken_where_no_page_had_it(page):
    set_old_addresses(page, ["/conditions/sciatic-pain/"], by=None)

    assert Client().get("/conditions/sciatic-pain/")["Location"] == "/conditions/sciatica/"


def test_a_page_of_today_answers_before_an_old_address_does(page):
    set_old_addresses(page, ["/conditions/leg-pain/"], by=None)
    make.published(make.condition("Leg pain", slug="leg-pain", overview="<p>Words.</p>"))

    assert Client().get("/conditions/leg-pain/").status_code == 200


def test_each_change_is_on_record_and_one_that_changes_nothing_is_not(as_, editor, page):
    before = Entry.objects.count()

    for _turn in range(2):
        as_(editor).post(screen(page), {"old": OLD})

    added = [(entry.action, entry.detail) for entry in Entry.objects.filter(number__gt=before).order_by("number")]
    assert added.count(("change", "old addresses")) == 1


def test_the_screen_shows_todays_address_and_earlier_ones(as_, editor, page):
    page.slug = "leg-pain"
    page.save()
    actions.publish(page, by=None, change="New address.")

    shown = text(as_(editor).get(screen(page)))

    assert "/conditions/leg-pain/" in shown
    assert "they lead to it for ever: /conditions/sciatica/" in shown


def test_who_may_not_change_a_page_does_not_change_its_addresses(as_, coordinator, publisher, page):
    for person in (coordinator, publisher):
        assert as_(person).post(screen(page), {"old": OLD}).status_code == 403

    assert held(page) == []


def test_an_unknown_address_costs_one_more_query(page, django_assert_max_num_queries):
    client = Client()
    client.get("/nowhere/")

    with django_assert_max_num_queries(6):
        assert client.get("/nowhere/").status_code == 404


DOCUMENT = (
    "Sciatica\n\nOld addresses: /condition/sciatica; /patient-care/conditions/sciatica/\n\nOverview\n\nIt hurts.\n"
)


def test_a_document_names_its_old_addresses(db):
    report = import_document(DOCUMENT.encode(), "sciatica.txt")
    again = import_document(DOCUMENT.encode(), "sciatica.txt")

    page = OldAddress.objects.first().page
    assert held(page) == ["/condition/sciatica", "/patient-care/conditions/sciatica"]
    assert again.outcome == "unchanged"
    assert not [remark for remark in report.remarks if remark.kind == "not_placed"]


def test_a_document_whose_old_address_is_taken_is_refused_whole(page):
    set_old_addresses(page, ["/condition/scoliosis"], by=None)
    document = DOCUMENT.replace("Sciatica", "Scoliosis").replace("sciatica", "scoliosis")

    with pytest.raises(Unreadable, match="old address of “Sciatica”"):
        import_document(document.encode(), "scoliosis.txt")

    assert type(page).objects.count() == 1


def test_a_table_of_old_addresses_is_read_whole_or_not_at_all(page, tmp_path, capsys):
    other = make.condition("Scoliosis", slug="scoliosis")
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(f"\ufeff{OLD},/conditions/sciatica/\n/c/2,/conditions/scoliosis/\n/c/1,/conditions/sciatica/\n")
    bad.write_text("/c/3,/conditions/sciatica/\n/c/4,/conditions/none/\n/c/2,/conditions/sciatica/\nalone\n")

    call_command("import_addresses", good)
    call_command("import_addresses", good)
    with pytest.raises(CommandError) as refused:
        call_command("import_addresses", bad)

    assert held(page) == ["/c/1", OLD]
    assert held(other) == ["/c/2"]
    assert "3 old addresses lead to 2 pages." in capsys.readouterr().out
    assert "line 2: give an old address" in str(refused.value)
    assert "line 4: give an old address" in str(refused.value)
    assert "“/c/2” is an old address of “Scoliosis” already" in str(refused.value)
    with pytest.raises(CommandError, match="can't be read"):
        call_command("import_addresses", tmp_path / "missing.csv")
