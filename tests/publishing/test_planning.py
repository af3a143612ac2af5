"""Publishing and withdrawing at a moment to come, from the admin, and what patients read before and after it."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from publishing.models import Edition
from tests import make
from tests.forms import submitted

pytestmark = pytest.mark.django_db
START = datetime.datetime(2026, 12, 1, 12, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def clock():
    with travel(START) as clock:
        yield clock


@pytest.fixture
def client(clock, as_, publisher):
    return as_(publisher)


@pytest.fixture
def page(clock):
    page = make.published(make.condition("Sciatica", slug="sciatica", overview="<p>The old words.</p>"))
    page.overview = "<p>The new words.</p>"
    page.save()
    return page


def address(page, name, *more):
    return reverse(f"admin:conditions_condition_{name}", args=[page.pk, *more])


def plan(client, page, moment, name="publish", **values):
    local = timezone.localtime(moment)
    asked = {"when": "later", "moment_0": f"{local:%Y-%m-%d}", "moment_1": f"{local:%H:%M}", "change": "Later."}
    return client.post(
        address(page, name), submitted(client.get(address(page, name))) | asked | {"despite": "A test."} | values
    )


def test_a_page_changes_at_its_moment_with_no_one_there(client, page, clock, django_user_model):
    response = plan(client, page, START + HOUR)

    form = client.get(response["Location"]).content.decode()
    before = client.get("/conditions/sciatica/").content.decode()
    clock.shift(HOUR)
    after = client.get("/conditions/sciatica/").content.decode()
    assert "Planned. Patients read this from December 1, 2026" in form
    assert "patients read edition 2 from December 1, 2026" in form
    assert ("The old words." in before, "The new words." in before) == (True, False)
    assert ("The old words." in after, "The new words." in after) == (False, True)


def test_a_page_leaves_at_its_moment(client, page, clock):
    plan(client, page, START + HOUR, "withdraw")

    before = client.get("/conditions/sciatica/").status_code
    clock.shift(HOUR)
    assert (before, client.get("/conditions/sciatica/").status_code) == (200, 404)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"moment_0": "2026-11-30"}, "That moment has passed."),
        ({"moment_0": "", "moment_1": ""}, "Give the day and the time."),
        ({"moment_0": "someday"}, "Enter a valid date."),
    ],
)
def test_a_moment_that_cannot_be_is_refused_and_nothing_typed_is_lost(client, page, values, said):
    response = plan(client, page, START + HOUR, change="Typed with care.", **values)

    assert said in response.content.decode()
    assert submitted(response)["change"] == "Typed with care."
    assert Edition.objects.count() == 1


@pytest.mark.parametrize(("day", "hour"), [("2027-03-14", "02:30"), ("2027-11-07", "01:30")])
def test_an_hour_that_summer_time_skips_or_repeats_is_refused(client, page, day, hour):
    response = plan(client, page, START + HOUR, moment_0=day, moment_1=hour)

    assert "The clocks change then" in response.content.decode()
    assert Edition.objects.count() == 1


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_year_that_no_page_lives_in_is_refused_in_words(client, page, day):
    planned = plan(client, page, START + HOUR, moment_0=day, moment_1="23:59")
    looked_back = client.get(address(page, "read"), {"at_0": day, "at_1": "23:59"}, follow=True)

    assert "Give a year from 1900 to 2199." in planned.content.decode()
    assert "Give a day and a time" in looked_back.content.decode()
    assert Edition.objects.count() == 1


def test_publishing_while_a_change_is_planned_asks_what_becomes_of_it(client, page, clock):
    plan(client, page, START + HOUR)
    page.overview = "<p>The urgent words.</p>"
    page.save()
    form = submitted(client.get(address(page, "publish"))) | {"change": "Now.", "despite": "A test."}

    unanswered = client.post(address(page, "publish"), form)
    client.post(address(page, "publish"), form | {"waiting": "cancel"})
    history = client.get(address(page, "history")).content.decode()
    clock.shift(2 * HOUR)

    assert "Changes are planned for this page" in unanswered.content.decode()
    assert "Choose what becomes of what is planned." in unanswered.content.decode()
    assert "The urgent words." in client.get("/conditions/sciatica/").content.decode()
    assert "(canceled)" in history


def test_a_plan_is_cancelled_after_saying_what_follows_and_stays_in_sight(client, page, clock):
    plan(client, page, START + HOUR)

    asked = client.get(address(page, "cancel", 2)).content.decode()
    done = client.post(address(page, "cancel", 2), submitted(client.get(address(page, "cancel", 2))), follow=True)
    history = client.get(address(page, "history")).content.decode()
    clock.shift(2 * HOUR)

    assert "Patients then go on reading edition 1" in asked
    assert "Edition 2 is canceled. It stays in the history." in done.content.decode()
    assert "The old words." in client.get("/conditions/sciatica/").content.decode()
    assert "(canceled)" in history


def test_what_has_started_cannot_be_cancelled(client, page, clock):
    plan(client, page, START + HOUR)
    form = submitted(client.get(address(page, "cancel", 2)))
    clock.shift(HOUR)

    late = client.post(address(page, "cancel", 2), form, follow=True).content.decode()
    looked = client.get(address(page, "cancel", 2), follow=True).content.decode()

    assert "no longer planned" in late
    assert "no longer planned" in looked
    assert "The new words." in client.get("/conditions/sciatica/").content.decode()


def test_an_editor_sees_what_is_planned_and_cannot_cancel_it(client, page, as_, editor):
    plan(client, page, START + HOUR)
    theirs = as_(editor)

    form = theirs.get(address(page, "change")).content.decode()

    assert "patients read edition 2 from" in form
    assert "Read it as it will be then" in form
    assert "Cancel…" not in form
    assert theirs.post(address(page, "cancel", 2)).status_code == 403


def test_the_form_says_whether_a_plan_holds_what_stands_there(client, page):
    plan(client, page, START + 5 * HOUR)
    same = client.get(address(page, "change")).content.decode()
    page.overview = "<p>The newest words.</p>"
    page.save()

    other = client.get(address(page, "change")).content.decode()

    assert "It holds what stands here." in same
    assert "It goes out without what was changed here since: overview." in other


def test_the_planned_future_is_read_ahead(client, page):
    plan(client, page, START + HOUR)

    assert "The new words." in client.get(address(page, "edition", 2)).content.decode()
