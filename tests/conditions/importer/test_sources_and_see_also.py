"""What a document rests on and points to."""

import pytest

from conditions.importer.saving import import_document
from conditions.models import Condition, Source
from tests import make
from tests.conditions.importer.documents import parsed

pytestmark = pytest.mark.django_db

DOCUMENT = """# Sciatica

See also: Slipped Disc; Nowhere

It hurts.

## Sources

- [Sciatica: what to know](https://example.org/sciatica) – An Institute, 2020 – Chapter 3
- The Spine – U.S. Library, The Press
- Somebody told us.
"""


@pytest.fixture
def disc():
    return make.condition("Herniated disc", also_called="Slipped disc")


def imported(text=DOCUMENT, **options):
    return import_document(text.encode(), "sciatica.md", **options)


def test_bullets_name_title_publisher_year_place_and_address():
    found = parsed(DOCUMENT, "sciatica.md")

    assert [(s.title, s.publisher, s.year, s.note, s.url) for s in found.sources] == [
        ("Sciatica: what to know", "An Institute", 2020, "Chapter 3", "https://example.org/sciatica"),
        ("The Spine", "U.S. Library, The Press", None, "", ""),
    ]


def test_sources_and_further_conditions_become_rows(disc):
    report = imported()

    condition = Condition.objects.get(title="Sciatica")
    assert [row.see_also for row in condition.see_also_rows.all()] == [disc]
    assert [(str(row.source), row.note) for row in condition.source_rows.all()] == [
        ("Sciatica: what to know, An Institute, 2020", "Chapter 3"),
        ("The Spine, U.S. Library, The Press", ""),
    ]
    told = [str(remark) for remark in report.remarks if remark.kind == "not_placed"]
    assert told == [
        "line 9: Somebody told us.",
        "line 3: See also: “Nowhere” is no other condition here yet; import this document again after that one.",
    ]


def test_a_source_that_the_site_knows_is_used_again(disc):
    known = make.source(title="THE SPINE", publisher="U.S. Library, The Press", year=None)

    imported()

    assert known in [row.source for row in Condition.objects.get(title="Sciatica").source_rows.all()]
    assert Source.objects.count() == 2


def test_a_second_import_changes_nothing(disc):
    imported(publish=True)

    report = imported(publish=True)

    assert (report.outcome, report.is_published) == ("unchanged", False)
    assert Source.objects.count() == 2


def test_a_document_silent_on_both_leaves_the_rows(disc):
    imported()

    imported("# Sciatica\n\nIt hurts a lot.\n", replace=True)

    condition = Condition.objects.get(title="Sciatica")
    assert (condition.see_also_rows.count(), condition.source_rows.count()) == (1, 2)


def test_an_address_that_is_not_safe_stays_out():
    text = DOCUMENT.replace("https://example.org/sciatica", "javascript:alert(1)")

    imported(text)

    assert {source.url for source in Source.objects.all()} == {""}


def test_a_condition_that_is_pointed_to_is_not_published_along(disc):
    imported(publish=True)

    assert not disc.editions.exists()
