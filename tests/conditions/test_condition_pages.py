import json
import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from django.utils.timezone import localdate

from conditions import experts
from publishing import actions
from publishing.composing import Shown
from tests import make

ADDRESS = "/conditions/metastatic-tumor/"


def parsed(response):
    return BeautifulSoup(response.content, "html.parser")


def text_of(element):
    return " ".join(element.get_text().split())


def headings(soup, level="h2"):
    return [text_of(heading) for heading in soup.select(f"article {level}")]


@pytest.fixture
def condition(db):
    return make.condition("Metastatic tumor", slug="metastatic-tumor", plural="metastatic spinal tumors")


@pytest.fixture
def read(client):
    """A function that publishes a condition and returns its page as a reader gets it."""

    def publish_and_read(condition):
        make.published(condition)
        return parsed(client.get(f"/conditions/{condition.slug}/"))

    return publish_and_read


def treats(condition, family_name, **fields):
    is_lead = fields.pop("is_lead", False)
    physician = make.published(make.physician(family_name, **fields))
    place = condition.physician_rows.count()
    condition.physician_rows.create(physician=physician, is_lead=is_lead, position=place)
    return physician


def treated_with(condition, title, method="other", goal="", note="", **fields):
    treatment = make.published(make.treatment(title, method=method, **fields))
    place = condition.treatment_rows.count()
    condition.treatment_rows.create(treatment=treatment, goal=goal, note=note, position=place)
    return treatment


# The order of the page


def test_parts_stand_in_the_order_patients_meet_them_on_every_page(condition, read):
    for field in condition.TEXTS:
        setattr(condition, field, f"<p>Words on {field}.</p>")
    condition.save()
    treated_with(condition, "Laminectomy", method="surgery")

    soup = read(condition)

    order = [
        "Symptoms",
        "Causes and risk factors",
        "Tests and diagnosis",
        "Treatments",
        "Outlook",
        "Living with it",
        "Preparing for your appointment",
        "Helpful surgery overviews",
    ]
    assert headings(soup) == order
    assert [text_of(link) for link in soup.select(".contents a")] == ["Overview", *order]
    assert [link["href"][1:] for link in soup.select(".contents a")] == [
        section["id"] for section in soup.select("article section")
    ]


def test_empty_parts_print_no_heading_and_no_contents_entry(condition, read):
    condition.causes = "<p>&nbsp;</p>"
    condition.outlook = "<p></p>"
    condition.symptoms = "<p>It aches.</p>"
    condition.save()

    soup = read(condition)

    assert headings(soup) == ["Symptoms"]
    assert [text_of(link) for link in soup.select(".contents a")] == ["Symptoms"]
    assert not soup.select(".glance, .words, .lead, .button[href^='/second-opinion/']")


def test_a_condition_without_any_part_has_no_contents(condition, read):
    soup = read(condition)

    assert not soup.select(".contents, .contents-box, article section")
    assert text_of(soup.h1) == "Metastatic tumor"


# What each part prints


def test_word_meanings_lead_to_the_glossary_and_a_note_replaces_the_meaning(condition, read):
    tumor = make.published(make.term("Tumor", slug="tumor", meaning="a lump"))
    spread = make.published(make.term("Metastatic", slug="metastatic", respelling="meh-tuh-STAT-ik", meaning="moved"))
    condition.term_rows.create(term=spread, position=0)
    condition.term_rows.create(term=tumor, position=1, note="an abnormal growth")

    words = read(condition).select_one(".words")

    assert [text_of(word) for word in words.select("dt")] == ["Metastatic (meh-tuh-STAT-ik)", "Tumor"]
    assert [text_of(meaning) for meaning in words.select("dd")] == ["moved", "an abnormal growth"]
    assert words.select_one("dt a")["href"] == "/glossary/#metastatic"
    assert words.select_one("strong").text == "STAT"


def test_symptom_rows_link_to_their_pages_with_the_note_or_else_the_summary(condition, read):
    pain = make.published(make.symptom("Back pain", slug="back-pain", summary="An ache."))
    night = make.published(make.symptom("Night pain", slug="night-pain", summary="Pain at rest."))
    condition.symptom_rows.create(symptom=pain, position=0, note="often the first sign")
    condition.symptom_rows.create(symptom=night, position=1)

    rows = read(condition).select("#symptoms .entries li")

    assert [row.a["href"] for row in rows] == ["/symptoms/back-pain/", "/symptoms/night-pain/"]
    assert [text_of(row.p) for row in rows] == ["often the first sign", "Pain at rest."]


def test_tests_stand_as_cards_the_first_ones_before_those_needed_later(condition, read):
    condition.tests = "<p>We begin with pictures.</p>"
    condition.further_tests = "<p>More may follow.</p>"
    condition.save()
    xray = make.diagnostic_test(
        "X-ray", slug="x-ray", also_called="plain films\nradiograph", description="<p>Rays.</p>"
    )
    condition.test_rows.create(test=make.published(xray), position=0, note="shows the bones")
    biopsy = make.published(make.diagnostic_test("Biopsy", slug="biopsy"))
    condition.test_rows.create(test=biopsy, position=1, group="further")

    part = read(condition).select_one("#tests")

    card, later = part.select(".test")
    assert text_of(card.h3) == "X-ray, also known as plain films, radiograph"
    assert card.a["href"] == "/tests/x-ray/"
    assert text_of(card.select_one(".text")) == "Rays."
    assert text_of(card.select_one(".test-note")) == "shows the bones"
    assert text_of(later.h4) == "Biopsy"
    in_order = ["We begin with pictures.", "X-ray", "If more is needed", "Biopsy", "More may follow."]
    assert re.search(".*".join(in_order), text_of(part))


def test_treatments_stand_under_their_goals_and_surgeries_in_overviews_of_their_own(condition, read):
    condition.treatments = "<p>Many treatments help.</p>"
    condition.save()
    treated_with(condition, "Pain medicines", goal="relieve", note="before all else")
    treated_with(condition, "Radiation", method="radiation", goal="shrink")
    treated_with(condition, "Watching", method="watching")
    treated_with(condition, "Spinal fusion", method="surgery", goal="stabilize", slug="spinal-fusion")
    treated_with(condition, "Laminectomy", method="surgery", slug="laminectomy")

    soup = read(condition)

    part = text_of(soup.select_one("#treatments"))
    assert re.search(
        "Many treatments help.*Watching.*To shrink it Radiation.*To relieve pain and other symptoms "
        "Pain medicines before all else.*To keep the spine steady Spinal fusion",
        part,
    )
    assert "Laminectomy" not in part
    assert [link["href"] for link in soup.select("#surgery a")] == [
        "/treatments/spinal-fusion/",
        "/treatments/laminectomy/",
    ]


def test_facts_at_a_glance_come_from_the_data(condition, read):
    condition.regions, condition.category, condition.patients = ["thoracic", "lumbar"], "tumor", "both"
    condition.save()
    mri = make.published(make.diagnostic_test("MRI scan"))
    condition.test_rows.create(test=mri)
    treats(condition, "Adler")
    treats(condition, "Birch", patients="pediatric")

    soup = read(condition)

    facts = {text_of(fact.dt): text_of(fact.dd) for fact in soup.select(".glance dl > div")}
    assert facts == {
        "Where": "Thoracic and lumbar spine",
        "Kind": "Tumor",
        "Who gets it": "Adults and children",
        "Test": "MRI scan",
        "Treated here by": "2 physicians, 1 of them pediatric",
    }
    assert [region["href"] for region in soup.select(".spine a[aria-current]")] == [
        "/conditions/#thoracic",
        "/conditions/#lumbar",
    ]


def test_a_condition_of_one_region_names_it_in_the_breadcrumb(condition, read):
    condition.regions = ["thoracic"]
    condition.save()

    last = read(condition).select(".crumbs a")[-1]

    assert (text_of(last), last["href"]) == ("Thoracic spine", "/conditions/#thoracic")


# Who treats it


def shown(name, **words):
    words = {"patients": "adult", "gives_second_opinions": False, "family_name": name, **words}
    slug = name.lower()
    return Shown(page_id=0, kind="physician", slug=slug, title=f"Ada {name}", summary="", words=words)


def plain(html):
    return BeautifulSoup(html, "html.parser").get_text()


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ("A", "Dr. Ada A is an expert in treating spinal tumors."),
        ("AB", "Drs. Ada A and Ada B are experts in treating spinal tumors."),
        ("ABC", "Drs. Ada A, Ada B and Ada C are experts in treating spinal tumors."),
        ("ABCD", "Drs. Ada A, Ada B, Ada C and Ada D are experts in treating spinal tumors."),
        ("", ""),
    ],
)
def test_the_sentence_counts_its_experts(names, sentence):
    physicians = [shown(name) for name in names]

    assert plain(experts.expertise(physicians, "spinal tumors")) == sentence


def test_experts_for_children_are_marked_and_stand_last():
    physicians = experts.adults_first([shown("A", patients="pediatric"), shown("B"), shown("C", patients="both")])

    sentence = plain(experts.expertise(physicians, "tumors"))

    assert sentence == "Drs. Ada B, Ada C and Ada A (Pediatric) are experts in treating tumors."


def test_each_expert_is_linked_and_escaped():
    sentence = experts.expertise([shown("A"), replace(shown("B"), title="<b>")], "tumors & cysts")

    assert '<a href="/physicians/a/">Ada A</a>' in sentence
    assert '<a href="/physicians/b/">&lt;b&gt;</a>' in sentence
    assert "tumors &amp; cysts" in sentence


def test_without_its_plural_the_sentence_says_this_condition():
    assert plain(experts.expertise([shown("A")], "")) == "Dr. Ada A is an expert in treating this condition."


@pytest.mark.parametrize(
    ("names", "offering", "sentence"),
    [
        ("AB", "", ""),
        ("A", "A", "Dr. Ada A can also offer you a second opinion."),
        ("AB", "AB", "They can also offer you a second opinion."),
        ("AB", "B", "Dr. Ada B can also offer you a second opinion."),
        ("ABC", "AC", "Drs. Ada A and Ada C can also offer you a second opinion."),
    ],
)
def test_second_opinions_are_offered_by_those_who_give_them(names, offering, sentence):
    physicians = [shown(name, gives_second_opinions=name in offering) for name in names]

    assert plain(experts.second_opinions(physicians)) == sentence


def test_the_page_prints_its_experts_their_cards_and_the_way_to_a_second_opinion(condition, read):
    treats(condition, "Adler", gives_second_opinions=True, credentials="MD", position="Neurosurgeon")
    treats(condition, "Birch", gives_second_opinions=True, patients="pediatric")

    part = read(condition).select_one("#appointment")

    assert text_of(part.p) == (
        "Drs. Ada Adler and Ada Birch (Pediatric) are experts in treating metastatic spinal tumors. "
        "They can also offer you a second opinion."
    )
    assert [text_of(card) for card in part.select(".physician")] == [
        "AA Ada Adler, MD Neurosurgeon",
        "AB Ada Birch Pediatric",
    ]
    assert part.select_one(".button")["href"] == f"/second-opinion/?about={condition.pk}"


def test_no_second_opinion_is_offered_where_nobody_gives_one(condition, read):
    treats(condition, "Adler")

    soup = read(condition)

    assert "second opinion" not in text_of(soup.main)


def test_the_lead_surgeons_line_stands_above_the_surgery_overviews(condition, read):
    treats(condition, "Adler", is_lead=True)
    treated_with(condition, "Laminectomy", method="surgery")

    soup = read(condition)

    line = "Dr. Adler will help you choose the treatment that fits you and your situation."
    assert text_of(soup.select_one("#surgery p")) == line
    assert line not in text_of(soup.select_one("#appointment"))


def test_without_surgery_overviews_the_lead_surgeons_line_follows_the_physicians(condition, read):
    treats(condition, "Adler", is_lead=True)

    soup = read(condition)

    assert re.search("Ada Adler .* Dr. Adler will help you choose", text_of(soup.select_one("#appointment")))
    assert headings(soup) == ["Preparing for your appointment"]


def test_a_withdrawn_physician_leaves_the_page(condition, read, client):
    treats(condition, "Adler")
    birch = treats(condition, "Birch")
    read(condition)

    actions.withdraw(birch, by=None, change="Has left.")

    assert "Birch" not in client.get(ADDRESS).content.decode()


# Reading what is published


def test_a_change_stays_hidden_until_it_is_published(condition, read, client):
    condition.overview = "<p>As published.</p>"
    condition.save()
    read(condition)

    condition.title = condition.overview = condition.summary = "UNPUBLISHED"
    condition.save()

    assert "UNPUBLISHED" not in client.get(ADDRESS).content.decode()
    assert "UNPUBLISHED" not in client.get("/conditions/").content.decode()


def test_the_page_says_when_its_words_were_published(condition, read):
    day = read(condition).select_one(".published time")["datetime"]

    assert day == str(localdate(condition.editions.get().live_from))


def test_an_old_address_leads_to_the_page(condition, read, client):
    read(condition)
    condition.slug = "spinal-metastasis"
    condition.save()
    make.published(condition, change="A better address.")

    response = client.get(ADDRESS)

    assert (response.status_code, response.url) == (302, "/conditions/spinal-metastasis/")


@pytest.mark.parametrize("rows", [1, 12])
def test_a_condition_costs_four_queries_whatever_its_rows(condition, client, django_assert_num_queries, rows):
    make.published(make.site())
    for number in range(rows):
        treats(condition, f"Adler {number}", gives_second_opinions=True)
        treated_with(condition, "", goal="relieve")
        condition.symptom_rows.create(symptom=make.published(make.symptom()), position=number)
        condition.test_rows.create(test=make.published(make.diagnostic_test()), position=number)
        condition.term_rows.create(term=make.published(make.term()), position=number)
        condition.warning_sign_rows.create(warning_sign=make.published(make.warning_sign()), position=number)
    make.published(condition)

    with django_assert_num_queries(4):
        soup = parsed(client.get(ADDRESS))

    assert len(soup.select(".physician")) == rows


# What it rests on, and where to read on


def test_sources_stand_at_the_end_with_what_is_known_of_them(condition, read):
    book = make.source(title="The Spine", publisher="A Press", year=2024)
    page = make.source(title="Spinal tumors", publisher="An Institute", year=None, url="https://example.org/tumors")
    condition.source_rows.create(source=book, note="Chapter 12")
    condition.source_rows.create(source=page, position=1)

    soup = read(condition)

    assert [text_of(source) for source in soup.select("#sources li")] == [
        "The Spine. A Press, 2024. Chapter 12",
        "Spinal tumors. An Institute",
    ]
    assert soup.select_one("#sources a")["href"] == "https://example.org/tumors"
    assert "#sources" in [link["href"] for link in soup.select(".contents a")]


def test_a_source_reads_as_it_did_when_the_condition_was_published(condition, read, client):
    book = make.source(title="The Spine")
    condition.source_rows.create(source=book)
    read(condition)
    book.title = "Another"
    book.save()

    again = parsed(client.get(ADDRESS))

    assert "The Spine" in text_of(again.select_one("#sources"))


def test_other_conditions_are_pointed_to_while_they_are_live(condition, read):
    live, draft = make.published(make.condition("Sciatica", slug="sciatica")), make.condition("Draft")
    condition.see_also_rows.create(see_also=live, note="Pain down the leg")
    condition.see_also_rows.create(see_also=draft, position=1)

    soup = read(condition)

    assert [text_of(link) for link in soup.select("#see-also a")] == ["SciaticaPain down the leg"]


def test_without_sources_and_others_no_heading_is_printed(condition, read):
    soup = read(condition)

    assert not soup.select("#sources, #see-also")


@pytest.mark.parametrize(("words", "minutes"), [(10, "1 minute read"), (201, "2 minute read"), (1000, "5 minute read")])
def test_a_page_says_how_long_reading_takes(condition, read, words, minutes):
    scan = make.published(make.diagnostic_test(description=f"<p>{'word ' * 5}</p>"))
    condition.test_rows.create(test=scan)
    condition.overview = f"<p>{'word ' * (words - 5)}</p>"
    condition.save()

    soup = read(condition)

    assert text_of(soup.select_one(".published li")) == minutes


def test_items_listed_under_causes_are_risk_factors_for_machines(condition, read):
    condition.causes = (
        "<p>More often with:</p><ul><li>age &amp; <em>wear</em></li><li>smoking<ul><li>daily</li></ul></li></ul>"
    )
    condition.save()

    soup = read(condition)

    data = [json.loads(script.string) for script in soup.select('script[type="application/ld+json"]')]
    about = next(one["mainEntity"] for one in data if "mainEntity" in one)
    assert [factor["name"] for factor in about["riskFactor"]] == ["age & wear", "smoking", "daily"]
