"""The pages that gather conditions by kind and by age, and the ways that lead to them."""

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from conditions.models import Hub
from publishing import actions, reviewing
from publishing.drafts import Draft
from publishing.models import Edition
from tests import make
from tests.constraints import broken
from tests.forms import submitted

pytestmark = pytest.mark.django_db

TUMORS = "/conditions/kinds/tumors/"


@pytest.fixture
def read(client):
    """A function that reads an address as parsed HTML."""

    def read(address):
        response = client.get(address)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    return read


@pytest.fixture
def tumors():
    return make.published(make.hub("Tumors", slug="tumors", summary="Lumps.", introduction="<p>What they share.</p>"))


def condition(title, category="", patients="adult", **fields):
    return make.published(make.condition(title, category=category, patients=patients, **fields))


def words_of(element):
    return " ".join(element.get_text(" ").split())


def links(soup, selector):
    return [(link.text, link["href"]) for link in soup.select(f"{selector} a")]


# The rules


def test_a_kind_and_an_age_have_one_hub_each(tumors):
    with pytest.raises(ValidationError, match="Another page gathers these conditions already."):
        Hub(title="More", slug="more", gathers="tumor").full_clean()
    with broken("one_hub_for_each_kind_and_age"):
        make.hub(gathers="tumor")


def test_a_hub_gathers_a_kind_or_an_age():
    with pytest.raises(ValidationError, match="Choose which conditions stand here."):
        Hub(title="More", slug="more", kind="hub", gathers="other").validate_constraints()
    with broken("a_hub_gathers_a_kind_or_an_age"):
        make.hub(gathers="other")


# The page


def test_a_hub_introduces_the_conditions_of_its_kind_from_a_to_z(read, tumors):
    condition("Metastatic tumor", "tumor", summary="A cancer that spread.", slug="metastatic")
    condition("chordoma", "tumor", slug="chordoma")
    condition("Scoliosis", "deformity")
    condition("Backache")
    make.condition("Draft", category="tumor")
    actions.withdraw(condition("Gone", "tumor"), by=None, change="Wrong.")

    soup = read(TUMORS)

    assert soup.h1.text == "Tumors"
    assert words_of(soup.select_one(".lead")) == "Lumps."
    assert words_of(soup.select_one("#introduction .text")) == "What they share."
    assert [words_of(entry) for entry in soup.select("#conditions li")] == [
        "chordoma",
        "Metastatic tumor A cancer that spread.",
    ]
    assert [link["href"] for link in soup.select("#conditions li a")] == [
        "/conditions/chordoma/",
        "/conditions/metastatic/",
    ]
    assert links(soup, ".crumbs") == [("Home", "/"), ("Conditions", "/conditions/")]
    assert "Last published" in words_of(soup.select_one(".published"))
    assert soup.select_one(".card a.button")["href"] == "/appointments/"
    assert soup.select_one(".helpful a")


@pytest.mark.parametrize(("age", "found"), [("adult", ["Adult", "Both"]), ("pediatric", ["Both", "Pediatric"])])
def test_a_hub_of_an_age_gathers_what_befalls_that_age_and_both(read, age, found):
    make.published(make.hub(slug="age", gathers=age))
    for patients in ("adult", "pediatric", "both"):
        condition(patients.capitalize(), patients=patients)

    assert [name for name, _address in links(read("/conditions/kinds/age/"), "#conditions")] == found


def test_a_hub_shows_what_a_condition_says_since_its_last_edition(read, tumors):
    moved = condition("Moved", "tumor")
    moved.category, moved.title = "nerve", "Renamed"
    moved.save()
    assert links(read(TUMORS), "#conditions")[0][0] == "Moved"

    make.published(moved, "Another kind.")

    assert "Moved" not in read(TUMORS).text
    assert "Renamed" not in read(TUMORS).text


def test_a_hub_leads_to_the_others(read, tumors):
    condition("Chordoma", "tumor", patients="both")
    condition("Scoliosis", "deformity", patients="pediatric")
    for title, gathers in (("Children", "pediatric"), ("Curves", "deformity"), ("Infections", "infection")):
        make.published(make.hub(title, slug=title.lower(), gathers=gathers))
    make.hub("Adults", gathers="adult")

    assert links(read(TUMORS), "#others") == [
        ("Curves", "/conditions/kinds/curves/"),
        ("Infections", "/conditions/kinds/infections/"),
        ("Children", "/conditions/kinds/children/"),
    ]


def test_a_hub_explains_the_words_of_the_glossary(read, tumors):
    make.published(make.term("Share", slug="share", meaning="to have in common"))

    assert read(TUMORS).select_one(".text .explained").text == "share"


def test_a_hub_says_who_reviewed_it(read, tumors):
    reviewing.review(
        tumors,
        by=make.user("Clinician"),
        signed_as="Ada Adler, MD",
        clinical_hash=Draft.of(tumors).clinical_hash,
        decision="approved",
    )

    assert "Medically reviewed by Ada Adler, MD" in words_of(read(TUMORS).select_one(".published"))


def test_a_hub_without_conditions_says_so_and_leads_on(read, tumors):
    condition("Scoliosis", "deformity")

    soup = read(TUMORS)

    assert "What they share." in soup.text
    assert "None of our pages is about such a condition yet." in words_of(soup.select_one("#conditions"))
    assert links(soup, "#conditions") == [("all conditions", "/conditions/")]


def test_pages_and_the_sitemap_lead_to_a_hub_without_conditions_too(client, read, tumors):
    condition("Scoliosis", "deformity")
    make.published(make.hub(slug="curves", gathers="deformity"))

    for address in ("/", "/conditions/", "/conditions/kinds/curves/"):
        assert read(address).select(f"main a[href='{TUMORS}']")
    assert TUMORS in client.get("/sitemap.xml").content.decode()


def test_an_earlier_address_of_a_hub_leads_to_the_present_one(client, tumors):
    tumors.slug = "growths"
    tumors.save()
    make.published(tumors, "Renamed.")

    assert client.get(TUMORS)["Location"] == "/conditions/kinds/growths/"
    assert client.get("/conditions/kinds/unknown/").status_code == 404


def test_the_addresses_of_hubs_and_of_conditions_stay_apart(client, tumors):
    condition("Kinds", slug="kinds")
    condition("Tumors, the condition", slug="tumors")

    assert "<h1>Kinds</h1>" in client.get("/conditions/kinds/").content.decode()
    assert client.get("/conditions/kinds/image.png")["Content-Type"] == "image/png"
    assert "<h1>Tumors, the condition</h1>" in client.get("/conditions/tumors/").content.decode()
    assert "<h1>Tumors</h1>" in client.get(TUMORS).content.decode()


# The ways in


def test_the_list_of_conditions_leads_to_hubs_and_names_kinds_without_one(read, tumors):
    condition("Chordoma", "tumor", patients="both")
    condition("Discitis", "infection")
    make.published(make.hub("Children", slug="children", gathers="pediatric"))
    make.published(make.hub("Curves", slug="curves", gathers="deformity"))
    make.hub("Infections, a draft", gathers="infection")

    kinds, ages = read("/conditions/").select("#ways .names")[:2]

    assert [words_of(entry) for entry in kinds.select("li")] == ["Tumors", "Curves", "Infection"]
    assert [link for _name, link in links(kinds, "li")] == [TUMORS, "/conditions/kinds/curves/"]
    assert [words_of(entry) for entry in ages.select("li")] == ["Children", "Adults"]
    assert links(ages, "li") == [("Children", "/conditions/kinds/children/")]


def test_the_list_of_conditions_leads_to_their_symptoms_and_to_no_others(read):
    pain, numbness = make.published(make.symptom("Pain", slug="pain")), make.published(make.symptom("Numbness"))
    chordoma, draft = make.condition("Chordoma"), make.condition("Draft")
    chordoma.symptom_rows.create(symptom=pain)
    draft.symptom_rows.create(symptom=numbness)
    make.published(chordoma)

    ways = read("/conditions/").select_one("#ways")

    assert ("Pain", "/symptoms/pain/") in links(ways, "li")
    assert "Numbness" not in ways.text
    assert ways.select("a[href='/symptoms/']")


def test_a_site_without_conditions_and_hubs_offers_no_other_ways_to_them(read):
    assert not read("/conditions/").select("#ways")
    assert not read("/").select(".names")


def test_the_home_page_leads_to_hubs(read, tumors):
    condition("Chordoma", "tumor")
    make.published(make.hub("Adults", slug="adults", gathers="adult"))

    assert links(read("/"), ".names") == [("Tumors", TUMORS), ("Adults", "/conditions/kinds/adults/")]


def test_the_kind_of_a_condition_leads_to_its_hub_where_one_is_live(read, tumors):
    condition("Chordoma", "tumor", slug="chordoma")
    assert links(read("/conditions/chordoma/"), ".glance") == [("Tumor", TUMORS)]

    actions.withdraw(tumors, by=None, change="Outdated.")

    glance = read("/conditions/chordoma/").select_one(".glance")
    assert not glance.select("a")
    assert "Kind Tumor" in words_of(glance)


def test_the_navigation_marks_conditions_on_a_hub(read, tumors):
    current = read(TUMORS).select(".navigation [aria-current]")

    assert [(link.text, link["aria-current"]) for link in current] == [("Conditions", "true")]


# The admin


def test_an_editor_writes_a_hub_sees_it_as_patients_will_and_a_publisher_publishes_it(as_, read):
    condition("Chordoma", "tumor")
    editor = as_(make.user("Editor"))

    form = submitted(editor.get(reverse("admin:conditions_hub_add")))
    form |= {"title": "Tumors", "slug": "tumors", "gathers": "tumor", "introduction": "<p>What they share.</p>"}
    saved = editor.post(reverse("admin:conditions_hub_add"), form | {"_preview": ""})
    preview = BeautifulSoup(editor.get(saved["Location"]).content, "html.parser")
    assert [link.text for link in preview.select("#conditions a")] == ["Chordoma"]
    assert "What they share." in preview.text
    assert not Edition.objects.live(timezone.now()).filter(kind="hub").exists()

    publisher = as_(make.user("Publisher"))
    publish = reverse("admin:conditions_hub_publish", args=[Hub.objects.get().pk])
    publisher.post(publish, submitted(publisher.get(publish)) | {"change": "First edition.", "despite": "A test."})

    assert read(TUMORS).h1.text == "Tumors"


def test_a_second_hub_for_a_kind_is_refused_in_words(as_, tumors):
    editor = as_(make.user("Editor"))
    form = submitted(editor.get(reverse("admin:conditions_hub_add")))

    response = editor.post(
        reverse("admin:conditions_hub_add"),
        form | {"title": "More", "slug": "more", "gathers": "tumor", "_save": ""},
    )

    assert "Another page gathers these conditions already." in response.content.decode()
    assert Hub.objects.count() == 1


def test_the_list_of_hubs_says_what_each_gathers(as_, tumors):
    page = as_(make.user("Editor")).get(reverse("admin:conditions_hub_changelist")).content.decode()

    assert "Tumor</td>" in page
