import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError

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


def test_a_profile_lists_what_the_physician_performs_and_where_the_papers_are(read):
    adler = make.physician("Adler", slug="ada-adler", publications_url="https://papers.example.org/?author=adler")
    make.published(adler)
    fusion = make.treatment("Spinal fusion", slug="fusion", method="surgery")
    fusion.physician_rows.create(physician=adler)
    make.published(fusion)

    soup = read("/physicians/ada-adler/")

    assert [link["href"] for link in soup.select("#treatments a")] == ["/treatments/fusion/"]
    papers = soup.select_one("#publications a")
    assert (papers["href"], papers["rel"]) == ("https://papers.example.org/?author=adler", ["noopener", "noreferrer"])
    assert text_of(papers) == "Papers by Dr. Adler on papers.example.org"


def test_a_treatment_names_who_performs_it_those_for_children_last(read):
    birch = make.published(make.physician("Birch", slug="birch", patients="pediatric"))
    adler, draft = make.published(make.physician("Adler", slug="adler")), make.physician("Cole")
    fusion = make.treatment("Spinal fusion", slug="fusion")
    for position, physician in enumerate((birch, adler, draft)):
        fusion.physician_rows.create(physician=physician, position=position)
    make.published(fusion)

    soup = read("/treatments/fusion/")

    assert [link["href"] for link in soup.select("#physicians a")] == ["/physicians/adler/", "/physicians/birch/"]


def test_without_performers_papers_or_procedures_no_heading_is_printed(read):
    make.published(make.physician("Adler", slug="ada-adler"))
    make.published(make.treatment(slug="fusion"))

    assert not read("/physicians/ada-adler/").select("#treatments, #publications")
    assert not read("/treatments/fusion/").select("#physicians")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://example.org/", "example"])
def test_papers_are_linked_at_safe_addresses_alone(db, url):
    physician = make.physician("Adler", publications_url=url)

    with pytest.raises(ValidationError) as refused:
        physician.full_clean()

    assert set(refused.value.message_dict) == {"publications_url"}


def test_the_home_page_shows_physicians_by_family_name_and_leads_to_all(read):
    for family_name in ("Young", "Adler"):
        make.published(make.physician(family_name))
    few = read("/")
    for number in range(12):
        make.published(make.physician(f"Cole{number:02}"))

    many = read("/")

    assert [text_of(name) for name in few.select("main .physician-name")] == ["Ada Adler", "Ada Young"]
    assert not [link for link in few.main.select("a") if text_of(link) == "All physicians"]
    assert len(many.select("main .physician")) == 12
    assert [link["href"] for link in many.main.select("a") if text_of(link) == "All physicians"] == ["/physicians/"]
