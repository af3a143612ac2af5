"""When a condition is to be read again, who hears of it, and how it is signed anew."""

import datetime
import re

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from conditions import review_clock
from conditions.models import ReviewReminder
from publishing.composing import compose
from publishing.models import Edition
from tests import make
from tests.constraints import broken
from tests.forms import submitted

pytestmark = pytest.mark.django_db
DUE = datetime.date(2027, 6, 15)
DAY = datetime.timedelta(days=1)


def noon(day):
    return datetime.datetime(day.year, day.month, day.day, 17, tzinfo=datetime.UTC)


@pytest.fixture
def owner():
    return make.user("Editor")


@pytest.fixture
def backup():
    return make.user("Publisher")


@pytest.fixture
def condition(owner, backup):
    with travel(noon(datetime.date(2026, 6, 15)), tick=True):
        return make.published(
            make.condition(
                "Sciatica",
                slug="sciatica",
                overview="<p>It hurts.</p>",
                next_review_on=DUE,
                owner=owner,
                backup_owner=backup,
            )
        )


def told_on(day):
    """How many mails go out on `day`, with the loop at work every few hours."""
    before = len(mail.outbox)
    with travel(noon(day), tick=True):
        for _hour in range(3):
            review_clock.remind()
    return len(mail.outbox) - before


def review(client, page, **values):
    address = reverse("admin:conditions_condition_review", args=[page.pk])
    name = {"decision": "approved", "signed_as": "Ada Example, MD"}
    return client.post(address, submitted(client.get(address)) | name | values, follow=True)


def test_owner_and_backup_hear_30_7_and_0_days_before_and_each_week_after(condition, owner, backup):
    days = [DUE + n * DAY for n in range(-40, 30)]

    heard = [(day - DUE).days for day in days if told_on(day)]

    assert heard == [-30, -7, 0, 7, 14, 21, 28]
    assert [letter.to for letter in mail.outbox[:2]] == [[owner.email], [backup.email]]
    assert mail.outbox[0].subject == "Review due: Sciatica"
    assert mail.outbox[-1].subject == "Review overdue: Sciatica"


def test_the_mail_leads_to_what_its_reader_may_do(as_, clinician, condition, owner, backup):
    condition.owner = clinician
    condition.backup_owner = owner
    condition.save()
    told_on(DUE)
    condition.owner = backup
    condition.save(update_fields=["owner"])
    told_on(DUE + 7 * DAY)

    led = {letter.to[0]: re.search(r"http://[^/]+(/\S+)", letter.body)[1] for letter in mail.outbox}
    steps = {person: led[person.email].rstrip("/").rpartition("/")[2] for person in (clinician, owner, backup)}
    assert steps == {clinician: "review", owner: "ask-for-review", backup: "change"}
    assert [as_(person).get(led[person.email]).status_code for person in steps] == [200, 200, 200]
    assert ["no change" in letter.body for letter in mail.outbox if letter.to == [clinician.email]] == [True]


def test_a_loop_that_was_away_for_a_month_sends_one_mail_each(condition):
    assert told_on(DUE + 10 * DAY) == 2
    assert told_on(DUE + 11 * DAY) == 0


def test_nobody_is_reminded_of_a_draft_or_where_nobody_is_left(condition, owner, backup):
    make.condition(next_review_on=DUE, owner=owner)
    for person in (owner, backup):
        person.is_active = False
        person.save()

    assert told_on(DUE) == 0
    assert not ReviewReminder.objects.exists()


def test_a_stage_is_told_once():
    condition = make.condition()
    facts = {"condition": condition, "due_on": DUE, "stage": 30, "sent_at": timezone.now()}
    ReviewReminder.objects.create(**facts)

    with broken("owners_are_reminded_once_of_each_stage"):
        ReviewReminder.objects.create(**facts)


def test_overdue_pages_stay_in_sight_of_patients(condition, client):
    with travel(noon(DUE + 400 * DAY), tick=True):
        assert client.get("/conditions/sciatica/").status_code == 200


@pytest.fixture
def clinician():
    return make.user("Clinician", first_name="Ada", last_name="Example")


def test_one_click_signs_the_same_words_anew_for_a_year(as_, clinician, condition):
    with travel(noon(DUE), tick=True):
        address = reverse("admin:conditions_condition_review", args=[condition.pk])
        client = as_(clinician)
        pressed = submitted(client.get(address)) | {"decision": "approved"}
        shown = client.post(address, pressed, follow=True)

        assert "Patients read that and the new day of review" in shown.content.decode()
        page = compose(type(condition), "sciatica", timezone.now())
        assert page.words["next_review_on"] == "2028-06-15"
        assert page.medically_reviewed_at is not None
    edition = Edition.objects.get(number=2)
    assert (edition.change, edition.made_by) == ("Reviewed, no change.", clinician)
    assert told_on(DUE) == 0


def test_with_other_changes_saved_nothing_is_published(as_, clinician, condition):
    condition.overview = "<p>It hurts a lot.</p>"
    condition.save()

    review(as_(clinician), condition)

    assert Edition.objects.count() == 1
    condition.refresh_from_db()
    assert condition.next_review_on > timezone.localdate()


def test_asking_for_changes_moves_no_day(as_, clinician, condition):
    review(as_(clinician), condition, decision="changes", comment="Say more.")

    condition.refresh_from_db()
    assert condition.next_review_on == DUE


@pytest.mark.parametrize(("day", "is_allowed"), [("2029-11-23", True), ("2029-11-24", False), ("2026-11-23", False)])
def test_the_next_review_is_within_three_years(as_, clinician, condition, day, is_allowed):
    with travel(noon(datetime.date(2026, 11, 23)), tick=True):
        shown = review(as_(clinician), condition, next_review_on=day).content.decode()

    assert ("Choose a day from tomorrow on, within three years." not in shown) == is_allowed


def test_a_page_without_that_day_is_not_asked_for_it(as_, clinician):
    term = make.term("Disc")

    assert "next_review_on" not in submitted(as_(clinician).get(reverse("admin:glossary_term_review", args=[term.pk])))


@pytest.mark.parametrize(
    ("before", "day", "is_allowed"),
    [
        (None, "2029-11-23", True),
        (None, "2029-11-24", False),
        (None, "2026-11-22", False),
        ("2027-05-01", "2027-04-30", True),
        ("2027-05-01", "2027-05-02", False),
        ("2027-05-01", "", False),
        ("2026-11-01", "2027-11-01", False),  # overdue: that would end the reminders
    ],
)
def test_nobody_but_a_clinician_puts_a_review_off(as_, owner, before, day, is_allowed):
    condition = make.condition(next_review_on=before)
    address = reverse("admin:conditions_condition_change", args=[condition.pk])
    with travel(noon(datetime.date(2026, 11, 23)), tick=True):
        client = as_(owner)
        client.post(address, submitted(client.get(address)) | {"next_review_on": day}, follow=True)

    condition.refresh_from_db()
    now = condition.next_review_on and condition.next_review_on.isoformat()
    assert now == (day if is_allowed else before)


def test_a_review_that_is_overdue_keeps_nobody_from_saving(as_, owner, condition):
    address = reverse("admin:conditions_condition_change", args=[condition.pk])
    with travel(noon(DUE + 40 * DAY), tick=True):
        client = as_(owner)
        client.post(address, submitted(client.get(address)) | {"summary": "A sore leg.", "_save": ""})

    condition.refresh_from_db()
    assert (condition.summary, condition.next_review_on) == ("A sore leg.", DUE)


def test_owners_are_chosen_by_name_among_those_who_may_see_the_page(as_, owner, clinician, condition):
    coordinator = make.user("Coordinator")

    shown = as_(owner).get(reverse("admin:conditions_condition_change", args=[condition.pk])).content

    names = [option.text for option in BeautifulSoup(shown, "html.parser").select("#id_owner option")]
    assert f"Ada Example ({clinician})" in names
    assert not [name for name in names if str(coordinator) in name]
