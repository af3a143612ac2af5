import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from conditions.models import (
    Condition,
    ConditionFigure,
    ConditionPhysician,
    ConditionSeeAlso,
    ConditionSource,
    ConditionSymptom,
    ConditionTerm,
    ConditionTest,
    ConditionTreatment,
    ConditionWarningSign,
    Source,
    SymptomWarningSign,
    TreatmentPhysician,
    WarningSign,
)
from figures.models import FigureRow
from publishing.drafts import Draft, unpublished_changes
from publishing.models import Mention, MentionDraft, Row
from tests import make
from tests.constraints import broken

pytestmark = pytest.mark.django_db

ROWS = [
    (ConditionTerm, make.term, "a_condition_explains_a_term_once", "This word is in the list already."),
    (
        ConditionWarningSign,
        make.warning_sign,
        "a_condition_lists_a_warning_sign_once",
        "This warning sign is in the list already.",
    ),
    (ConditionSymptom, make.symptom, "a_condition_lists_a_symptom_once", "This symptom is in the list already."),
    (ConditionSeeAlso, make.condition, "a_condition_points_to_another_once", "This condition is in the list already."),
    (ConditionSource, make.source, "a_condition_names_a_source_once", "This source is in the list already."),
    (ConditionTest, make.diagnostic_test, "a_condition_lists_a_test_once", "This test is in the list already."),
    (
        ConditionTreatment,
        make.treatment,
        "a_condition_lists_a_treatment_once",
        "This treatment is in the list already.",
    ),
    (ConditionFigure, make.figure, "a_condition_shows_a_figure_once", "This figure is in the list already."),
    (
        ConditionPhysician,
        make.physician,
        "a_condition_lists_a_physician_once",
        "This physician is in the list already.",
    ),
]


@pytest.fixture
def sciatica(db):
    return make.condition("Sciatica", slug="sciatica")


def test_every_kind_of_row_is_listed_by_a_condition():
    rows = [model for model in (*Row.__subclasses__(), *FigureRow.__subclasses__()) if model.PARENT == Condition.KIND]

    assert {model.condition.field.remote_field.related_name for model in rows} == {
        *Condition.ROWS,
        "source_rows",
    }
    assert {model for model, *_others in ROWS} == set(rows)


def test_a_symptom_lists_a_warning_sign_once():
    row = {"symptom": make.symptom(), "warning_sign": make.warning_sign()}
    SymptomWarningSign.objects.create(**row)

    with broken("a_symptom_lists_a_warning_sign_once"):
        SymptomWarningSign.objects.bulk_create([SymptomWarningSign(**row, position=1)])
    with pytest.raises(ValidationError, match="This warning sign is in the list already."):
        SymptomWarningSign(**row).full_clean()


@pytest.mark.parametrize("level", ["", "call_later"])
def test_a_warning_sign_says_how_soon_to_act(level):
    with broken("a_warning_sign_says_how_soon_to_act"):
        make.warning_sign(level=level)
    with pytest.raises(ValidationError) as refused:
        WarningSign(title="You fall", slug="you-fall", level=level).full_clean()

    assert "level" in refused.value.message_dict


@pytest.mark.parametrize(("model", "make_entry", "rule", "words"), ROWS)
def test_a_condition_lists_an_entry_once(sciatica, model, make_entry, rule, words):
    row = {model.TARGET: make_entry(), "condition": sciatica}
    model.objects.create(**row)

    with broken(rule):
        model.objects.bulk_create([model(**row, position=1)])
    with pytest.raises(ValidationError) as refused:
        model(**row).full_clean()

    assert refused.value.messages == [words]
    model.objects.create(**row | {"condition": make.condition()})


def test_a_condition_points_elsewhere(sciatica):
    row = ConditionSeeAlso(condition=sciatica, see_also=sciatica)

    with broken("a_condition_points_elsewhere"):
        ConditionSeeAlso.objects.bulk_create([row])
    with pytest.raises(ValidationError) as refused:
        row.full_clean()

    assert refused.value.messages == ["This is the page itself. Choose another condition."]


@pytest.mark.parametrize("year", [2024, None])
def test_a_source_is_listed_once(year):
    source = make.source(year=year)
    again = Source(title=source.title, publisher=source.publisher, year=year)

    with broken("a_source_is_listed_once"):
        Source.objects.bulk_create([again])
    with pytest.raises(ValidationError) as refused:
        again.full_clean()

    assert refused.value.messages == ["This source is in the list already. Use that one."]
    make.source(title=source.title, publisher=source.publisher, year=1999)


@pytest.mark.parametrize("name", ["title", "publisher"])
def test_a_source_has_names(name):
    with broken("a_source_has_names"):
        make.source(**{name: ""})


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://example.org/", "//example.org/", "example.org"])
def test_a_source_is_read_at_a_safe_address(url):
    source = make.source(url=url)

    with pytest.raises(ValidationError) as refused:
        source.full_clean()

    assert set(refused.value.message_dict) == {"url"}


def test_sources_are_frozen_with_the_place_in_them(sciatica):
    book = make.source(title="The Spine", publisher="A Press", year=2024, url="https://example.org/spine")
    sciatica.source_rows.create(source=book, note="Chapter 12")

    words = Condition.working().get().frozen_words()

    assert words["sources"] == [
        {
            "title": "The Spine",
            "publisher": "A Press",
            "year": 2024,
            "url": "https://example.org/spine",
            "note": "Chapter 12",
        }
    ]


def test_one_physician_leads_a_condition(sciatica):
    sciatica.physician_rows.create(physician=make.physician(), is_lead=True)
    second = ConditionPhysician(condition=sciatica, physician=make.physician(), is_lead=True)

    with broken("one_lead_per_condition"):
        ConditionPhysician.objects.bulk_create([second])
    with pytest.raises(ValidationError) as refused:
        second.full_clean()

    assert refused.value.messages == ["Another physician leads already. One can lead."]
    make.condition().physician_rows.create(physician=second.physician, is_lead=True)
    second.is_lead = False
    second.full_clean()
    second.save()


def test_rows_stand_in_the_order_of_their_positions(sciatica):
    entries = [make.symptom(), make.symptom(), make.symptom()]
    for entry, position in zip(entries, (5, 0, 0), strict=True):
        sciatica.symptom_rows.create(symptom=entry, position=position)

    assert [row.symptom for row in sciatica.symptom_rows.all()] == [entries[1], entries[2], entries[0]]


def test_a_condition_is_frozen_with_all_its_rows(sciatica):
    rows = [
        sciatica.term_rows.create(term=make.term(), note="here: of the spine"),
        sciatica.symptom_rows.create(symptom=make.symptom(), position=7),
        sciatica.test_rows.create(test=make.diagnostic_test(), group="further", position=1),
        sciatica.test_rows.create(test=make.diagnostic_test(), position=0),
        sciatica.treatment_rows.create(treatment=make.treatment(), position=0),
        sciatica.treatment_rows.create(treatment=make.treatment(), goal="stabilize", position=1),
        sciatica.physician_rows.create(physician=make.physician(), position=0),
        sciatica.physician_rows.create(physician=make.physician(), is_lead=True, position=1),
    ]

    mentions = Condition.working().get().frozen_mentions()

    assert mentions == [
        MentionDraft("term", rows[0].target_id, 0, "here: of the spine"),
        MentionDraft("symptom", rows[1].target_id, 0, ""),
        MentionDraft("first_test", rows[3].target_id, 0, ""),
        MentionDraft("further_test", rows[2].target_id, 1, ""),
        MentionDraft("treatment", rows[4].target_id, 0, ""),
        MentionDraft("treatment_stabilize", rows[5].target_id, 1, ""),
        MentionDraft("physician", rows[6].target_id, 0, ""),
        MentionDraft("lead", rows[7].target_id, 1, ""),
    ]


def test_every_part_a_row_can_play_has_a_name_for_editors_and_room_in_a_mention():
    rows = [
        ConditionTerm(),
        ConditionWarningSign(),
        ConditionSymptom(),
        ConditionPhysician(),
        ConditionPhysician(is_lead=True),
    ]
    rows += [ConditionTest(group=group) for group in ConditionTest.Group]
    rows += [ConditionSeeAlso()]
    rows += [ConditionTreatment(goal=goal) for goal in ("", *ConditionTreatment.Goal)]

    rows += [ConditionFigure(part=part) for part in ConditionFigure.Part]

    roles = {row.role for row in rows}

    assert roles == set(Condition.ROLE_LABELS) - {"sources"}
    assert max(map(len, roles)) <= Mention._meta.get_field("role").max_length
    assert str(ConditionTreatment(goal="cure")) == "treatment_cure"


@pytest.mark.parametrize(
    "make_page", [make.condition, make.symptom, make.diagnostic_test, make.treatment], ids=lambda made: made.__name__
)
def test_other_names_are_frozen_as_a_list(make_page):
    page = make_page(also_called=" slipped disk\r\n\r\nherniated disc \n", lay_words="blown disc\n sliped disk\n")

    assert page.frozen_words()["also_called"] == ["slipped disk", "herniated disc"]
    assert page.frozen_words()["lay_words"] == ["blown disc", "sliped disk"]


@pytest.mark.parametrize("make_page", [make.condition, make.symptom, make.diagnostic_test, make.treatment])
def test_an_edition_from_before_there_were_lay_words_has_none(make_page):
    page = make.published(make_page(also_called="slipped disc", lay_words="sliped disc"))
    content = {name: value for name, value in page.editions.get().content.items() if name != "lay_words"}

    page.editions.update(shape=1, content=content)

    assert page.editions.get().words == {**content, "lay_words": []}
    assert unpublished_changes([page], timezone.now())[page.pk] == ["lay words"]


def test_pages_know_their_public_address():
    pages = make.condition(slug="a"), make.symptom(slug="b"), make.diagnostic_test(slug="c"), make.treatment(slug="d")

    assert [page.get_absolute_url() for page in pages] == [
        "/conditions/a/",
        "/symptoms/b/",
        "/tests/c/",
        "/treatments/d/",
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [("category", "cancer"), ("patients", "cats"), ("title", "x" * 121), ("summary", "x" * 161), ("slug", "not a slug"),
     ("slug", ""), ("title", ""), ("plural", "x" * 121)],
)  # fmt: skip
def test_a_condition_refuses_what_does_not_fit(sciatica, field, value):
    setattr(sciatica, field, value)

    with pytest.raises(ValidationError) as refused:
        sciatica.full_clean()

    assert list(refused.value.message_dict) == [field]


@pytest.mark.parametrize("model", [Condition, *(model for model, *_others in ROWS)], ids=lambda model: model.__name__)
def test_every_choice_is_explained_or_plain(model):
    for field in model._meta.get_fields():
        if field.concrete and field.choices:
            assert all(str(label) for _code, label in field.choices)
            assert max(len(str(code)) for code, _label in field.choices) <= (field.max_length or 99)


def test_a_treatment_lists_a_physician_once():
    row = {"treatment": make.treatment(), "physician": make.physician()}
    TreatmentPhysician.objects.create(**row)

    with broken("a_treatment_lists_a_physician_once"):
        TreatmentPhysician.objects.bulk_create([TreatmentPhysician(**row)])


def test_who_performs_a_treatment_is_nothing_a_clinician_answers_for():
    treatment = make.treatment()
    before = Draft.of(treatment.concrete).clinical_hash

    treatment.physician_rows.create(physician=make.physician())

    assert Draft.of(treatment.concrete).clinical_hash == before
    assert treatment.concrete.frozen_mentions()[0].role == "performs"
