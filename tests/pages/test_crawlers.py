import datetime
from xml.etree import ElementTree

import pytest
from time_machine import travel

from publishing import actions
from tests import make

pytestmark = pytest.mark.django_db

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEW_YEAR = datetime.datetime(2027, 1, 1, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def sitemap(client, settings):
    settings.SITE_URL = "https://spine.example"

    def sitemap():
        """The last change by path."""
        response = client.get("/sitemap.xml")
        assert response["Content-Type"] == "application/xml"
        found = ElementTree.fromstring(response.content).findall(f"{MAP}url")  # noqa: S314 - our own words
        addresses = {url.find(f"{MAP}loc").text: url.find(f"{MAP}lastmod") for url in found}
        assert len(addresses) == len(found)
        return {
            address.removeprefix("https://spine.example"): at
            if at is None
            else datetime.datetime.fromisoformat(at.text)
            for address, at in addresses.items()
        }

    return sitemap


def test_robots_are_kept_from_what_is_for_staff_and_told_of_the_sitemap(client, settings):
    settings.SITE_URL = "https://spine.example"

    lines = client.get("/robots.txt").content.decode().splitlines()

    assert lines == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /feedback/",
        "Disallow: /physicians/?",
        "Sitemap: https://spine.example/sitemap.xml",
    ]


@travel(NEW_YEAR, tick=False)
def test_who_finds_a_weakness_is_told_whom_to_tell(client, settings):
    settings.SITE_URL = "https://spine.example"

    response = client.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in response.content.decode().splitlines())

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert fields["Contact"] == "https://spine.example/"
    assert fields["Canonical"] == "https://spine.example/.well-known/security.txt"
    expires = datetime.datetime.fromisoformat(fields["Expires"])
    assert NEW_YEAR < expires < NEW_YEAR + 365 * DAY
    assert client.get(fields["Contact"].removeprefix("https://spine.example")).status_code == 200
    assert "Policy" not in fields


def test_a_site_that_says_how_it_takes_reports_of_weaknesses_names_the_page(client, settings):
    settings.SITE_URL = "https://spine.example"
    make.published(make.information("Security", slug="security"))
    make.published(make.information("Contact", slug="contact-and-directions"))

    assert (
        "\nPolicy: https://spine.example/about/security/\n" in client.get("/.well-known/security.txt").content.decode()
    )


def test_the_sitemap_lists_what_can_be_read_and_nothing_else(client, sitemap):
    make.published(make.site())
    make.published(make.term("Tumor"))
    make.published(make.condition(slug="tumor"))
    make.published(make.article(slug="opening"))
    make.condition(slug="draft")
    actions.withdraw(make.published(make.symptom(slug="pain")), by=None, change="Wrong.")

    paths = set(sitemap())

    assert {"/", "/conditions/", "/conditions/tumor/", "/news/opening/", "/glossary/", "/appointments/"} <= paths
    assert not {"/conditions/draft/", "/symptoms/pain/"} & paths
    assert all(client.get(path).status_code == 200 for path in paths)


def test_a_pages_last_change_is_that_of_anything_it_shows(sitemap):
    with travel(NEW_YEAR, tick=False) as clock:
        pain, physician = make.published(make.symptom(slug="pain")), make.published(make.physician(slug="adler"))
        condition = make.condition(slug="tumor")
        condition.symptom_rows.create(symptom=pain)
        condition.physician_rows.create(physician=physician)
        make.published(condition)
        make.published(make.condition(slug="other"))

        clock.shift(DAY)
        make.published(pain)
        changed = sitemap()
        assert changed["/symptoms/pain/"] == changed["/conditions/tumor/"] == changed["/symptoms/"] == NEW_YEAR + DAY
        assert changed["/conditions/"] == NEW_YEAR + DAY  # which lists the symptoms of conditions
        assert changed["/conditions/other/"] == changed["/physicians/adler/"] == NEW_YEAR

        clock.shift(DAY)
        actions.withdraw(physician, by=None, change="Has left.")
        changed = sitemap()
        assert changed["/conditions/tumor/"] == changed["/physicians/"] == NEW_YEAR + 2 * DAY
        assert "/physicians/adler/" not in changed


def test_a_hubs_last_change_is_that_of_its_own_words_or_of_the_list_it_shows(sitemap):
    with travel(NEW_YEAR, tick=False) as clock:
        make.published(make.hub(slug="tumors", gathers="tumor"))
        make.published(make.hub(slug="infections", gathers="infection"))
        chordoma = make.published(make.condition(category="tumor", patients="pediatric"))
        make.published(make.condition(category="tumor"))
        discitis = make.published(make.condition(category="infection"))

        def changed():
            found = sitemap()
            return {hub: found.get(f"/conditions/kinds/{hub}/") for hub in ("tumors", "infections")}

        clock.shift(DAY)
        make.published(discitis)
        assert changed() == {"tumors": NEW_YEAR, "infections": NEW_YEAR + DAY}

        clock.shift(DAY)
        chordoma.category = "nerve"
        chordoma.save()
        make.published(chordoma, "Moved.")
        assert changed() == {"tumors": NEW_YEAR + 2 * DAY, "infections": NEW_YEAR + DAY}

        clock.shift(DAY)
        make.published(chordoma, "Reworded where it is now.")
        assert changed()["tumors"] == NEW_YEAR + 2 * DAY

        actions.withdraw(discitis, by=None, change="Wrong.")
        assert changed() == {"tumors": NEW_YEAR + 2 * DAY, "infections": NEW_YEAR + 3 * DAY}

        clock.shift(DAY)
        actions.withdraw(make.published(make.condition(category="tumor")), by=None, change="A mistake.")
        assert changed()["tumors"] == NEW_YEAR + 4 * DAY


def test_a_planned_change_is_no_change_yet(sitemap):
    with travel(NEW_YEAR, tick=False):
        condition = make.published(make.condition(slug="tumor"))
        actions.publish(condition, by=None, change="Later.", at=NEW_YEAR + DAY, waiting="keep")

        assert sitemap()["/conditions/tumor/"] == NEW_YEAR


def test_a_story_that_has_ended_is_a_change_of_what_showed_it(sitemap):
    with travel(NEW_YEAR, tick=False) as clock:
        story = make.article(slug="walk", kind_of="story", consent_on="2026-01-01", consent_until="2027-01-02")
        make.published(story)

        clock.shift(5 * DAY)
        changed = sitemap()

        assert "/news/walk/" not in changed
        assert changed["/news/"] == datetime.datetime(2027, 1, 3, 5, tzinfo=datetime.UTC)


@pytest.mark.parametrize("rows", [1, 20])
def test_the_sitemap_costs_two_queries_whatever_it_lists(client, rows, django_assert_num_queries):
    for _row in range(rows):
        condition = make.condition()
        condition.symptom_rows.create(symptom=make.published(make.symptom()))
        make.published(condition)

    with django_assert_num_queries(2):
        client.get("/sitemap.xml")


@pytest.mark.parametrize("address", ["/robots.txt", "/sitemap.xml", "/.well-known/security.txt", "/news/feed/"])
def test_they_are_for_reading_only_and_set_no_cookie(client, address):
    assert not client.get(address).cookies
    assert client.post(address).status_code == 405
