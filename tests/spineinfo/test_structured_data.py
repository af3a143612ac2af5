"""What pages tell machines: only words of schema.org, and only what the page says."""

import json

import pytest
from bs4 import BeautifulSoup

from physicians.models import Location
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# Of each type of schema.org that the site uses, the properties it uses, its own and inherited ones.
THING = {"name", "url", "description", "alternateName"}
VOCABULARY = {
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"name", "position", "item"},
    "MedicalWebPage": THING | {"inLanguage", "dateModified", "lastReviewed", "reviewedBy", "mainEntity"},
    "WebPage": THING | {"inLanguage", "dateModified"},
    "CollectionPage": THING | {"inLanguage", "dateModified", "lastReviewed", "reviewedBy", "hasPart"},
    "MedicalCondition": THING
    | {"signOrSymptom", "typicalTest", "possibleTreatment", "riskFactor", "associatedAnatomy"},
    "MedicalSymptom": THING,
    "MedicalTest": THING | {"usedToDiagnose"},
    "MedicalTherapy": THING,
    "MedicalProcedure": THING,
    "MedicalRiskFactor": THING,
    "Person": THING,
    "AnatomicalStructure": THING,
    "Physician": THING | {"knowsLanguage", "isAcceptingNewPatients", "location"},
    "Place": THING | {"address", "telephone"},
    "DefinedTermSet": THING | {"hasDefinedTerm"},
    "DefinedTerm": THING,
    "NewsArticle": THING | {"headline", "datePublished", "dateModified", "about"},
    "Article": THING | {"headline", "datePublished", "dateModified", "about"},
}
ADDRESSES = [
    "/conditions/tumor/",
    "/conditions/kinds/tumors/",
    "/symptoms/pain/",
    "/tests/scan/",
    "/treatments/fusion/",
    "/treatments/rest/",
    "/physicians/adler/",
    "/glossary/",
    "/news/opening/",
    "/about/privacy/",
    "/conditions/",
]


@pytest.fixture
def site(db, settings):
    settings.SITE_URL = "https://spine.example"
    pain = make.published(make.symptom("Pain", slug="pain", summary="It hurts.", also_called="ache"))
    scan = make.published(make.diagnostic_test("Scan", slug="scan", also_called="MRI"))
    fusion = make.published(make.treatment("Fusion", slug="fusion", method="surgery", also_called="joining"))
    rest = make.published(make.treatment("Rest", slug="rest"))
    adler = make.physician("Adler", slug="adler", credentials="MD", languages="English\nSpanish")
    adler.locations.add(Location.objects.create(name="East", address="1 East Street\nNew York", phone="212-555-0143"))
    make.published(adler)
    condition = make.condition("Tumor", slug="tumor", also_called="growth", regions=["cervical", "lumbar"])
    condition.category = "tumor"
    make.published(make.hub("Tumors", slug="tumors", summary="Lumps."))
    condition.summary = "A </script><script>alert(1)</script> lump & more."
    condition.save()
    condition.term_rows.create(term=make.published(make.term("Tumor", slug="tumor", variants="tumors")))
    condition.symptom_rows.create(symptom=pain)
    condition.test_rows.create(test=scan)
    condition.treatment_rows.create(treatment=fusion)
    condition.treatment_rows.create(treatment=rest, goal="relieve", position=1)
    condition.physician_rows.create(physician=adler)
    make.published(condition)
    article = make.article("Opening", slug="opening", dated_on="2026-10-02")
    article.condition_rows.create(condition=condition)
    make.published(article)
    make.published(make.information("Privacy", slug="privacy"))


@pytest.fixture
def data(client, site):
    def data(address):
        """The page, and its things by type."""
        soup = BeautifulSoup(client.get(address).content, "html.parser")
        found = [json.loads(block.string) for block in soup.select("script[type='application/ld+json']")]
        assert all(thing["@context"] == "https://schema.org" for thing in found)
        return soup, {thing["@type"]: thing for thing in found}

    return data


def things(value):
    """Every thing within `value`, itself included."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from things(part)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_word_is_one_of_schema_org(data, address):
    for thing in things(list(data(address)[1].values())):
        assert set(thing) - {"@context", "@type"} <= VOCABULARY[thing["@type"]]


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_is_claimed_that_the_page_does_not_say(data, address):
    soup, found = data(address)
    for block in soup.select("script"):
        block.decompose()
    said = " ".join(soup.body.get_text(" ").split())
    links = {f"https://spine.example{link['href']}" for link in soup.select("a[href]")}
    own = f"https://spine.example{address}"

    for thing in things(list(found.values())):
        for name in ("name", "headline", "description", "telephone"):
            assert " ".join(thing.get(name, "").split()) in said
        for name in ("alternateName", "knowsLanguage"):
            assert all(word in said for word in thing.get(name, []))
        for name in ("url", "item"):
            assert thing.get(name, own) in links | {own} or thing["@type"] == "DefinedTerm"


def test_a_condition_is_told_with_its_symptoms_tests_and_treatments(data):
    page = data("/conditions/tumor/")[1]["MedicalWebPage"]
    condition = page["mainEntity"]

    assert (page["url"], page["inLanguage"]) == ("https://spine.example/conditions/tumor/", "en-us")
    assert condition["@type"] == "MedicalCondition"
    assert condition["alternateName"] == ["growth"]
    assert condition["associatedAnatomy"]["name"] == "Cervical and lumbar spine"
    assert [(t["@type"], t["name"]) for t in condition["signOrSymptom"]] == [("MedicalSymptom", "Pain")]
    assert condition["typicalTest"][0]["url"] == "https://spine.example/tests/scan/"
    assert [t["name"] for t in condition["possibleTreatment"]] == ["Fusion", "Rest"]
    assert not {"lastReviewed", "reviewedBy"} & page.keys()


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/symptoms/pain/", "MedicalSymptom"),
        ("/tests/scan/", "MedicalTest"),
        ("/treatments/fusion/", "MedicalProcedure"),
        ("/treatments/rest/", "MedicalTherapy"),
    ],
)
def test_an_entry_of_the_library_is_what_its_page_is_about(data, address, kind):
    assert data(address)[1]["MedicalWebPage"]["mainEntity"]["@type"] == kind


def test_a_hub_is_a_collection_of_the_pages_that_it_lists(data):
    hub = data("/conditions/kinds/tumors/")[1]["CollectionPage"]

    assert (hub["name"], hub["description"]) == ("Tumors", "Lumps.")
    assert [(page["@type"], page["name"], page["url"]) for page in hub["hasPart"]] == [
        ("MedicalWebPage", "Tumor", "https://spine.example/conditions/tumor/")
    ]
    assert not {"lastReviewed", "reviewedBy"} & hub.keys()


def test_a_physician_is_told_with_where_and_how_to_be_seen(data):
    physician = data("/physicians/adler/")[1]["Physician"]

    assert (physician["name"], physician["isAcceptingNewPatients"]) == ("Ada Adler, MD", True)
    assert physician["knowsLanguage"] == ["English", "Spanish"]
    assert physician["location"] == [
        {"@type": "Place", "name": "East", "address": "1 East Street, New York", "telephone": "212-555-0143"}
    ]


def test_the_glossary_defines_its_terms(data):
    terms = data("/glossary/")[1]["DefinedTermSet"]["hasDefinedTerm"]

    assert [(term["name"], term["url"]) for term in terms] == [("Tumor", "https://spine.example/glossary/#tumor")]


@pytest.mark.parametrize(
    ("kind_of", "kind"), [("news", "NewsArticle"), ("publication", "Article"), ("story", "Article")]
)
def test_an_article_is_dated(data, kind_of, kind):
    make.published(
        make.article("A", slug="a", kind_of=kind_of, dated_on="2026-01-02", consent_on="2026-01-01", summary="B.")
    )

    assert data("/news/a/")[1][kind]["datePublished"] == "2026-01-02"
    assert data("/news/opening/")[1]["NewsArticle"]["about"][0]["@type"] == "MedicalCondition"


def test_crumbs_are_told_as_they_are_shown(data):
    soup, found = data("/physicians/adler/")

    items = found["BreadcrumbList"]["itemListElement"]
    shown = [(link.text, f"https://spine.example{link['href']}") for link in soup.select(".crumbs a")]
    assert [(item["name"], item["item"]) for item in items] == shown
    assert [item["position"] for item in items] == [1, 2]


def test_no_text_can_leave_its_block(client, site):
    html = client.get("/conditions/tumor/").content.decode()

    assert "<script>alert" not in html
    assert "A \\u003C/script\\u003E" in html
