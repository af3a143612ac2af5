import datetime

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from time_machine import travel

from conditions.models import Condition
from publishing import actions
from publishing.composing import Moved, compose
from publishing.models import Address, AddressQuerySet, Edition
from tests import make

pytestmark = pytest.mark.django_db

NEW_YEAR = datetime.datetime(2027, 1, 1, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
TICK = datetime.timedelta(microseconds=1)
TAKEN = "This address belongs to another page, now or earlier. Choose another one."


@pytest.fixture(autouse=True)
def clock():
    with travel(NEW_YEAR, tick=True) as clock:
        yield clock


@pytest.fixture
def sciatica(db):
    return make.published(make.condition("Sciatica", slug="sciatica"))


def move(condition, slug, **kwargs):
    """Save `condition` under `slug` and publish it."""
    condition.slug = slug
    condition.save()
    return actions.publish(condition, by=None, change="Moved.", **kwargs)


def at(slug, moment=None):
    """What a reader gets at the address: a title, "→ " and another address, or 404."""
    try:
        return compose(Condition, slug, moment or timezone.now()).title
    except Moved as moved:
        return f"→ {moved.url}"
    except Http404:
        return 404


def test_a_page_answers_at_its_address(sciatica):
    assert at("sciatica") == "Sciatica"
    assert at("Sciatica") == at("sciatic") == at("") == 404


def test_a_page_never_published_has_no_address():
    make.condition(slug="stenosis")

    assert at("stenosis") == 404
    assert not Address.objects.exists()


def test_an_old_address_leads_to_the_one_of_today(clock, sciatica):
    move(sciatica, "sciatic-pain")
    clock.shift(HOUR)
    move(sciatica, "leg-pain")

    assert at("sciatica") == at("sciatic-pain") == "→ /conditions/leg-pain/"
    assert at("leg-pain") == "Sciatica"
    assert at("sciatic-pain", NEW_YEAR + HOUR - TICK) == "Sciatica"
    assert at("sciatica", NEW_YEAR + HOUR - TICK) == "→ /conditions/sciatic-pain/"
    assert at("leg-pain", NEW_YEAR + HOUR - TICK) == 404


def test_a_page_can_go_back_to_an_address_it_had(sciatica):
    move(sciatica, "leg-pain")
    sciatica.slug = "sciatica"
    sciatica.full_clean()
    move(sciatica, "sciatica")

    assert at("sciatica") == "Sciatica"
    assert at("leg-pain") == "→ /conditions/sciatica/"
    assert Address.objects.count() == 2


def test_an_address_saved_but_not_published_answers_404(sciatica):
    sciatica.slug = "leg-pain"
    sciatica.save()

    assert at("sciatica") == "Sciatica"
    assert at("leg-pain") == 404


def test_a_planned_address_answers_404_until_its_moment(sciatica):
    move(sciatica, "leg-pain", at=NEW_YEAR + HOUR)

    assert at("leg-pain") == at("leg-pain", NEW_YEAR + HOUR - TICK) == 404
    assert at("sciatica", NEW_YEAR + HOUR - TICK) == "Sciatica"
    assert at("leg-pain", NEW_YEAR + HOUR) == "Sciatica"
    assert at("sciatica", NEW_YEAR + HOUR) == "→ /conditions/leg-pain/"


def test_a_page_planned_as_a_whole_answers_404_until_its_moment():
    make_at = NEW_YEAR + HOUR
    actions.publish(make.condition("Stenosis", slug="stenosis"), by=None, change="New.", at=make_at)

    assert at("stenosis") == 404
    assert at("stenosis", make_at) == "Stenosis"


def test_an_address_whose_plan_was_cancelled_answers_404_and_stays_with_its_page(sciatica):
    plan = move(sciatica, "leg-pain", at=NEW_YEAR + HOUR)
    actions.cancel(plan, by=None)
    sciatica.slug = "sciatica"
    sciatica.save()

    assert at("leg-pain", NEW_YEAR + HOUR) == 404
    with pytest.raises(ValidationError):
        Condition(title="Other", slug="leg-pain").full_clean()


def test_a_withdrawn_page_answers_404_at_all_its_addresses(sciatica):
    move(sciatica, "leg-pain")
    actions.withdraw(sciatica, by=None, change="Wrong.")

    assert at("leg-pain") == at("sciatica") == 404


def test_withdrawing_claims_no_address_and_leads_from_none(clock, sciatica):
    sciatica.slug = "leg-pain"
    sciatica.save()
    actions.withdraw(sciatica, by=None, change="Wrong.")
    assert Address.objects.get().slug == "sciatica"

    move(sciatica, "sciatica")
    move(sciatica, "leg-pain", at=NEW_YEAR + HOUR)
    assert at("sciatica") == "Sciatica"
    assert at("leg-pain") == 404


def test_kinds_have_addresses_of_their_own(sciatica):
    symptom = make.published(make.symptom("Sciatica, the pain", slug="sciatica"))

    symptom.full_clean()
    assert at("sciatica") == "Sciatica"
    assert Address.objects.count() == 2


@pytest.mark.parametrize("slug", ["sciatica", "leg-pain", "planned"])
def test_the_address_of_another_page_now_earlier_or_planned_is_refused_at_save_and_at_publish(sciatica, slug):
    move(sciatica, "leg-pain")
    move(sciatica, "planned", at=NEW_YEAR + HOUR)
    sciatica.slug = "free"
    sciatica.save()
    other = make.condition("Other", slug=slug)

    with pytest.raises(ValidationError) as at_save:
        other.full_clean()
    with pytest.raises(actions.Refused, match=TAKEN):
        actions.publish(other, by=None, change="New.")

    assert at_save.value.message_dict == {"slug": [TAKEN]}
    assert not Edition.objects.filter(page=other.pk).exists()
    assert at("leg-pain") == "Sciatica"


def test_two_pages_cannot_swap_their_addresses(sciatica):
    other = make.published(make.condition("Other", slug="other"))
    Condition.objects.filter(pk=sciatica.pk).update(slug="on-its-way")
    other.slug = "sciatica"
    with pytest.raises(ValidationError, match="belongs to another page"):
        other.full_clean()
    other.save()
    sciatica.slug = "other"
    sciatica.save()

    for page in (sciatica, other):
        with pytest.raises(actions.Refused, match=TAKEN):
            actions.publish(page, by=None, change="Swapped.")

    assert (at("sciatica"), at("other")) == ("Sciatica", "Other")


def test_an_address_claimed_between_two_looks_is_refused_in_words(sciatica, monkeypatch):
    other = make.condition("Other", slug="other")
    Condition.objects.filter(pk=sciatica.pk).update(slug="free")
    Condition.objects.filter(pk=other.pk).update(slug="sciatica")
    monkeypatch.setattr(AddressQuerySet, "taken_from", lambda self, page: self.none())

    with pytest.raises(actions.Refused, match=TAKEN):
        actions.publish(other, by=None, change="New.")

    assert at("sciatica") == "Sciatica"
    assert not Edition.objects.filter(page=other.pk).exists()


def test_a_reader_is_led_from_an_old_address(client, sciatica):
    move(sciatica, "leg-pain")

    response = client.get("/conditions/sciatica/")

    assert (response.status_code, response["Location"]) == (302, "/conditions/leg-pain/")
    assert client.get("/conditions/leg-pain/").status_code == 200
    assert client.get("/conditions/nothing/").status_code == 404
