import datetime
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.models import User
from conditions.models import Condition, Symptom
from publishing import actions
from publishing.composing import compose
from publishing.models import Address, Edition, Mention, OldAddress, Page, Review, ReviewRequest, Revision
from publishing.preview_links import make_link
from publishing.revisions import keep
from tests import make
from tests.constraints import broken, named

pytestmark = pytest.mark.django_db

SECOND = datetime.timedelta(seconds=1)


class SymptomForm(forms.ModelForm):
    class Meta:
        model = Symptom
        fields = ["title", "slug"]


def edition_of(page, **fields):
    now = timezone.now()
    known = {"number": 1, "shape": 1, "slug": page.slug, "title": page.title, "change": "New.", "clinical_hash": "x"}
    return Edition(**{"page_id": page.pk, **known, "made_at": now, "live_from": now, **fields})


# Pages


def test_two_pages_of_a_kind_have_two_addresses():
    make.symptom(slug="numbness")

    with broken("one_page_per_address"):
        make.symptom(slug="numbness")

    make.condition(slug="numbness")
    with pytest.raises(ValidationError, match="Another page has this address already. Choose another one."):
        Symptom(title="Numb", kind="symptom", slug="numbness").validate_constraints()


def test_a_form_refuses_the_address_of_another_draft_in_words():
    make.symptom(slug="numbness")

    form = SymptomForm({"title": "Numb", "slug": "numbness"})

    assert form.errors == {"slug": ["This address belongs to another page, now or earlier. Choose another one."]}


@pytest.mark.parametrize("field", ["title", "slug", "kind"])
def test_a_page_has_a_kind_a_title_and_an_address(field):
    symptom = make.symptom()

    with broken("a_page_has_kind_title_and_address"):
        Page.objects.filter(pk=symptom.pk).update(**{field: ""})


def test_a_version_counts_every_save_even_of_older_copies():
    symptom = make.symptom()
    older = Symptom.objects.get()
    assert older.version == 1

    symptom.save()
    symptom.save(update_fields=["title"])
    older.save()

    assert older.version == Page.objects.get().version == 4


def test_a_save_that_fails_counts_nothing():
    make.symptom(slug="numbness")
    symptom = make.symptom()

    symptom.slug = "numbness"
    with broken("one_page_per_address"):
        symptom.save()

    assert Page.objects.get(pk=symptom.pk).version == 1


def test_a_save_of_some_fields_leaves_the_others():
    symptom = make.symptom("Numbness")
    symptom.title, symptom.summary = "Tingling", "Pins and needles."

    symptom.save(update_fields=["summary"])

    assert Symptom.objects.values("title", "summary", "kind", "version").get() == {
        "title": "Numbness", "summary": "Pins and needles.", "kind": "symptom", "version": 2,
    }  # fmt: skip


def test_a_base_row_knows_its_kind():
    condition = make.condition()

    assert Page.objects.get().concrete == condition
    assert type(Page.objects.get().concrete) is Condition
    Page.objects.get().save()
    assert Page.objects.get().kind == "condition"


def test_kinds_have_names_of_their_own():
    assert {kind: model.__name__ for kind, model in Page.kinds().items()} == {
        "article": "Article", "condition": "Condition", "figure": "Figure", "hub": "Hub",
        "information": "InformationPage", "physician": "Physician", "site": "SiteDetails", "symptom": "Symptom",
        "term": "Term", "test": "DiagnosticTest", "treatment": "Treatment", "warning_sign": "WarningSign",
    }  # fmt: skip


@pytest.mark.parametrize("kind", sorted(Page.kinds()))
def test_what_a_page_freezes_and_answers_for_are_fields_and_roles_it_has(kind):
    model = Page.kinds()[kind]
    fields = {field.name for field in model._meta.get_fields()} - {"title", "slug", "summary"}

    assert set(model.WORDS) <= fields
    assert set(model.CLINICAL_WORDS) <= set(model.WORDS)
    assert set(model.CLINICAL_ROLES) <= set(model.ROLE_LABELS)
    assert set(model.UPGRADES) == set(range(1, model.SHAPE))


@pytest.mark.parametrize("kind", sorted(Page.kinds()))
def test_every_own_word_of_a_page_is_frozen(kind):
    model = Page.kinds()[kind]
    fields = [field for field in model._meta.get_fields() if field.concrete and field.model is model]
    own = {field.name for field in fields if field.related_model is not User}  # but its owners

    assert own - set(model.WORDS) - set(model.FROZEN_WITH) - set(model.ROLE_LABELS) == {"page_ptr"}


# Deleting


def test_a_page_never_published_can_be_deleted_with_its_rows():
    condition, symptom = make.condition(), make.symptom()
    condition.symptom_rows.create(symptom=symptom)

    condition.delete()

    assert list(Page.objects.values_list("kind", flat=True)) == ["symptom"]


def test_a_page_that_was_ever_published_cannot_be_deleted():
    symptom = make.published(make.symptom())
    actions.withdraw(symptom, by=None, change="Wrong.")

    for found in (symptom, symptom.page_ptr, Symptom.objects.all(), Page.objects.all()):
        with pytest.raises(ProtectedError):
            found.delete()

    assert Symptom.objects.exists()


def test_a_page_whose_only_plan_was_cancelled_cannot_be_deleted():
    symptom = make.symptom()
    plan = actions.publish(symptom, by=None, change="Soon.", at=timezone.now() + SECOND)
    actions.cancel(plan, by=None)

    with pytest.raises(ProtectedError):
        symptom.delete()


def test_a_page_that_an_edition_mentions_cannot_be_deleted():
    condition, symptom = make.condition(), make.symptom()
    condition.symptom_rows.create(symptom=symptom)
    make.published(condition)
    condition.symptom_rows.all().delete()

    with pytest.raises(ProtectedError):
        symptom.delete()


def test_an_entry_in_a_row_cannot_be_deleted():
    condition, symptom = make.condition(), make.symptom()
    condition.symptom_rows.create(symptom=symptom)

    with pytest.raises(ProtectedError):
        symptom.delete()


def test_an_account_that_published_cannot_be_deleted(publisher):
    actions.publish(make.symptom(), by=publisher, change="New.")

    with pytest.raises(ProtectedError):
        publisher.delete()


# Editions, mentions and addresses


def test_editions_of_a_page_are_numbered():
    symptom, other = make.published(make.symptom()), make.symptom()

    edition_of(other, number=1).save()
    with broken("editions_of_a_page_are_numbered"):
        edition_of(symptom, number=1).save()


def test_saves_of_a_page_are_numbered():
    kept = keep(make.symptom(), by=None)

    with broken("saves_of_a_page_are_numbered"):
        Revision.objects.create(page=kept.page, number=kept.number, content={}, saved_at=timezone.now())


def test_one_edition_starts_at_a_moment():
    symptom = make.symptom()
    first = edition_of(symptom)
    first.save()

    with broken("one_edition_starts_at_a_moment"):
        edition_of(symptom, number=2, made_at=first.live_from, live_from=first.live_from).save()

    plan = edition_of(symptom, number=2, live_from=first.live_from + SECOND, cancelled_at=first.live_from)
    plan.save()
    edition_of(symptom, number=3, live_from=plan.live_from).save()


def test_no_edition_starts_before_it_is_made():
    with broken("no_edition_starts_in_the_past"):
        edition_of(make.symptom(), live_from=timezone.now() - SECOND).save()


@pytest.mark.parametrize("late", [0 * SECOND, SECOND])
def test_only_a_planned_edition_is_cancelled(late):
    edition = edition_of(make.symptom())
    edition.save()

    with broken("only_a_planned_edition_is_cancelled"):
        Edition.objects.update(cancelled_at=edition.live_from + late)

    Edition.objects.update(live_from=edition.live_from + SECOND, cancelled_at=edition.live_from)


def test_an_edition_ends_after_it_starts():
    edition = edition_of(make.symptom())
    edition.ends_at = edition.live_from

    with broken("an_edition_ends_after_it_starts"):
        edition.save()


def test_a_preview_link_ends_after_it_is_made(editor):
    link = make_link(make.symptom(), by=editor, days=1)
    link.expires_at = link.made_at

    with broken("a_preview_link_ends_after_it_is_made"):
        link.save()


def test_an_old_address_is_a_path():
    page = make.symptom()

    for path in ("numb-toes", "/numb-toes/", "/", ""):
        with broken("an_old_address_is_a_path"):
            OldAddress.objects.create(path=path, page=page)


def test_a_review_is_kept_by_someone_for_a_reason():
    page, clinician = make.symptom(), make.user("Clinician")
    facts = {"page": page.page_ptr, "clinician": clinician, "signed_as": "Ada", "at": timezone.now()}
    given = Review.objects.create(clinical_hash="a", decision="approved", **facts)

    for wrong in (
        {"keeps": given},
        {"kept_by": clinician, "comment": "A comma."},
        {"keeps": given, "kept_by": clinician},
        {"keeps": given, "kept_by": clinician, "comment": "A comma.", "decision": "changes"},
    ):
        with broken("a_review_is_kept_by_someone_for_a_reason"):
            Review.objects.create(clinical_hash="b", **{"decision": "approved", **facts, **wrong})


def test_a_page_waits_for_one_review():
    page, editor = make.symptom(), make.user("Editor")
    asked = {"page": page.page_ptr, "asked_by": editor, "asked_at": timezone.now()}
    first = ReviewRequest.objects.create(**asked)

    with broken("a_page_waits_for_one_review"):
        ReviewRequest.objects.create(**asked)

    ReviewRequest.objects.filter(pk=first.pk).update(taken_back_at=timezone.now())
    ReviewRequest.objects.create(**asked)


def test_an_edition_says_what_changed():
    with broken("an_edition_says_what_changed"):
        edition_of(make.symptom(), change="").save()


def test_an_edition_has_one_mention_per_place():
    condition = make.condition()
    condition.symptom_rows.create(symptom=make.symptom())
    make.published(condition)
    mention = Mention.objects.get()
    place = {"edition": mention.edition, "target": make.symptom().page_ptr}

    with broken("one_mention_per_place"):
        Mention.objects.create(role="symptom", position=0, **place)

    Mention.objects.create(role="symptom", position=1, **place)
    Mention.objects.create(role="term", position=0, **place)


def test_an_address_belongs_to_one_page():
    make.published(make.symptom(slug="numbness"))
    other = make.symptom()

    with broken("an_address_belongs_to_one_page"):
        Address.objects.create(kind="symptom", slug="numbness", page=other.page_ptr)

    Address.objects.create(kind="condition", slug="numbness", page=other.page_ptr)


def test_things_say_what_they_are():
    condition = make.condition("Sciatica", slug="sciatica")
    condition.symptom_rows.create(symptom=make.symptom())
    edition = actions.publish(condition, by=None, change="New.")

    assert str(edition) == "Sciatica, edition 1"
    assert str(Address.objects.get()) == "condition sciatica"
    assert str(Mention.objects.get()) == f"symptom 0 of edition {edition.pk}"


# Shapes


@pytest.fixture
def published_in_shape_1(monkeypatch):
    monkeypatch.setattr(Symptom, "SHAPE", 1)
    symptom = make.symptom("Numbness", slug="numbness", overview="<p>No feeling.</p>")
    return make.published(symptom)


@pytest.fixture
def shape_3(published_in_shape_1, monkeypatch):
    """Symptoms of a later site: shape 2 called its overview `text`, shape 3 calls it `overview` again, in a list."""
    monkeypatch.setattr(Symptom, "SHAPE", 3)
    upgrades = {
        1: lambda words: {"text": words.pop("overview"), **words},
        2: lambda words: {"overview": [words.pop("text")], **words},
    }
    monkeypatch.setattr(Symptom, "UPGRADES", upgrades)
    return published_in_shape_1


def test_an_edition_of_an_old_shape_is_read_step_by_step(shape_3):
    edition = Edition.objects.get()

    assert edition.shape == 1
    names = {"also_called": [], "lay_words": []}
    assert edition.words == {**names, "getting_help": "", "overview": ["<p>No feeling.</p>"]}
    assert compose(Symptom, "numbness", timezone.now()).words == edition.words
    edition.refresh_from_db()
    assert edition.content == {**names, "getting_help": "", "overview": "<p>No feeling.</p>"}


def test_an_edition_between_two_shapes_takes_the_later_step_alone(shape_3):
    Edition.objects.update(shape=2, content={"text": "<p>Numb.</p>"})

    assert compose(Symptom, "numbness", timezone.now()).words == {"overview": ["<p>Numb.</p>"]}


def test_a_new_edition_has_the_shape_of_today(shape_3):
    with transaction.atomic():
        edition = actions.publish(shape_3, by=None, change="Again.")

    assert edition.shape == 3
    assert edition.words["overview"] == "<p>No feeling.</p>"


def test_every_rule_of_the_database_is_broken_by_a_test():
    folder = Path(__file__).parent.parent
    tests = "".join(path.read_text() for path in folder.rglob("test_*.py"))

    rules = named("publishing", "figures", "glossary", "physicians", "conditions", "news", "pages")

    assert [rule for rule in rules if f'"{rule}"' not in tests] == []
    assert len(rules) >= 30
