import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from time_machine import travel

from conditions.models import DiagnosticTestFigure, SymptomFigure, TreatmentFigure
from figures.models import Figure
from publishing import actions, files
from publishing.models import Edition, Mention
from tests import make
from tests.constraints import broken

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2027, 3, 10, 17, tzinfo=datetime.UTC)  # in New York


def refusal_of(figure):
    with pytest.raises(actions.Refused) as refused:
        actions.publish(figure, by=None, change="New.")
    assert not Edition.objects.exists()
    return str(refused.value)


@pytest.mark.parametrize(("alt", "is_decorative"), [("", False), ("A cross.", True)])
def test_a_figure_is_described_or_decorative(alt, is_decorative):
    with broken("a_figure_is_described_or_decorative"):
        make.figure(alt=alt, is_decorative=is_decorative)
    with pytest.raises(ValidationError, match="one of the two"):
        Figure(alt=alt, is_decorative=is_decorative).validate_constraints()


def test_a_figure_says_whom_it_shows():
    with broken("a_figure_says_whom_it_shows"):
        make.figure(subject="")


def test_consent_ends_after_it_was_given():
    with broken("consent_to_a_figure_ends_after_it_was_given"):
        make.figure(consent_until="2026-01-01")


def test_a_figure_gets_an_address_that_nobody_has():
    one, two = (Figure(title="A vertebra", alt="A.", subject="no_patient") for _ in range(2))

    for figure in (one, two):
        figure.clean()
        figure.save()

    assert one.slug.startswith("a-vertebra-")
    assert one.slug != two.slug
    assert one.get_absolute_url() is None


def test_a_figure_without_a_picture_cannot_be_published():
    assert refusal_of(make.figure(picture={})) == "Upload the picture first."


def test_a_picture_of_a_patient_without_consent_on_file_cannot_be_published():
    assert "needs the patient's consent on file" in refusal_of(make.figure(subject="patient"))


@travel(NOON)
@pytest.mark.parametrize(
    ("consent", "words"),
    [
        ({"consent_on": "2026-01-01", "consent_until": "2027-03-09"}, "has ended"),
        ({"consent_on": "2027-03-11"}, "begins later"),
    ],
)
def test_a_picture_of_a_patient_is_published_while_the_consent_holds_alone(consent, words):
    assert words in refusal_of(make.figure(subject="patient", **consent))


def test_a_picture_of_a_patient_and_its_file_leave_the_site_when_consent_ends(client):
    with travel(NOON) as clock:
        figure = make.published(make.figure(subject="patient", consent_on="2026-01-01", consent_until="2027-03-11"))
        condition = make.condition(slug="tumor", overview="<p>A lump.</p>")
        condition.figure_rows.create(figure=figure)
        make.published(condition)
        file = files.address(figure.picture["jpg"])

        clock.move_to(datetime.datetime(2027, 3, 12, 4, 59, 59, tzinfo=datetime.UTC))
        assert file in client.get("/conditions/tumor/").content.decode()
        assert client.get(file).status_code == 200

        clock.move_to(datetime.datetime(2027, 3, 12, 5, 0, 0, tzinfo=datetime.UTC))
        assert "/media/" not in client.get("/conditions/tumor/").content.decode()
        assert client.get(file).status_code == 404


def test_publishing_a_figure_writes_down_each_of_its_files():
    figure = make.published(make.figure())

    names = figure.editions.get().files.values_list("name", flat=True)

    assert set(names) == {figure.picture["jpg"], *figure.picture["webp"].values()}


def test_a_figure_that_a_page_shows_cannot_be_deleted():
    figure = make.figure()
    make.condition().figure_rows.create(figure=figure)

    with pytest.raises(ProtectedError):
        figure.delete()


@pytest.mark.parametrize(
    ("model", "make_page", "rule"),
    [
        (SymptomFigure, make.symptom, "a_symptom_shows_a_figure_once"),
        (DiagnosticTestFigure, make.diagnostic_test, "a_test_shows_a_figure_once"),
        (TreatmentFigure, make.treatment, "a_treatment_shows_a_figure_once"),
    ],
)
def test_a_page_of_the_library_shows_a_figure_once_and_every_part_has_room_in_a_mention(model, make_page, rule):
    row = {model.PARENT: make_page(), "figure": make.figure()}
    model.objects.create(**row)

    with broken(rule):
        model.objects.create(**row)

    roles = {model(part=part).role for part in model.Part}
    assert roles <= set(row[model.PARENT].ROLE_LABELS)
    assert max(map(len, roles)) <= Mention._meta.get_field("role").max_length


def test_another_figure_is_another_clinical_text():
    condition, figure = make.condition(), make.figure()
    make.published(condition)
    condition.figure_rows.create(figure=figure)
    make.published(condition)

    first, second = condition.editions.order_by("number")

    assert first.clinical_hash != second.clinical_hash
