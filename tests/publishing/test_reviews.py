"""That a page says it was reviewed only while all of it was, as it reads now."""

import datetime
import json

import pytest
from bs4 import BeautifulSoup
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from time_machine import travel

from publishing import actions, reviewing
from publishing.composing import compose
from publishing.drafts import Draft
from publishing.models import Review
from tests import make
from tests.constraints import broken
from tests.forms import submitted

pytestmark = pytest.mark.django_db

MARCH = datetime.datetime(2027, 3, 1, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def clinician():
    return make.user("Clinician", first_name="Ada", last_name="Example")


@pytest.fixture
def sciatica():
    return make.condition("Sciatica", slug="sciatica", overview="<p>Pain.</p>")


def decide(page, by, decision="approved", **fields):
    words = Draft.of(page.concrete).clinical_hash
    fields = {"signed_as": "Ada Example, MD", "clinical_hash": words, **fields}
    return reviewing.review(page, by=by, decision=decision, **fields)


def approve_at(moment, page, by):
    with travel(moment, tick=True):
        return decide(page, by)


def reviewed(page, at=None):
    return compose(type(page), page.slug, at or timezone.now()).medically_reviewed_at


def review_url(page):
    return reverse(f"admin:conditions_{page._meta.model_name}_review", args=[page.pk])


# The facts


def test_a_page_is_reviewed_once_its_words_are_approved(sciatica, clinician):
    make.published(sciatica)
    assert reviewed(sciatica) is None

    review = decide(sciatica, clinician)

    assert reviewed(sciatica) == review.at
    assert compose(type(sciatica), "sciatica", timezone.now()).reviewed_by == "Ada Example, MD"


def test_what_was_approved_before_it_was_published_counts(sciatica, clinician):
    review = decide(sciatica, clinician)

    make.published(sciatica)

    assert reviewed(sciatica) == review.at


def test_a_changed_clinical_word_ends_it_and_the_old_word_brings_it_back(sciatica, clinician):
    make.published(sciatica)
    review = decide(sciatica, clinician)

    sciatica.overview = "<p>Other.</p>"
    sciatica.save()
    assert reviewed(sciatica) == review.at, "patients still read what was approved"
    make.published(sciatica)
    assert reviewed(sciatica) is None
    sciatica.overview = "<p>Pain.</p>"
    sciatica.save()
    make.published(sciatica)

    assert reviewed(sciatica) == review.at


def test_a_changed_summary_ends_it(sciatica, clinician):
    make.published(sciatica)
    decide(sciatica, clinician)

    sciatica.summary = "It is harmless."
    sciatica.save()
    make.published(sciatica)

    assert reviewed(sciatica) is None


def test_a_page_that_lacks_an_entry_is_not_the_one_that_was_approved(sciatica, clinician):
    sign = make.published(make.warning_sign())
    sciatica.warning_sign_rows.create(warning_sign=sign)
    make.published(sciatica)
    decide(sciatica, clinician)
    decide(sign, clinician)
    assert reviewed(sciatica)

    actions.withdraw(sign, by=None, change="Wrong.")

    assert reviewed(sciatica) is None


def test_a_change_of_what_is_not_clinical_leaves_it(sciatica, clinician):
    make.published(sciatica)
    review = decide(sciatica, clinician)
    sciatica.physician_rows.create(physician=make.published(make.physician()))
    sciatica.source_rows.create(source=make.source())

    make.published(sciatica)

    assert reviewed(sciatica) == review.at


def test_the_latest_decision_counts(sciatica, clinician):
    make.published(sciatica)
    decide(sciatica, clinician)

    decide(sciatica, clinician, "changes", comment="Say more of the nerve.")
    assert reviewed(sciatica) is None
    again = decide(sciatica, clinician)

    assert reviewed(sciatica) == again.at


def test_every_clinical_entry_it_shows_must_be_approved_and_the_oldest_day_counts(sciatica, clinician):
    numbness, scan = make.published(make.symptom()), make.published(make.diagnostic_test())
    adler, other = make.published(make.physician()), make.published(make.condition())
    sciatica.symptom_rows.create(symptom=numbness)
    sciatica.test_rows.create(test=scan)
    sciatica.physician_rows.create(physician=adler)
    sciatica.see_also_rows.create(see_also=other)
    make.published(sciatica)

    approve_at(MARCH + 2 * DAY, sciatica, clinician)
    approve_at(MARCH, numbness, clinician)
    assert reviewed(sciatica, MARCH + 5 * DAY) is None
    approve_at(MARCH + DAY, scan, clinician)

    assert reviewed(sciatica, MARCH + 5 * DAY).date() == MARCH.date()


def test_an_entry_that_changes_ends_the_review_of_every_page_that_shows_it(sciatica, clinician):
    numbness = make.published(make.symptom(overview="<p>Numb.</p>"))
    sciatica.symptom_rows.create(symptom=numbness)
    make.published(sciatica)
    decide(sciatica, clinician)
    decide(numbness, clinician)
    assert reviewed(sciatica)

    numbness.overview = "<p>Number.</p>"
    numbness.save()
    make.published(numbness)

    assert reviewed(sciatica) is None


def test_a_page_of_an_earlier_day_reads_as_it_was_reviewed_then(sciatica, clinician):
    with travel(MARCH, tick=True):
        make.published(sciatica)
    approve_at(MARCH + 2 * DAY, sciatica, clinician)

    assert reviewed(sciatica, MARCH + DAY) is None
    assert reviewed(sciatica, MARCH + 3 * DAY)


# What patients and machines read


def page_of(client, condition):
    return BeautifulSoup(client.get(condition.get_absolute_url()).content, "html.parser")


def data_of(soup):
    found = [json.loads(script.string) for script in soup.select('script[type="application/ld+json"]')]
    return next(data for data in found if data["@type"] == "MedicalWebPage")


def test_a_page_prints_review_and_next_review_only_once_reviewed(client, sciatica, clinician):
    sciatica.next_review_on = datetime.date(2028, 3, 1)
    sciatica.save()
    make.published(sciatica)
    before = page_of(client, sciatica)
    review = decide(sciatica, clinician)

    after = page_of(client, sciatica)

    assert "review" not in before.select_one(".published").get_text().lower()
    assert not {"lastReviewed", "reviewedBy"} & data_of(before).keys()
    facts = [" ".join(fact.get_text().split()) for fact in after.select(".published li")]
    day = timezone.localdate(review.at)
    assert f"Medically reviewed by Ada Example, MD, {date_format(day)}" in facts
    assert "Next review March 1, 2028" in facts
    assert data_of(after)["lastReviewed"] == day.isoformat()
    assert data_of(after)["reviewedBy"] == {"@type": "Person", "name": "Ada Example, MD"}


def test_a_page_names_its_own_review_and_since_when_all_parts_are(client, sciatica, clinician):
    numbness = make.published(make.symptom())
    sciatica.symptom_rows.create(symptom=numbness)
    make.published(sciatica)
    with travel(datetime.datetime(2025, 6, 5, 12, tzinfo=datetime.UTC), tick=True):
        decide(numbness, clinician, signed_as="Ben Other, PA")
    review = decide(sciatica, clinician)

    soup = page_of(client, sciatica)

    facts = [" ".join(fact.get_text().split()) for fact in soup.select(".published li")]
    assert f"Medically reviewed by Ada Example, MD, {date_format(timezone.localdate(review.at))}" in facts
    assert "All parts reviewed since June 5, 2025" in facts
    assert data_of(soup)["lastReviewed"] == "2025-06-05"


def test_a_next_review_that_has_passed_is_not_promised(client, sciatica, clinician):
    sciatica.next_review_on = datetime.date(2025, 1, 1)
    sciatica.save()
    make.published(sciatica)
    decide(sciatica, clinician)

    assert "Next review" not in page_of(client, sciatica).select_one(".published").get_text()


def test_a_preview_never_says_that_it_was_reviewed(as_, sciatica, clinician):
    make.published(sciatica)
    decide(sciatica, clinician)

    response = as_(clinician).get(reverse("admin:conditions_condition_preview", args=[sciatica.pk]))

    assert "Medically reviewed" not in response.content.decode()


# How a clinician decides


def test_a_clinician_approves_from_the_form_of_the_page(as_, sciatica, clinician):
    make.published(sciatica)
    client = as_(clinician)
    change = client.get(reverse("admin:conditions_condition_change", args=[sciatica.pk])).content.decode()
    assert review_url(sciatica) in change
    form = submitted(client.get(review_url(sciatica)))
    assert form["signed_as"] == "Ada Example"

    response = client.post(
        review_url(sciatica), form | {"decision": "approved", "signed_as": "Ada Example, MD"}, follow=True
    )

    assert "Approved. Patients read that" in response.content.decode()
    assert reviewed(sciatica)
    assert LogEntry.objects.get().change_message == "Review: Approved"
    history = client.get(reverse("admin:conditions_condition_history", args=[sciatica.pk])).content.decode()
    assert "Ada Example, MD" in history


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Choose one of the two."),
        ({"decision": "changes", "comment": ""}, "Say what should change."),
        ({"decision": "changes", "comment": " \n"}, "Say what should change."),
        ({"decision": "approved", "signed_as": " "}, "Give your name as patients should read it."),
        (
            {"decision": "approved", "signed_as": "Someone Else, MD"},
            "Begin with the name of your account, Ada Example.",
        ),
        ({"decision": "approved", "signed_as": "Ada Examples"}, "Begin with the name of your account, Ada Example."),
        ({"decision": "live"}, "Select a valid choice."),
    ],
)
def test_a_decision_that_says_too_little_is_refused_and_keeps_what_was_typed(as_, sciatica, clinician, sent, words):
    client = as_(clinician)
    form = submitted(client.get(review_url(sciatica))) | {
        "signed_as": "Ada Example, MD",
        "comment": "Too short.",
        **sent,
    }

    response = client.post(review_url(sciatica), form)

    assert words in response.content.decode()
    again = submitted(response)
    assert {name: again[name].strip() for name in ("signed_as", "comment")} == {
        name: form[name].strip() for name in ("signed_as", "comment")
    }
    assert not Review.objects.exists()


def test_a_clinician_reads_what_they_approve_and_is_led_to_what_waits(as_, sciatica, clinician):
    numbness, scan = make.published(make.symptom("Numbness")), make.published(make.diagnostic_test("Scan"))
    sciatica.symptom_rows.create(symptom=numbness, note="In one leg.")
    sciatica.test_rows.create(test=scan)
    sciatica.summary, sciatica.regions = "Leg <b>pain</b>.", ["lumbar"]
    sciatica.save()
    decide(scan, clinician)

    page = BeautifulSoup(as_(clinician).get(review_url(sciatica)).content, "html.parser")
    soup = page.select_one("[aria-labelledby=to-review-heading]")

    read = {
        name.get_text(): " ".join(words.get_text().split())
        for name, words in zip(soup.select("dt"), soup.select("dl > dd"), strict=True)
    }
    assert read["Summary"] == "Leg <b>pain</b>."
    assert read["Overview"] == "Pain."
    assert read["Regions"] == "Lumbar spine (lower back)"
    assert read["List of symptoms"] == "Numbness: In one leg. Not approved yet: review it"
    assert read["List of tests"] == "Scan"
    assert [link["href"] for link in soup.select("a")] == [review_url(numbness)]


def test_words_that_are_still_right_are_signed_anew_with_one_click(as_, sciatica, clinician):
    make.published(sciatica)
    with travel(MARCH, tick=True):
        first = as_(clinician).get(review_url(sciatica))
        decide(sciatica, clinician)
        make.published(sciatica)
    later = MARCH.replace(year=2028)

    with travel(later, tick=True):
        shown = as_(clinician).get(review_url(sciatica))
        (button,) = BeautifulSoup(shown.content, "html.parser").select('input[value="Reviewed, no change"]')
        sent = {field["name"]: field["value"] for field in button.find_parent("form").select("[name]")}
        as_(clinician).post(review_url(sciatica), sent)

    anew = Review.objects.latest("at")
    sciatica.refresh_from_db()
    assert "Reviewed, no change" not in first.content.decode()
    assert (anew.at.date(), anew.signed_as, anew.decision) == (later.date(), "Ada Example, MD", "approved")
    assert sciatica.next_review_on == datetime.date(2029, 3, 1)
    assert reviewed(sciatica, later + DAY) == anew.at


def test_other_words_than_those_approved_cannot_be_signed_with_one_click(as_, sciatica, clinician):
    decide(sciatica, clinician)
    sciatica.overview = "<p>Pain in a leg.</p>"
    sciatica.save()

    assert "Reviewed, no change" not in as_(clinician).get(review_url(sciatica)).content.decode()


def test_a_figure_is_seen_where_it_is_approved(as_, clinician):
    figure = make.figure(alt="A disc.")

    page = as_(clinician).get(reverse("admin:figures_figure_review", args=[figure.pk])).content.decode()

    assert 'class="figure-preview"' in page
    assert "A disc." in page


def test_an_account_without_a_name_signs_nothing(as_, sciatica):
    nameless = make.user("Clinician")
    client = as_(nameless)
    form = submitted(client.get(review_url(sciatica)))

    response = client.post(review_url(sciatica), form | {"decision": "approved", "signed_as": "Anyone, MD"})

    assert "Your account has no name yet." in response.content.decode()
    assert not Review.objects.exists()


def test_words_changed_meanwhile_must_be_read_again(as_, sciatica, clinician):
    client = as_(clinician)
    form = submitted(client.get(review_url(sciatica))) | {"decision": "approved"}
    sciatica.overview = "<p>Other.</p>"
    sciatica.save()

    response = client.post(review_url(sciatica), form)

    assert "Read it again, then decide." in response.content.decode()
    assert not Review.objects.exists()
    again = submitted(response)
    assert "decision" not in again
    client.post(review_url(sciatica), again | {"decision": "approved"})
    assert Review.objects.get().clinical_hash == Draft.of(sciatica.concrete).clinical_hash


@pytest.mark.parametrize("role", ["Editor", "Publisher", "Coordinator", "Administrator", None])
def test_nobody_else_can_review(as_, sciatica, role):
    client = as_(make.user(role))

    shown, sent = client.get(review_url(sciatica)), client.post(review_url(sciatica), {"decision": "approved"})

    assert {shown.status_code, sent.status_code} == {403}
    assert not Review.objects.exists()


def test_a_physicians_page_holds_nothing_to_review(as_, clinician):
    adler = make.physician()

    response = as_(clinician).get(reverse("admin:physicians_physician_review", args=[adler.pk]))

    assert response.status_code == 403


# The rules of the database


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("a_review_decides", {"decision": "maybe"}),
        ("a_review_is_signed", {"signed_as": ""}),
        ("whoever_asks_for_changes_says_which", {"decision": "changes"}),
    ],
)
def test_a_review_is_whole(sciatica, clinician, rule, fields):
    whole = {
        "page": sciatica,
        "clinical_hash": "0" * 64,
        "clinician": clinician,
        "signed_as": "Ada Example, MD",
        "at": timezone.now(),
        "decision": "approved",
    }

    with broken(rule):
        Review.objects.create(**whole | fields)


def test_an_unsigned_or_unexplained_decision_is_refused_in_words(sciatica, clinician):
    with pytest.raises(actions.Refused, match="Give your name"):
        decide(sciatica, clinician, signed_as=" ")
    with pytest.raises(actions.Refused, match="Say what should change"):
        decide(sciatica, clinician, "changes")
