"""Many pages published under one line, a step at a time, until one has to be mended."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from publishing import actions, many
from publishing.models import Edition
from tests import make
from tests.forms import submitted

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ADDRESS = "/admin/publish-many/"


def text(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def titles(response):
    return [link.get_text() for link in BeautifulSoup(response.content, "html.parser").select(".many-pages li > a")]


def live():
    return sorted(Edition.objects.live(timezone.now()).values_list("title", flat=True))


def ask(client, *pages):
    return client.get(many.address_for([page.pk for page in pages]))


def start(client, *pages, **values):
    form = submitted(ask(client, *pages)) | {"change": "New phone number.", "despite": "It is urgent."} | values
    return client.post(ADDRESS, form)


def go_on(client, response, **values):
    return client.post(ADDRESS, submitted(response) | values)


@pytest.fixture
def a_step_each(monkeypatch):
    """One page is published at each step, however fast the machine is."""
    monkeypatch.setattr(many, "SECONDS_A_STEP", -1)


def test_pages_are_published_with_one_line_and_entries_come_first(as_, publisher):
    symptom, page = make.symptom("Numb toes"), make.condition("Sciatica", overview="<p>Words.</p>")
    page.symptom_rows.create(symptom=symptom)
    asked = ask(as_(publisher), page, symptom)

    done = start(as_(publisher), page, symptom)

    assert titles(asked) == ["Numb toes", "Sciatica"]
    assert done.status_code == 302
    assert live() == ["Numb toes", "Sciatica"]
    editions = Edition.objects.order_by("pk")
    assert [edition.title for edition in editions] == ["Numb toes", "Sciatica"]
    assert {(e.change, e.despite, e.made_by) for e in editions} == {("New phone number.", "It is urgent.", publisher)}
    assert [entry.change_message for entry in LogEntry.objects.all()] == ["Published edition 1: New phone number."] * 2


def test_progress_is_shown_after_each_step_and_it_goes_on_from_there(as_, publisher, a_step_each):
    pages = [make.symptom(f"Symptom {letter}") for letter in "ABC"]

    first = start(as_(publisher), *pages)
    second = go_on(as_(publisher), first)
    last = go_on(as_(publisher), second)

    assert "1 of 3 pages are behind you." in text(first)
    assert titles(first) == ["Symptom B", "Symptom C"]
    assert "js/admin/many" in first.content.decode()
    assert BeautifulSoup(second.content, "html.parser").progress["value"] == "2"
    assert last.status_code == 302
    assert live() == ["Symptom A", "Symptom B", "Symptom C"]


def test_a_page_to_be_mended_stops_it_and_can_be_skipped(as_, publisher):
    first, empty, last = make.condition("A", overview="<p>Words.</p>"), make.condition("B"), make.symptom("C")

    stopped = start(as_(publisher), first, empty, last)
    after_the_stop = live()
    again = go_on(as_(publisher), stopped)
    done = go_on(as_(publisher), stopped, skip="1")

    assert "Stopped at the condition “B”." in text(stopped)
    assert "Must be mended: Overview" in text(stopped)
    assert "js/admin/many" not in stopped.content.decode()
    assert after_the_stop == ["A"]
    assert titles(again)[0] == "B"
    assert done.status_code == 302
    assert live() == ["A", "C"]


def test_without_a_reason_it_stops_at_the_first_warning(as_, publisher):
    page = make.condition("A", overview="<p>Words.</p>")

    stopped = start(as_(publisher), page, despite=" ")
    done = go_on(as_(publisher), stopped, despite="It is urgent.")

    assert "It has warnings." in text(stopped)
    assert done.status_code == 302
    assert live() == ["A"]


def test_a_page_saved_meanwhile_is_not_published_unseen(as_, publisher):
    page = make.symptom("A")
    form = submitted(ask(as_(publisher), page)) | {"change": "Text.", "despite": "It is urgent."}
    page.overview = "<p>Somebody else's words.</p>"
    page.save()

    stopped = as_(publisher).post(ADDRESS, form)

    assert "Someone saved this page after you opened it." in text(stopped)
    assert live() == []


def test_a_page_that_patients_read_already_is_left_out(as_, publisher):
    page, other = make.symptom("A"), make.symptom("B")
    asked = ask(as_(publisher), page, other)
    actions.publish(page, by=None, change="Text.")
    as_(publisher).post(ADDRESS, submitted(asked) | {"change": "Text.", "despite": "It is urgent."})

    nothing = ask(as_(publisher), page, other)

    assert live() == ["A", "B"]
    assert Edition.objects.filter(page=page.pk).count() == 1
    assert nothing.status_code == 302


def test_sending_a_step_again_publishes_nothing_twice(as_, publisher, a_step_each):
    pages = [make.symptom(letter) for letter in "AB"]
    asked = ask(as_(publisher), *pages)
    form = submitted(asked) | {"change": "Text.", "despite": "It is urgent."}

    as_(publisher).post(ADDRESS, form)
    as_(publisher).post(ADDRESS, form)
    as_(publisher).post(ADDRESS, form)

    assert live() == ["A", "B"]
    assert Edition.objects.count() == 2


def test_planned_changes_stay_planned(as_, publisher):
    page = make.symptom("A")
    actions.publish(page, by=None, change="Later.", at=make.moment_ahead())
    page.overview = "<p>New.</p>"
    page.save()

    told = text(ask(as_(publisher), page))
    start(as_(publisher), page)

    assert "Edition 1 is planned for" in told
    assert Edition.objects.planned(timezone.now()).count() == 1
    assert live() == ["A"]


def test_without_a_line_nothing_is_published_and_the_reason_stays(as_, publisher):
    page = make.symptom("A")

    refused = start(as_(publisher), page, change=" ")

    assert "Say in a few words what changed." in text(refused)
    assert submitted(refused)["despite"] == "It is urgent."
    assert live() == []


@pytest.mark.parametrize("pages", ["", "x", "1", "1:x", "1:1,", "9" * 30 + ":1", "1:1;2:2", ",".join(["1:1"] * 501)])
def test_a_form_that_names_no_pages_is_refused(as_, publisher, pages):
    values = {"pages": pages, "total": "1", "skipped": "0", "change": "Text."}

    refused = as_(publisher).post(ADDRESS, values, follow=True)

    assert "Choose the pages anew from their list." in text(refused)


def test_only_publishers_publish_many(as_, editor, coordinator, clinician):
    page = make.symptom("A")

    for person in (editor, coordinator, clinician):
        assert ask(as_(person), page).status_code == 403
        assert as_(person).post(ADDRESS, {"pages": f"{page.pk}:1"}).status_code == 403


def test_pages_are_chosen_from_a_list_of_their_kind_or_from_what_is_not_published(as_, publisher, editor):
    pages = [make.symptom(letter) for letter in "ABC"]
    client = as_(publisher)

    chosen = {"action": "publish_selected", "_selected_action": [page.pk for page in pages[:2]]}
    from_list = client.post(reverse("admin:conditions_symptom_changelist"), chosen, follow=True)
    drafts = client.get(reverse("admin:desk", args=["drafts"]))
    ticked = client.get(ADDRESS, {"pages": [pages[0].pk, pages[2].pk]})
    (all_of_them,) = BeautifulSoup(drafts.content, "html.parser").select(".submit-row a")

    assert titles(from_list) == ["A", "B"]
    assert titles(ticked) == ["A", "C"]
    assert titles(client.get(all_of_them["href"])) == ["A", "B", "C"]
    assert "publish_selected" not in as_(editor).get(reverse("admin:conditions_symptom_changelist")).content.decode()


def test_nothing_is_deleted_from_a_list(as_):
    root = make.user(is_superuser=True)
    page = make.symptom("A")
    chosen = {"action": "delete_selected", "_selected_action": [page.pk], "post": "yes"}

    shown = as_(root).get(reverse("admin:conditions_symptom_changelist"))
    as_(root).post(reverse("admin:conditions_symptom_changelist"), chosen)

    assert "delete_selected" not in shown.content.decode()
    assert type(page).objects.exists()
