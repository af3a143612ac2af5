import pytest
from bs4 import BeautifulSoup

from physicians.models import Location
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    adler = make.physician("Adler", languages="English\nSpanish", gives_second_opinions=True)
    adler.locations.add(Location.objects.create(name="East & West", address="1 East Street"))
    make.published(adler)
    make.published(make.physician("Birch", languages="English", patients="pediatric"))
    make.published(make.physician("Cole", patients="both", accepts_new_patients=False))
    condition = make.condition("Tumor", slug="tumor")
    condition.physician_rows.create(physician=adler)
    make.published(condition)


def read(client, query=""):
    return BeautifulSoup(client.get(f"/physicians/{query}").content, "html.parser")


def names(soup):
    return [name.text.split()[-1] for name in soup.select(".physician-name")]


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("?patients=pediatric", ["Birch", "Cole"]),
        ("?patients=adult", ["Adler", "Cole"]),
        ("?language=Spanish", ["Adler"]),
        ("?location=East+%26+West", ["Adler"]),
        ("?condition=tumor", ["Adler"]),
        ("?second-opinion=yes", ["Adler"]),
        ("?new-patients=yes", ["Adler", "Birch"]),
        ("?language=English&patients=pediatric", ["Birch"]),
    ],
)
def test_each_filter_leaves_those_it_names(client, staff, query, left):
    soup = read(client, query)

    assert names(soup) == left
    assert soup.h2.text.startswith(f"{len(left)} physician")


@pytest.mark.parametrize("query", ["", "?language=English", "?patients=pediatric"])
def test_every_link_leaves_as_many_as_it_says(client, staff, query):
    links = read(client, query).select(".filters a:not([aria-current])")

    assert links
    for link in links:
        assert link.text.endswith(f"({len(names(read(client, link['href'].removeprefix('/physicians/'))))})")


def test_what_leads_to_nothing_is_no_link_and_what_is_chosen_can_be_removed(client, staff):
    soup = read(client, "?patients=pediatric")

    assert "Spanish (0)" in [span.text for span in soup.select(".filters li > span")]
    assert [link["href"] for link in soup.select(".filters a[aria-current]")] == ["/physicians/"]
    assert soup.find("a", string="Clear all: show every physician")["href"] == "/physicians/"


def test_a_condition_is_offered_only_while_it_is_live(client, staff):
    make.condition("Draft", slug="draft").physician_rows.create(physician=make.published(make.physician("Dee")))

    assert "Draft" not in read(client).select_one(".filters").text


def test_filtered_lists_are_not_for_search_engines(client, staff, settings):
    settings.SITE_URL = "https://spine.example"

    soup = read(client, "?patients=adult")

    assert client.get("/physicians/?patients=adult")["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in client.get("/physicians/")
    assert soup.select_one("link[rel=canonical]")["href"] == "https://spine.example/physicians/"


def test_an_unknown_value_is_left_out_and_said_so(client, staff):
    soup = read(client, "?language=Klingon")

    assert names(soup) == ["Adler", "Birch", "Cole"]
    assert "so we left it out" in soup.main.text


def test_what_nobody_fits_says_so_and_offers_everyone(client, staff):
    soup = read(client, "?language=Spanish&patients=pediatric")

    assert soup.h2.text.startswith("0 physicians: ")
    assert soup.find("a", string="Clear all: show every physician")
