"""The admin's first page: what waits for whom, and the lists behind its numbers."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from pages.models import Feedback
from publishing import actions, reviewing
from publishing.revisions import keep
from tests import make

pytestmark = pytest.mark.django_db


def cards(client):
    """(number, titles of its first lines, address of its list) of each card of the first page, by its heading."""
    soup = BeautifulSoup(client.get("/admin/").content, "html.parser")
    found = {}
    for card in soup.select(".desk-card"):
        link = card.h3.a
        number = link.span.extract().text
        found[link.text.strip()] = (int(number), [line.a.text for line in card.select("li")], link["href"])
    return found


def lines(client, address):
    soup = BeautifulSoup(client.get(address).content, "html.parser")
    return [line.a.text for line in soup.select(".desk-lines li")]


def test_a_clinician_sees_what_waits_for_their_review(as_, editor, clinician):
    mine, anyones, anothers = make.condition("Mine"), make.condition("Anyone's"), make.condition("Another's")
    reviewing.ask_for_review(mine, by=editor, clinician=clinician)
    reviewing.ask_for_review(anyones, by=editor)
    reviewing.ask_for_review(anothers, by=editor, clinician=make.user("Clinician"))
    client = as_(clinician)

    number, titles, address = cards(client)["Waiting for my review"]

    assert (number, titles) == (2, ["Mine", "Anyone's"])
    assert lines(client, address) == ["Mine", "Anyone's"]
    review = reverse("admin:conditions_condition_review", args=[mine.pk])
    assert f'href="{review}"' in client.get(address).content.decode()


def test_an_editor_sees_the_drafts_they_saved_last(as_, editor):
    mine, published, others = make.condition("Mine"), make.condition("Published"), make.condition("Others")
    for page, person in ((mine, editor), (published, editor), (others, make.user("Editor"))):
        keep(page, by=person)
    make.published(published)

    assert cards(as_(editor))["My drafts"][:2] == (1, ["Mine"])


def test_a_publisher_sees_what_is_unpublished_planned_and_published_lately(as_, publisher):
    draft, live, planned = make.condition("Draft"), make.condition("Live"), make.condition("Planned")
    make.published(live)
    make.published(planned)
    planned.overview = "<p>New.</p>"
    planned.save()
    actions.publish(planned, by=None, change="Later.", at=make.moment_ahead())

    found = cards(as_(publisher))

    assert set(found["Not published yet"][1]) == {draft.title, planned.title}
    assert found["Planned next"][:2] == (1, ["Planned"])
    assert found["Published in the last two weeks"][:2] == (2, ["Planned", "Live"])


def test_due_and_overdue_reviews_lead_to_the_conditions(as_, editor):
    today = timezone.localdate()
    for title, days in (("Overdue", -1), ("Soon", 29), ("Later", 40)):
        make.published(make.condition(title, next_review_on=today + datetime.timedelta(days=days)))
    make.condition("A draft", next_review_on=today)
    client = as_(editor)

    number, titles, address = cards(client)["To be reviewed within 30 days, or overdue"]

    assert (number, titles) == (2, ["Overdue", "Soon"])
    listed = BeautifulSoup(client.get(address).content, "html.parser").select("#result_list tbody th a")
    assert {link.text for link in listed} == {"Overdue", "Soon"}
    overdue = BeautifulSoup(client.get(address.replace("due", "overdue")).content, "html.parser")
    assert [link.text for link in overdue.select("#result_list tbody th a")] == ["Overdue"]


def test_findings_and_unhelpful_answers_are_counted_with_their_lists(as_, editor):
    page = make.published(make.information("About us", body=""))
    make.condition("Empty")
    for answer in ("yes", "no", "no"):
        Feedback.objects.create(page=page.page_ptr, answer=answer)

    found = cards(as_(editor))

    assert found["Pages with something to mend"][:2] == (1, ["Empty"])
    assert found["Readers for whom a page was not helpful"][0] == 2
    assert found["Readers for whom a page was not helpful"][2].endswith("?answer__exact=no")


def test_every_number_is_a_link_that_opens(as_, editor, publisher, clinician):
    make.published(make.condition())
    for person in (editor, publisher, clinician):
        client = as_(person)
        for _number, _titles, address in cards(client).values():
            assert client.get(address).status_code == 200


def test_a_coordinator_sees_no_list_of_pages(as_):
    client = as_(make.user("Coordinator"))

    assert cards(client) == {}
    for name in ("reviews", "my-drafts", "drafts", "planned", "published"):
        assert client.get(reverse("admin:desk", args=[name])).status_code == 403
    assert client.get(reverse("admin:desk", args=["none"])).status_code == 404


def test_the_first_page_asks_no_more_of_the_database_with_more_pages(as_, editor, django_assert_max_num_queries):
    for number in range(4):
        make.published(make.condition(f"Page {number}"))
    client = as_(editor)
    client.get("/admin/")

    with django_assert_max_num_queries(45):
        client.get("/admin/")
