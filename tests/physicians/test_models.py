import pytest
from django.core.exceptions import ValidationError

from physicians.models import Location, Physician
from tests import make
from tests.constraints import broken

pytestmark = pytest.mark.django_db


def named(given_names, family_name, **fields):
    physician = Physician(given_names=given_names, family_name=family_name, **fields)
    physician.clean()
    return physician


@pytest.mark.parametrize(
    ("names", "title", "slug"),
    [
        ({"given_names": "Paul C.", "family_name": "McCormick"}, "Paul C. McCormick", "paul-c-mccormick"),
        ({"given_names": "Ada", "family_name": "Sample", "suffix": "Jr."}, "Ada Sample, Jr.", "ada-sample-jr"),
        ({"given_names": "", "family_name": "Sample"}, "Sample", "sample"),
        ({"given_names": "Zoë", "family_name": "O'Neill"}, "Zoë O'Neill", "zoe-oneill"),
    ],
)
def test_the_title_and_a_first_address_are_the_full_name_without_credentials(names, title, slug):
    physician = named(**names, credentials="MD, PhD")

    assert (physician.title, physician.slug) == (title, slug)


def test_a_new_name_changes_the_title_but_keeps_the_address():
    physician = make.physician("Sample", slug="ada-sample")
    physician.family_name = "Example"

    physician.full_clean()

    assert (physician.title, physician.slug) == ("Ada Example", "ada-sample")


def test_two_physicians_of_one_name_need_two_addresses():
    make.physician("Sample", slug="ada-sample")

    with pytest.raises(ValidationError, match="belongs to another page"):
        named("Ada", "Sample")

    named("Ada", "Sample", slug="ada-sample-2").full_clean()


def test_a_full_name_that_is_too_long_for_a_title_is_refused_in_words():
    with pytest.raises(ValidationError) as refused:
        named("A" * 70, "B" * 70)

    assert refused.value.messages == ["The full name is longer than 120 characters. Shorten the given names."]


def test_a_long_name_gives_an_address_that_fits():
    physician = named("A" * 50, "B" * 50)

    physician.full_clean()

    assert len(physician.slug) == 80


def test_a_physician_has_a_name():
    physician = make.physician()

    with broken("a_physician_has_a_name"):
        Physician.objects.filter(pk=physician.pk).update(family_name="")
    physician.family_name = ""
    with pytest.raises(ValidationError) as refused:
        physician.full_clean()

    assert refused.value.message_dict["family_name"] == ["This field cannot be blank."]


def test_a_location_has_a_name_of_its_own():
    Location.objects.create(name="East Campus", address="1 East Street")

    with broken("a_location_has_a_name"):
        Location.objects.update(name="")
    with pytest.raises(ValidationError, match="Location with this Name already exists"):
        Location(name="East Campus", address="2 East Street").full_clean()

    assert str(Location.objects.get()) == "East Campus"


def test_a_physician_is_frozen_with_places_and_languages():
    physician = make.physician(languages="English\r\nSpanish\n")
    for name in ("West Campus", "East Campus"):
        place = Location.objects.create(
            name=name, address="1 Main Street\r\nNew York", phone="212-555-0142", directions="Third floor."
        )
        physician.locations.add(place)

    words = Physician.working().get().frozen_words()

    assert words.keys() == {*Physician.WORDS, "locations"}
    assert words["languages"] == ["English", "Spanish"]
    assert words["locations"] == [
        {"name": name, "address": ["1 Main Street", "New York"], "phone": "212-555-0142", "directions": "Third floor."}
        for name in ("East Campus", "West Campus")
    ]


def test_a_physician_says_who_and_where():
    physician = make.physician("Sample", slug="ada-sample")

    assert str(physician) == "Ada Sample"
    assert physician.get_absolute_url() == "/physicians/ada-sample/"
