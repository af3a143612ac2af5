import datetime
import hashlib
import unicodedata

import pytest
from django.utils import timezone

from conditions.models import Condition, DiagnosticTest, Hub, Symptom, Treatment, WarningSign
from glossary.models import Term
from pages.models import SiteDetails
from physicians.models import Location, Physician
from publishing import actions
from publishing.drafts import Draft, unpublished_changes
from tests import make

pytestmark = pytest.mark.django_db

MADE = {
    Condition: make.condition,
    Hub: make.hub,
    Symptom: make.symptom,
    DiagnosticTest: make.diagnostic_test,
    Treatment: make.treatment,
    Physician: make.physician,
    Term: make.term,
    SiteDetails: make.site,
    WarningSign: make.warning_sign,
}
OTHER_VALUES = {
    "regions": ["lumbar"],
    "category": "tumor",
    "gathers": "trauma",
    "patients": "both",
    "method": "surgery",
    "level": "tell_us_soon",
    "next_review_on": datetime.date(2027, 3, 1),
}
OWN_PARTS = [(model, name) for model in MADE for name in ("title", "slug", "summary", *model.WORDS)]
CLINICAL = [(model, name) for model in MADE for name in ("title", "summary", *model.CLINICAL_WORDS)]


def other_value(page, name):
    if name in OTHER_VALUES:
        return OTHER_VALUES[name]
    value = getattr(page, name)
    return (not value) if isinstance(value, bool) else "other"


def changes(page):
    return unpublished_changes([type(page).working().get(pk=page.pk)], timezone.now())[page.pk]


def clinical_hash(page):
    return Draft.of(type(page).working().get(pk=page.pk)).clinical_hash


def id_of(case):
    return case.KIND if isinstance(case, type) else case


@pytest.fixture
def full(db):
    """A condition with two rows of every kind."""
    condition = make.condition("Sciatica", slug="sciatica", overview="<p>Pain.</p>", regions=["lumbar", "sacral"])
    for position in range(2):
        condition.term_rows.create(term=make.term(), position=position)
        condition.symptom_rows.create(symptom=make.symptom(), position=position)
        condition.test_rows.create(test=make.diagnostic_test(), position=position)
        condition.treatment_rows.create(treatment=make.treatment(), position=position)
        condition.warning_sign_rows.create(warning_sign=make.warning_sign(), position=position)
        condition.physician_rows.create(physician=make.physician(), position=position)
        condition.see_also_rows.create(see_also=make.condition(), position=position)
        condition.source_rows.create(source=make.source(), position=position)
    return condition


# Unpublished changes


@pytest.mark.parametrize("model", MADE, ids=id_of)
def test_a_page_has_no_unpublished_changes_right_after_publishing(model):
    page = MADE[model]()
    assert changes(page) is None

    make.published(page)

    assert changes(page) == []


def test_neither_has_a_full_one(full):
    assert changes(make.published(full)) == []


@pytest.mark.parametrize(("model", "name"), OWN_PARTS, ids=id_of)
def test_every_changed_field_is_named_until_it_is_as_before(model, name):
    page = make.published(MADE[model]())
    before = getattr(page, name)

    setattr(page, name, other_value(page, name))
    page.save()
    assert changes(page) == [str(model._meta.get_field(name).verbose_name)]

    setattr(page, name, before)
    page.save()
    assert changes(page) == []


def test_fields_are_named_as_editors_know_them():
    treatment = make.published(make.treatment(slug="fusion"))
    treatment.slug, treatment.timing, treatment.title = "spinal-fusion", "<p>Late.</p>", "Spinal fusion"
    treatment.save()

    assert changes(treatment) == ["title", "address", "when it is done"]


ROW_CHANGES = {
    "term_rows": "word meanings",
    "symptom_rows": "list of symptoms",
    "test_rows": "list of tests",
    "treatment_rows": "list of treatments",
    "physician_rows": "physicians",
    "see_also_rows": "see also",
    "source_rows": "sources",
}


@pytest.mark.parametrize(("rows", "label"), ROW_CHANGES.items())
def test_a_changed_list_is_named_until_it_is_as_before(full, rows, label):
    make.published(full)
    first, second = getattr(full, rows).all()

    first.note = "often"
    first.save()
    assert changes(full) == [label]
    first.note = ""
    first.save()
    assert changes(full) == []

    first.position, second.position = 1, 0
    first.save()
    second.save()
    assert changes(full) == [label]
    first.position, second.position = 0, 1
    first.save()
    second.save()
    assert changes(full) == []

    second.delete()
    assert changes(full) == [label]
    second.pk = None
    second.save()
    assert changes(full) == []

    getattr(full, rows).all().delete()
    assert changes(full) == [label]


@pytest.mark.parametrize(
    ("rows", "field", "value", "label"),
    [
        ("test_rows", "group", "further", "list of tests"),
        ("treatment_rows", "goal", "relieve", "list of treatments"),
        ("physician_rows", "is_lead", True, "physicians"),
    ],
)
def test_a_row_that_plays_another_part_is_named_once(full, rows, field, value, label):
    make.published(full)

    getattr(full, rows).filter(position=0).update(**{field: value})

    assert changes(full) == [label]


def test_numbers_of_places_without_another_order_are_no_change(full):
    make.published(full)

    for row in full.symptom_rows.all():
        row.position = row.position * 10 + 3
        row.save()

    assert changes(full) == []


def test_a_physicians_places_are_named():
    physician = make.physician()
    place = Location.objects.create(name="East Campus", address="1 East Street\nNew York")
    physician.locations.add(place)
    make.published(physician)
    assert changes(physician) == []

    place.phone = "212-555-0142"
    place.save()

    assert changes(physician) == ["locations"]


def test_line_ends_as_browsers_send_them_are_no_change(full):
    place = Location.objects.create(name="East Campus", address="x", directions="Left.\nThen right.")
    physician = make.physician()
    physician.locations.add(place)
    make.published(physician)
    full.symptom_rows.filter(position=0).update(note="Often.\nAt night.")
    make.published(full)
    before = clinical_hash(full)

    full.symptom_rows.filter(position=0).update(note="Often.\r\nAt night.")
    Location.objects.update(directions="Left.\r\nThen right.")

    assert changes(full) == changes(physician) == []
    assert clinical_hash(full) == before


def test_a_field_added_later_is_no_change_while_it_is_empty(monkeypatch):
    monkeypatch.setattr(Symptom, "WORDS", ("also_called", "overview"))
    symptom = make.published(make.symptom())
    monkeypatch.undo()
    assert changes(symptom) == []

    symptom.getting_help = "<p>Call 911.</p>"
    symptom.save()

    assert changes(symptom) == ["when to get help"]


def test_an_edition_of_an_old_shape_is_compared_in_the_shape_of_today(monkeypatch):
    monkeypatch.setattr(Symptom, "SHAPE", 1)
    symptom = make.published(make.symptom(overview="<p>Numb.</p>"))
    monkeypatch.setattr(Symptom, "SHAPE", 2)
    monkeypatch.setattr(Symptom, "UPGRADES", {1: lambda words: {**words, "getting_help": "<p>Call.</p>"}})
    assert changes(symptom) == ["when to get help"]

    symptom.getting_help = "<p>Call.</p>"
    symptom.save()

    assert changes(symptom) == []


def test_a_withdrawn_page_is_unpublished_as_a_whole():
    symptom = make.published(make.symptom())

    actions.withdraw(symptom, by=None, change="Wrong.")

    assert changes(symptom) is None


def test_what_is_planned_counts_only_from_its_moment():
    symptom = make.published(make.symptom())
    symptom.title = "Tingling"
    symptom.save()
    plan = actions.publish(symptom, by=None, change="Later.", at=timezone.now() + datetime.timedelta(hours=1))

    assert changes(symptom) == ["title"]
    assert unpublished_changes([symptom], plan.live_from) == {symptom.pk: []}


def test_queries_do_not_grow_with_the_pages(django_assert_num_queries):
    def rows(count):
        entries = make.term(), make.symptom(), make.physician()
        for _number in range(count):
            condition = make.condition()
            condition.term_rows.create(term=entries[0])
            condition.symptom_rows.create(symptom=entries[1])
            condition.physician_rows.create(physician=entries[2])
            make.published(condition)
        return list(Condition.working())

    for pages in (rows(1), rows(50)):
        with django_assert_num_queries(2):
            found = unpublished_changes(pages, timezone.now())
        assert list(found.values()) == [[]] * len(pages)


# What a clinician answers for


@pytest.mark.parametrize(("model", "name"), CLINICAL, ids=id_of)
def test_a_changed_title_or_clinical_word_changes_the_hash(model, name):
    page = MADE[model]()
    before = clinical_hash(page)

    setattr(page, name, other_value(page, name))
    page.save()

    assert clinical_hash(page) != before


@pytest.mark.parametrize(("model", "name"), sorted(set(OWN_PARTS) - set(CLINICAL), key=str), ids=id_of)
def test_any_other_changed_field_leaves_the_hash_alone(model, name):
    page = MADE[model]()
    before = clinical_hash(page)

    setattr(page, name, other_value(page, name))
    page.save()

    assert clinical_hash(page) == before


def test_what_a_clinician_answers_for_is_what_it_should_be():
    assert {model.KIND: set(model.WORDS) - set(model.CLINICAL_WORDS) for model in MADE} == {
        "condition": {"also_called", "lay_words", "plural", "next_review_on"},
        "hub": set(),
        "symptom": {"also_called", "lay_words"},
        "test": {"also_called", "lay_words"},
        "treatment": {"also_called", "lay_words"},
        "term": {"respelling", "word_parts", "variants", "recording"},
        "physician": set(Physician.WORDS),
        "site": set(SiteDetails.WORDS),
        "warning_sign": {"phrases"},
    }
    assert set(Condition.ROLE_LABELS) - set(Condition.CLINICAL_ROLES) == {"lead", "physician", "see_also", "sources"}


@pytest.mark.parametrize("rows", ["term_rows", "warning_sign_rows", "symptom_rows", "test_rows", "treatment_rows"])
def test_another_entry_note_or_order_of_a_clinical_list_changes_the_hash(full, rows):
    first, second = getattr(full, rows).all()
    seen = [clinical_hash(full)]

    first.note = "often"
    first.save()
    seen.append(clinical_hash(full))
    first.position, second.position = 1, 0
    first.save()
    second.save()
    seen.append(clinical_hash(full))
    first.delete()
    seen.append(clinical_hash(full))

    assert len(set(seen)) == 4


@pytest.mark.parametrize(
    ("rows", "change"), [("test_rows", {"group": "further"}), ("treatment_rows", {"goal": "cure"})]
)
def test_another_part_of_a_clinical_row_changes_the_hash(full, rows, change):
    before = clinical_hash(full)

    getattr(full, rows).filter(position=0).update(**change)

    assert clinical_hash(full) != before


def test_who_treats_it_leaves_the_hash_alone(full):
    before = clinical_hash(full)

    full.physician_rows.filter(position=0).update(is_lead=True, note="first", position=7)
    assert clinical_hash(full) == before
    full.physician_rows.all().delete()
    assert clinical_hash(full) == before


def test_what_an_entry_says_leaves_the_hash_of_the_page_that_shows_it_alone(full):
    before = clinical_hash(full)

    Symptom.objects.update(overview="<p>Other.</p>")

    assert clinical_hash(full) == before


def test_numbers_of_places_without_another_order_leave_the_hash_alone(full):
    before = clinical_hash(full)

    for row in full.symptom_rows.all():
        row.position = row.position * 10 + 3
        row.save()

    assert clinical_hash(full) == before


def test_two_spellings_of_one_letter_have_one_hash():
    composed = make.symptom("Sjögren", overview="<p>Ménière</p>")
    before = clinical_hash(composed)

    composed.title, composed.overview = (
        unicodedata.normalize("NFD", words) for words in (composed.title, composed.overview)
    )
    composed.save()

    assert composed.title != "Sjögren"
    assert clinical_hash(composed) == before


def test_a_clinical_field_added_later_leaves_the_hash_alone_while_it_is_empty(monkeypatch):
    symptom = make.symptom(overview="<p>Numb.</p>")
    monkeypatch.setattr(Symptom, "CLINICAL_WORDS", ("overview",))
    before = clinical_hash(symptom)
    monkeypatch.undo()
    assert clinical_hash(symptom) == before

    symptom.getting_help = "<p>Call 911.</p>"
    symptom.save()

    assert clinical_hash(symptom) != before


def test_words_that_move_to_another_field_change_the_hash():
    symptom = make.symptom(overview="<p>Numb.</p>")
    before = clinical_hash(symptom)

    symptom.overview, symptom.getting_help = "", symptom.overview
    symptom.save()

    assert clinical_hash(symptom) != before


def test_the_hash_is_stored_with_the_edition_and_is_the_same_everywhere():
    term = make.term("Tumor", meaning="an abnormal growth")

    edition = actions.publish(term, by=None, change="New.")

    text = '{"mentions":[],"title":"Tumor","words":{"meaning":"an abnormal growth"}}'
    assert edition.clinical_hash == clinical_hash(term) == hashlib.sha256(text.encode()).hexdigest()
