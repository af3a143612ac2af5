import datetime
import re

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone
from time_machine import travel

from conditions.models import Condition, Symptom
from figures.models import FigureRow
from pages.context_processors import site_title
from physicians.models import Location, Physician
from publishing import actions
from publishing.composing import compose, live_pages, preview
from publishing.models import Page, Row
from tests import make

pytestmark = pytest.mark.django_db

NEW_YEAR = datetime.datetime(2027, 1, 1, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
TICK = datetime.timedelta(microseconds=1)
MARKER = "unpublished"


@pytest.fixture
def sciatica(db):
    return make.condition("Sciatica", slug="sciatica", summary="Leg pain.", overview="<p>Pain.</p>")


def shown(condition, at=None):
    return compose(type(condition), condition.slug, at or timezone.now())


def mentioned(page):
    return [(entry.role, entry.position, entry.title, entry.note) for entry in page.mentions]


def department(rows):
    """A condition with `rows` rows of every kind, all published with all that they show, and the site's details."""
    condition = make.condition("Sciatica", slug=f"sciatica-{rows}", overview="<p>Pain.</p>")
    place = Location.objects.create(name=f"East Campus {rows}", address="1 East Street")
    for position in range(rows):
        physician = make.physician()
        physician.locations.add(place)
        condition.term_rows.create(term=make.term(), position=position)
        condition.symptom_rows.create(symptom=make.symptom(), position=position)
        condition.test_rows.create(test=make.diagnostic_test(), position=position)
        condition.treatment_rows.create(treatment=make.treatment(), position=position)
        condition.physician_rows.create(physician=physician, position=position, is_lead=not position)
    actions.publish_many(Page.objects.all(), by=None, change="New.")
    return condition


# What a composed page holds


def test_a_page_is_composed_of_its_own_edition_and_those_it_mentions(sciatica):
    numbness = make.symptom("Numbness", slug="numbness", overview="<p>No feeling.</p>")
    sciatica.symptom_rows.create(symptom=numbness, note="in one leg")
    actions.publish_many([sciatica, numbness], by=None, change="New.")

    page = shown(sciatica)

    assert (page.kind, page.slug, page.title, page.summary) == ("condition", "sciatica", "Sciatica", "Leg pain.")
    assert (page.page_id, page.url) == (sciatica.pk, "/conditions/sciatica/")
    assert page.words["overview"] == "<p>Pain.</p>"
    assert mentioned(page) == [("symptom", 0, "Numbness", "in one leg")]
    entry = page.mentions[0]
    assert (entry.words["overview"], entry.url) == ("<p>No feeling.</p>", "/symptoms/numbness/")
    assert [by.title for by in shown(numbness).mentioned_by] == ["Sciatica"]
    assert shown(numbness).mentions == page.mentioned_by == []


def test_entries_stand_in_the_order_of_their_rows(sciatica):
    for position, title in ((2, "C"), (0, "B"), (1, "A")):
        symptom = make.published(make.symptom(title))
        sciatica.symptom_rows.create(symptom=symptom, position=position)
    for position, (title, goal) in enumerate((("Brace", ""), ("Surgery", "cure"), ("Rest", ""))):
        treatment = make.published(make.treatment(title))
        sciatica.treatment_rows.create(treatment=treatment, goal=goal, position=position)
    make.published(sciatica)

    page = shown(sciatica)

    assert [entry.title for entry in page.shows("symptom")] == ["B", "A", "C"]
    assert [entry.title for entry in page.shows("treatment")] == ["Brace", "Rest"]
    assert [entry.title for entry in page.shows("treatment", "treatment_cure")] == ["Brace", "Surgery", "Rest"]


def test_an_entry_never_published_is_not_shown_until_it_is(sciatica):
    numbness = make.symptom("Numbness")
    sciatica.symptom_rows.create(symptom=numbness)
    make.published(sciatica)
    assert shown(sciatica).mentions == []

    make.published(numbness)

    assert mentioned(shown(sciatica)) == [("symptom", 0, "Numbness", "")]


def test_a_withdrawn_entry_leaves_every_page_at_its_moment(sciatica):
    stenosis = make.condition("Stenosis", slug="stenosis")
    physician = make.physician("Able")
    sciatica.physician_rows.create(physician=physician)
    stenosis.physician_rows.create(physician=physician)
    actions.publish_many([sciatica, stenosis, physician], by=None, change="New.")
    withdrawal = actions.withdraw(physician, by=None, change="Retires.", at=timezone.now() + HOUR)

    for condition in (sciatica, stenosis):
        assert len(shown(condition, withdrawal.live_from - TICK).mentions) == 1
        assert shown(condition, withdrawal.live_from).mentions == []


def test_an_entrys_new_edition_shows_at_once_on_every_page(sciatica):
    numbness = make.symptom("Numbness", slug="numbness")
    sciatica.symptom_rows.create(symptom=numbness)
    actions.publish_many([sciatica, numbness], by=None, change="New.")
    first = timezone.now()

    numbness.title, numbness.slug = "Loss of feeling", "loss-of-feeling"
    numbness.save()
    assert shown(sciatica).mentions[0].title == "Numbness"
    make.published(numbness)

    entry = shown(sciatica).mentions[0]
    assert (entry.title, entry.url) == ("Loss of feeling", "/symptoms/loss-of-feeling/")
    assert shown(sciatica, first).mentions[0].title == "Numbness"


def test_a_page_mentioned_in_two_roles_shows_twice(sciatica, monkeypatch):
    fusion = make.published(make.treatment("Fusion", slug="fusion"))
    sciatica.treatment_rows.create(treatment=fusion, note="first", position=0)
    once = Condition.frozen_mentions
    monkeypatch.setattr(
        Condition,
        "frozen_mentions",
        lambda self: [*once(self), once(self)[0]._replace(role="treatment_cure", position=1, note="second")],
    )
    make.published(sciatica)

    assert mentioned(shown(sciatica)) == [
        ("treatment", 0, "Fusion", "first"),
        ("treatment_cure", 1, "Fusion", "second"),
    ]
    assert len(shown(fusion).mentioned_by) == 2
    assert [page.title for page in shown(fusion).shown_by("condition")] == ["Sciatica"]


def test_only_live_pages_are_said_to_show_an_entry(sciatica):
    numbness = make.published(make.symptom(slug="numbness"))
    for condition in (sciatica, make.condition("Stenosis"), make.condition("Draft")):
        condition.symptom_rows.create(symptom=numbness)
        if condition.title != "Draft":
            make.published(condition)
    assert [page.title for page in shown(numbness).shown_by("condition")] == ["Sciatica", "Stenosis"]

    actions.withdraw(sciatica, by=None, change="Wrong.")
    stenosis = Condition.objects.get(title="Stenosis")
    stenosis.symptom_rows.all().delete()
    assert [page.title for page in shown(numbness).shown_by("condition")] == ["Stenosis"]
    make.published(stenosis)
    assert shown(numbness).mentioned_by == []


def test_a_page_says_since_when_it_reads_so(sciatica):
    edition = actions.publish(sciatica, by=None, change="New.")

    assert shown(sciatica).live_from == edition.live_from


def test_pages_of_a_kind_are_listed_by_title_at_a_moment():
    with travel(NEW_YEAR) as clock:
        for title in ("sciatica", "Stenosis", "Arthritis", "Draft"):
            condition = make.condition(title)
            if title != "Draft":
                make.published(condition)
        make.published(make.symptom("Numbness"))
        clock.shift(HOUR)
        actions.withdraw(Condition.objects.get(title="Stenosis"), by=None, change="Wrong.")

        assert [page.title for page in live_pages(Condition, timezone.now())] == ["Arthritis", "sciatica"]
        assert [page.title for page in live_pages(Condition, NEW_YEAR + HOUR)][-1] == "Stenosis"
        assert live_pages(Condition, NEW_YEAR - TICK) == []


# The preview


def test_a_preview_shows_the_working_rows(sciatica):
    numbness = make.published(make.symptom("Numbness"))
    make.published(sciatica)
    numbness.title = "Loss of feeling"
    numbness.save()
    sciatica.title = "Sciatic pain"
    sciatica.save()
    sciatica.symptom_rows.create(symptom=numbness, note="in one leg")

    page = preview(Condition.working().get())

    assert (page.title, page.slug, page.url) == ("Sciatic pain", "sciatica", "/conditions/sciatica/")
    assert mentioned(page) == [("symptom", 0, "Loss of feeling", "in one leg")]
    assert (shown(sciatica).title, shown(sciatica).mentions) == ("Sciatica", [])


@pytest.mark.parametrize("kind", ["condition", "symptom", "test", "treatment", "physician"])
def test_a_preview_is_what_readers_will_get(kind):
    department(2)
    model = Page.kinds()[kind]
    page = model.working().first()

    previewed, composed = preview(page), shown(page)

    assert (previewed.title, previewed.words) == (composed.title, composed.words)
    assert [(entry.role, entry.position, entry.title, entry.words) for entry in previewed.mentions] == [
        (entry.role, entry.position, entry.title, entry.words) for entry in composed.mentions
    ]
    assert previewed.mentioned_by == composed.mentioned_by


# What it costs and what it reads


@pytest.mark.parametrize("rows", [1, 30])
def test_a_page_costs_three_queries_whatever_it_shows(rows, django_assert_num_queries):
    condition = department(rows)
    numbness = Symptom.objects.first()

    with django_assert_num_queries(3):
        page = shown(condition)
    with django_assert_num_queries(3):
        entry = shown(numbness)

    assert len(page.mentions) == 5 * rows
    assert entry.mentioned_by


def test_of_what_shows_a_page_only_the_words_of_dated_pages_are_read():
    physician = make.published(make.physician())
    condition = make.condition("Sciatica")
    article = make.article("News", dated_on=datetime.date(2026, 10, 2))
    for page in (condition, article):
        page.physician_rows.create(physician=physician, position=0)
        make.published(page)

    page = shown(physician)

    (by,) = page.shown_by("condition")
    assert (by.title, by.url, by.words) == ("Sciatica", condition.get_absolute_url(), {})
    assert [article.words["dated_on"] for article in page.latest("article")] == ["2026-10-02"]


def test_a_list_and_the_sites_name_cost_one_query_each(django_assert_num_queries):
    department(5)
    make.published(make.site(title="Spine Center"))
    at = timezone.now()

    with django_assert_num_queries(1):
        assert len(live_pages(Physician, at)) == 5
    with django_assert_num_queries(1):
        assert site_title(at) == "Spine Center"


def spoil_working_words():
    """Set every working text of every page, row and place to MARKER, past all saving."""
    tables = [*Page.kinds().values(), Location, *Row.__subclasses__(), *FigureRow.__subclasses__()]
    tables.remove(FigureRow)
    for model in tables:
        for row in model.objects.all():
            texts = {
                field.name: [MARKER]
                if isinstance(field, models.JSONField)
                else f"{MARKER}-{row.pk}"[: field.max_length]
                for field in model._meta.get_fields()
                if isinstance(field, (models.CharField, models.TextField, models.JSONField)) and field.name != "kind"
            }
            model.objects.filter(pk=row.pk).update(**texts)


def public_paths(at):
    """The path of every address to read at: those without arguments, and every live page's own.

    Where patients ask for something is no page to read: its forms have tests of their own.
    """
    own = {page.url for model in Page.kinds().values() for page in live_pages(model, at)} - {None}
    parts = [part for part in get_resolver().url_patterns if getattr(part, "app_name", None) not in ("admin", "intake")]
    patterns = [pattern for part in parts for pattern in getattr(part, "url_patterns", [part])]
    return sorted(own | {f"/{pattern.pattern}" for pattern in patterns if not pattern.pattern.converters})


@pytest.fixture
def everything(db):
    department(2)
    make.published(make.site(department="Neurosurgery", phone="212-555-0142", welcome="<p>Welcome.</p>"))
    spoil_working_words()
    return timezone.now()


def test_no_working_word_is_in_any_composed_page(everything):
    assert Condition.objects.first().overview.startswith(MARKER)
    pages = [page for model in Page.kinds().values() for page in live_pages(model, everything)]
    assert len(pages) == 12

    composed = [compose(Page.kinds()[page.kind], page.slug, everything) for page in pages if page.url]

    assert MARKER not in repr(pages) + repr(composed)


def test_no_working_word_is_on_any_public_page(client, everything):
    paths = public_paths(everything)
    assert {"/", "/conditions/", "/conditions/sciatica-2/", "/glossary/", "/physicians/"} <= set(paths)

    for path in paths:
        response = client.get(path)
        needs_a_page = path.startswith("/feedback/")  # and answers 404 without one
        assert response.status_code in ((404,) if needs_a_page else (200, 301, 302)), path
        assert MARKER not in response.content.decode(), path
        assert MARKER not in str(response.headers), path


NEVER_CHANGED = {"publishing_edition", "publishing_mention", "publishing_address", "publishing_review"}
AT_ONCE = {"publishing_oldaddress"}  # an address of an earlier site leads on as soon as somebody writes it down


def test_public_pages_read_what_never_changes_alone(client, everything):
    for path in public_paths(everything):
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        for query in queries.captured_queries if path != "/readyz" else ():
            tables = set(re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"]))
            assert tables <= NEVER_CHANGED | AT_ONCE
