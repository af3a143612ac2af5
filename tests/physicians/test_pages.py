import pytest
from bs4 import BeautifulSoup

from physicians.models import Location
from publishing import actions
from tests import make


@pytest.fixture
def read(client, db):
    return lambda address: BeautifulSoup(client.get(address).content, "html.parser")


def text_of(element):
    return " ".join(element.get_text(" ").split())


def test_a_profile_prints_the_facts_of_a_physician(read):
    physician = make.physician(
        "Adler",
        slug="ada-adler",
        credentials="MD",
        position="Neurosurgeon",
        patients="both",
        languages="English\nSpanish",
        gives_second_opinions=True,
        biography="<p>Treats spines.</p>",
        training="<ul><li>A school</li></ul>",
    )
    place = Location.objects.create(name="Spine Center", address="1 Example Avenue\nFloor 4", phone="212-555-0143")
    physician.locations.add(place)
    make.published(physician)

    soup = read("/physicians/ada-adler/")

    assert text_of(soup.h1) == "Ada Adler, MD"
    assert {text_of(fact.dt): text_of(fact.dd) for fact in soup.select(".facts > div")} == {
        "Position": "Neurosurgeon",
        "Ages treated": "Adults and children",
        "Languages": "English, Spanish",
        "Second opinions": "Yes",
        "New patients": "Welcome",
    }
    assert [text_of(heading) for heading in soup.select("article h2")] == ["About Dr. Adler", "Training"]
    assert "Spine Center 1 Example Avenue Floor 4 212-555-0143" in text_of(soup.aside)


def test_a_profile_lists_the_conditions_that_name_the_physician_once_each(read):
    physician = make.published(make.physician("Adler", slug="ada-adler"))
    condition = make.condition("Metastatic tumor", slug="metastatic-tumor")
    condition.physician_rows.create(physician=physician, is_lead=True)
    make.published(condition)

    links = read("/physicians/ada-adler/").select("#conditions a")

    assert [link["href"] for link in links] == ["/conditions/metastatic-tumor/"]


def test_the_sites_phone_stands_on_a_profile_to_be_pressed(read):
    make.published(make.site(phone="(212) 555-0142 ext. 7"))
    make.published(make.physician("Adler", slug="ada-adler"))

    assert read("/physicians/ada-adler/").select_one("aside a")["href"] == "tel:2125550142;ext=7"


def test_physicians_are_listed_by_family_name_with_those_for_children_marked(read):
    make.published(make.physician("Zell", given_names="Ada"))
    make.published(make.physician("Adler", given_names="Zoe", patients="pediatric"))

    cards = [text_of(card) for card in read("/physicians/").select(".physician")]

    assert cards == ["ZA Zoe Adler Pediatric", "AZ Ada Zell"]


def test_a_withdrawn_physician_has_no_page(client, read):
    physician = make.published(make.physician("Adler", slug="ada-adler"))

    actions.withdraw(physician, by=None, change="Has left.")

    assert client.get("/physicians/ada-adler/").status_code == 404
    assert not read("/physicians/").select(".physician")


@pytest.mark.parametrize("rows", [1, 10])
def test_physician_pages_cost_the_same_whatever_their_rows(client, db, rows, django_assert_num_queries):
    make.published(make.site())
    physician = make.published(make.physician("Adler", slug="ada-adler"))
    for number in range(rows):
        make.published(make.physician(f"Birch {number}"))
        condition = make.condition()
        condition.physician_rows.create(physician=physician)
        make.published(condition)

    with django_assert_num_queries(4):
        client.get("/physicians/")
    with django_assert_num_queries(4):
        client.get("/physicians/ada-adler/")
