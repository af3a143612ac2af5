import pytest
from bs4 import BeautifulSoup

from conditions.spine_map import spine_map
from publishing import actions
from publishing.alphabet import letter_of
from tests import make


@pytest.fixture
def read(client, db):
    """A function that reads an address as parsed HTML."""
    return lambda address: BeautifulSoup(client.get(address).content, "html.parser")


def text_of(element):
    return " ".join(element.get_text(" ").split())


# Conditions A to Z


def test_letters_without_conditions_are_no_links(read):
    make.published(make.condition("Metastatic tumor"))
    make.published(make.condition("Chordoma"))

    letters = read("/conditions/").select_one(".letters")

    assert [link["href"] for link in letters.select("a")] == ["#letter-c", "#letter-m"]
    assert len(letters.select("span")) == 24


def test_other_names_stand_in_the_alphabet_and_lead_to_the_page(read):
    make.published(make.condition("Herniated disc", slug="herniated-disc", also_called="slipped disc\nHERNIATED DISC"))

    entries = read("/conditions/").select(".letter li")

    assert [text_of(entry) for entry in entries] == ["Herniated disc", "Slipped disc Herniated disc"]
    assert {entry.a["href"] for entry in entries} == {"/conditions/herniated-disc/"}


@pytest.mark.parametrize(("name", "letter"), [("Émile", "E"), ("“Quoted”", "Q"), ("5q syndrome", "0–9"), ("ßx", "S")])
def test_a_name_stands_under_its_plain_capital(name, letter):
    assert letter_of(name) == letter


def test_conditions_stand_under_each_of_their_regions_and_the_map_leads_there(read):
    make.published(make.condition("Compression fracture", regions=["thoracic", "lumbar"]))
    make.published(make.condition("Scoliosis", regions=["whole"]))

    soup = read("/conditions/")

    found = {region["id"]: [link.text for link in region.select("a")] for region in soup.select(".region")}
    assert found == {
        "thoracic": ["Compression fracture"],
        "lumbar": ["Compression fracture"],
        "whole": ["Scoliosis"],
    }
    assert [link["href"] for link in soup.select(".spine a")] == ["/conditions/#thoracic", "/conditions/#lumbar"]
    assert "1 condition" in text_of(soup.select_one(".spine-lumbar"))


def test_a_site_without_conditions_shows_no_map(read):
    soup = read("/conditions/")

    assert not soup.select(".spine, .region, .letters a")


def test_the_map_draws_every_vertebra():
    bodies = {region.key: region.body.count("M") for region in spine_map().regions}

    assert bodies == {"cervical": 7, "thoracic": 12, "lumbar": 5, "sacral": 9}


# Symptoms, tests and treatments


@pytest.fixture
def tumor(db):
    return make.condition("Metastatic tumor", slug="metastatic-tumor", summary="A cancer that spread.")


def test_a_symptom_says_when_to_get_help_and_which_conditions_can_cause_it(read, tumor):
    pain = make.symptom("Back pain", slug="back-pain", overview="<p>An ache.</p>", getting_help="<p>Call us.</p>")
    tumor.symptom_rows.create(symptom=make.published(pain), note="often worse at night")
    make.published(tumor)

    soup = read("/symptoms/back-pain/")

    assert [heading.text for heading in soup.select("article h2")] == [
        "What it can mean",
        "When to get help",
        "Conditions that can cause it",
    ]
    assert soup.select_one("#conditions a")["href"] == "/conditions/metastatic-tumor/"
    assert "often worse at night" in text_of(soup.select_one("#conditions"))


def test_a_test_says_what_it_is_what_it_feels_like_and_how_to_prepare(read, tumor):
    texts = {name: f"<p>{name}</p>" for name in ("description", "experience", "preparation")}
    scan = make.diagnostic_test("MRI scan", slug="mri", also_called="MR scan\nmagnetic resonance imaging", **texts)
    tumor.test_rows.create(test=make.published(scan))
    make.published(tumor)

    soup = read("/tests/mri/")

    assert [heading.text for heading in soup.select("article h2")] == [
        "What it is",
        "What it feels like",
        "How to prepare",
        "Conditions it is used for",
    ]
    assert "Also known as MR scan, magnetic resonance imaging" in text_of(soup.select_one(".hero"))


def test_a_surgery_overview_answers_its_seven_questions_in_order(read, tumor):
    treatment = make.treatment("Laminectomy", slug="laminectomy", method="surgery")
    for part in treatment.PARTS:
        setattr(treatment, part, f"<p>{part}</p>")
    treatment.save()
    tumor.treatment_rows.create(treatment=make.published(treatment))
    make.published(tumor)

    soup = read("/treatments/laminectomy/")

    assert [heading.text for heading in soup.select("article h2")] == [
        "What it is",
        "When it is done",
        "How it is done",
        "How to prepare",
        "Afterwards",
        "Risks",
        "Questions to ask",
        "Conditions treated with it",
    ]


@pytest.mark.parametrize("kind", ["symptom", "test", "treatment"])
def test_an_entry_that_no_page_mentions_has_no_list_of_conditions(read, kind):
    make_entry = {"symptom": make.symptom, "test": make.diagnostic_test, "treatment": make.treatment}[kind]
    make.published(make_entry("Alone", slug="alone"))

    assert not read(f"/{kind}s/alone/").select("article section")


def test_treatments_are_listed_by_their_method(read):
    make.published(make.treatment("Spinal fusion", method="surgery"))
    make.published(make.treatment("Pain medicines", method="medicine"))

    soup = read("/treatments/")

    groups = [(text_of(group.h2), text_of(group.a)) for group in soup.select("article section, .prose section")]
    assert groups == [("Medicine", "Pain medicines"), ("Surgery", "Spinal fusion")]


def test_symptoms_and_tests_are_listed(read):
    make.published(make.symptom("Back pain", also_called="backache", summary="An ache."))
    make.published(make.diagnostic_test("X-ray", summary="Pictures of bones."))

    assert [text_of(entry) for entry in read("/symptoms/").select(".letter li")] == [
        "Back pain An ache.",
        "Backache Back pain",
    ]
    assert [text_of(entry) for entry in read("/tests/").select(".links li")] == ["X-ray Pictures of bones."]


# What they cost


@pytest.mark.parametrize("rows", [1, 15])
def test_pages_cost_the_same_whatever_their_rows(client, db, rows, django_assert_num_queries):
    make.published(make.site())
    make.published(make.hub(slug="tumors"))
    make.published(make.hub(gathers="adult"))
    pain = make.published(make.symptom(slug="pain", also_called="ache"))
    scan = make.published(make.diagnostic_test(slug="scan"))
    fusion = make.published(make.treatment(slug="fusion"))
    for number in range(rows):
        slug = "first" if number == 0 else f"another-{number}"
        condition = make.condition(slug=slug, regions=["lumbar"], also_called="another name", category="tumor")
        condition.symptom_rows.create(symptom=pain)
        condition.test_rows.create(test=scan)
        condition.treatment_rows.create(treatment=fusion)
        make.published(condition)
        sign = make.warning_sign(is_general=True)
        for entry in (sign, make.symptom(), make.diagnostic_test(), make.treatment()):
            make.published(entry)
        pain.warning_sign_rows.create(warning_sign=sign)
    make.published(pain, "With signs.")

    for address, queries in {
        "/conditions/": 3,
        "/conditions/kinds/tumors/": 4,
        "/conditions/first/": 4,
        "/symptoms/": 2,
        "/tests/": 2,
        "/treatments/": 2,
        "/symptoms/pain/": 4,
        "/tests/scan/": 4,
        "/treatments/fusion/": 4,
    }.items():
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200


def test_a_withdrawn_condition_leaves_every_list(read, tumor):
    pain = make.published(make.symptom("Back pain", slug="back-pain"))
    tumor.symptom_rows.create(symptom=pain)
    make.published(tumor)

    actions.withdraw(tumor, by=None, change="Outdated.")

    for address in ("/", "/conditions/", "/symptoms/back-pain/"):
        assert "Metastatic" not in read(address).text
