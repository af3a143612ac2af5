import time
from contextlib import suppress

import pytest

from conditions.importer.blocks import Unreadable
from conditions.importer.people import people
from tests.conditions.importer.documents import MARKDOWN, PLAIN, parsed, told
from tests.conftest import shared

pytestmark = pytest.mark.once


def knows(*names):
    return {name: name for name in names}.get


def test_the_reference_page_is_understood_whole():
    found = parsed(shared("reference/metastatic-tumor.txt").read_bytes(), "metastatic-tumor.txt")

    paragraphs = {section: html.count("<p>") for section, html in found.texts.items()}
    assert found.title == "Metastatic Tumor"
    assert [(word.word, word.meaning) for word in found.words] == [
        ("Metastatic", "having to do with the spread of cancer in the body"),
        ("Tumor", "an abnormal growth"),
    ]
    assert paragraphs == {"overview": 3, "symptoms": 4, "causes": 2, "further_tests": 1, "treatments": 4}
    assert [(test.name, test.other_names) for test in found.tests] == [
        ("X-ray", ("plain films",)),
        ("CT scan", ("computed tomography scan", "CAT scan")),
        ("MR scan", ("magnetic resonance scan",)),
    ]
    assert found.tests[1].description.startswith("<p>CT scans (computed tomography scans, or CAT scans) use ")
    assert found.headers == {"plural": "metastatic spinal tumors"}
    assert [person.full_name for person in found.physicians] == [
        "Paul C. McCormick",
        "Michael G. Kaiser",
        "Peter D. Angevine",
        "Alfred T. Ogden",
        "Christopher E. Mandigo",
        "Patrick C. Reid",
        "Richard C.E. Anderson",
        "Neil A. Feldstein",
    ]
    assert [person.family_name for person in found.physicians if person.patients == "pediatric"] == [
        "Anderson",
        "Feldstein",
    ]
    assert (found.physicians[6].given_names, found.lead.family_name) == ("Richard C.E.", "McCormick")
    assert found.gives_second_opinions


def test_the_report_on_the_reference_page_lists_lost_and_empty_headings_and_standing_sentences_only():
    found = parsed(shared("reference/metastatic-tumor.txt").read_bytes(), "metastatic-tumor.txt")

    assert [str(remark) for remark in found.remarks if remark.kind == "lost_heading"] == [
        "line 14: “Symptoms” was set here.",
        "line 36: “Treatments” was set here.",
    ]
    assert told(found, "empty_heading") == [
        "“Recent News” has no text under it.",
        "“Helpful Surgery Overviews” names no surgery.",
    ]
    assert len(told(found, "standing")) == 3
    assert {remark.kind for remark in found.remarks} == {"lost_heading", "empty_heading", "standing"}


def test_a_plain_document_with_lost_headings_is_understood():
    found = parsed(PLAIN)

    assert found.texts["symptoms"].startswith("<p>The first symptom is often pain")
    assert found.texts["treatments"].count("<p>") == 2
    assert found.texts["preparing"] == "<p>Bring your pictures along.</p>"
    assert [test.name for test in found.tests] == ["X-ray", "CT scan", "MR scan"]
    assert [(person.family_name, person.patients) for person in found.physicians] == [
        ("Plover", "adult"),
        ("Heron", "pediatric"),
        ("Wren", "pediatric"),
    ]
    assert told(found, "lost_heading") == ["“Symptoms” was set here.", "“Treatments” was set here."]
    assert told(found, "not_placed") == []


def test_a_markdown_document_fills_every_field():
    found = parsed(
        MARKDOWN,
        "slipping.md",
        knows_symptom=knows("Back Pain", "Numbness"),
        knows_treatment=knows("Physical Therapy", "Pain Medicines"),
    )

    assert found.headers == {
        "summary": "A bone of the spine that has slid over the one below.",
        "also_called": ["slipped bone", "spondylolisthesis"],
        "lay_words": ["bone out of place", "spondilolisthesis"],
        "plural": "slipping vertebrae",
        "regions": ["lumbar", "sacral"],
        "category": "degenerative",
        "patients": "both",
    }
    assert found.words[0].respelling == "VUR-teh-bruh"
    assert found.texts["overview"] == (
        "<p>A slipping vertebra is a bone that has slid <strong>over</strong> the one "
        '<a href="https://example.org/bones">below</a>.</p>'
    )
    assert [(entry.name, entry.note) for entry in found.symptoms] == [
        ("Back Pain", "Worse when you stand"),
        ("Numbness", "In the toes"),
    ]
    assert "<h3>Risk factors</h3><table>" in found.texts["causes"]
    assert found.texts["tests"] == "<p>First come pictures.</p>"
    assert found.texts["further_tests"] == "<p>Blood tests are rarely needed.</p>"
    assert [test.name for test in found.tests] == ["X-ray", "MRI scan"]
    assert [(entry.name, entry.goal, entry.note) for entry in found.treatments] == [
        ("Physical Therapy", "relieve", "Three times a week"),
        ("Pain Medicines", "relieve", ""),
    ]
    assert found.texts["treatments"] == "<p>Most people start with exercise.</p>"
    assert found.texts["preparing"] == "<p>Bring your pictures along.</p>"
    assert [entry.name for entry in found.surgeries] == ["Spinal Fusion"]
    assert found.lead.family_name == "Plover"
    assert told(found, "not_placed") == []


def test_a_list_with_a_bullet_the_library_does_not_know_stays_text():
    found = parsed(MARKDOWN, "slipping.md", knows_symptom=knows("Back Pain"))

    assert found.symptoms == []
    assert "<li>Numbness: in the toes</li>" in found.texts["symptoms"]
    assert "<p>To relieve pain:</p><ul>" in found.texts["treatments"]
    assert "1 of 2 bullets name entries of the library; the list stays text." in told(found, "heading")


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("SYMPTOMS:", "symptoms"),
        ("1. Signs & Symptoms", "symptoms"),
        ("What are the symptoms of a slipping vertebra?", "symptoms"),
        ("Slipping Vertebra Symptoms", "symptoms"),
        ("Risk factors", "causes"),
        ("What causes it?", "causes"),
        ("Diagnosis", "tests"),
        ("How is a slipping vertebra diagnosed?", "tests"),
        ("Treatment Options", "treatments"),
        ("How is it treated?", "treatments"),
        ("Prognosis", "outlook"),
        ("What to Expect", "outlook"),
        ("Living with a slipping vertebra", "living"),
        ("Who treats it", "preparing"),
        ("Our Specialists", "preparing"),
    ],
)
@pytest.mark.parametrize("shape", ["{}\n\n", "{}\n", "{}\n=====\n\n"])
def test_a_heading_is_known_by_its_wording(heading, section, shape):
    text = "Slipping Vertebra\n\nIt slips.\n\n" + shape.format(heading) + "The words below it.\n"

    found = parsed(text)

    assert found.texts == {"overview": "<p>It slips.</p>", section: "<p>The words below it.</p>"}


def test_a_sentence_that_begins_like_a_heading_is_none():
    text = "Slipping Vertebra\n\nIt slips.\n\nSymptoms of a slipping vertebra depend on\nhow far it has slid.\n"

    found = parsed(text)

    assert found.texts == {
        "overview": "<p>It slips.</p><p>Symptoms of a slipping vertebra depend on how far it has slid.</p>"
    }


def test_headings_below_a_section_stay_in_its_text():
    text = "# Slip\n\n## Treatments\n\nRest.\n\n### Surgery\n\nIt helps.\n\n### Outlook\n\nGood.\n\n## Myths\n\nMany.\n"

    found = parsed(text, "slip.md")

    assert found.texts == {
        "treatments": "<p>Rest.</p><h3>Surgery</h3><p>It helps.</p>",
        "outlook": "<p>Good.</p><h3>Myths</h3><p>Many.</p>",
    }
    assert told(found, "heading") == ["“Myths” was kept as a heading within “Outlook”."]


def test_a_heading_that_repeats_the_title_is_left_out():
    found = parsed("<title>x</title><h1>Slip</h1><h2>SLIP</h2><p>It slips.</p><h3>Slip</h3><p>Far.</p>", "slip.html")

    assert found.texts == {"overview": "<p>It slips.</p><p>Far.</p>"}


def test_a_doubled_heading_puts_both_texts_together_and_is_told():
    found = parsed("# Slip\n\n## Causes\n\nAge.\n\n## Outlook\n\nGood.\n\n## Risk factors\n\nDance.\n", "slip.md")

    assert found.texts["causes"] == "<p>Age.</p><p>Dance.</p>"
    assert told(found, "heading") == ["“Risk factors” stands twice; both texts were put together."]


def test_gaps_everywhere_mean_nothing():
    found = parsed("Slip\n\n\nIt slips.\n\n\nIt hurts and is painful.\n\n\nTreatment helps.\n\n\nSo does rest.\n")

    assert found.texts["overview"].count("<p>") == 4
    assert told(found, "heading") == ["Gaps are everywhere in this document, so none was taken for a lost heading."]


def test_a_gap_that_fits_no_section_is_told_and_its_text_stays():
    found = parsed("Slip\n\nIt slips.\n\n\nZebras are striped.\n\nCauses\n\nAge.\n")

    assert found.texts["overview"] == "<p>It slips.</p><p>Zebras are striped.</p>"
    assert told(found, "heading") == ["A gap may mark a lost heading; the text after it stays under “Overview”."]


def test_news_has_no_place_and_every_sentence_of_it_is_told():
    found = parsed("Slip\n\nIt slips.\n\nRecent News\n\nWe moved. Dr. Wren won a prize.\n")

    assert told(found, "not_placed") == ["We moved.", "Dr. Wren won a prize."]


def test_a_header_the_site_does_not_know_is_told():
    found = parsed("Slip\nRegions: lumbar, left knee\nCategory: misc\nKeywords: bones\n\nIt slips.\n")

    assert found.headers == {"regions": ["lumbar"]}
    assert told(found, "not_placed") == [
        "“left knee” is not a region that the site knows.",
        "“misc” is not a category that the site knows.",
        "Category: misc",
        "Keywords: bones",
    ]


@pytest.mark.parametrize(
    ("bullet", "name", "others", "description"),
    [
        ("CT scan – a picture", "CT scan", (), "<p>A picture</p>"),
        ("CT scan: a picture", "CT scan", (), "<p>A picture</p>"),
        ("CT scan (CAT scan; computed tomography) - see", "CT scan", ("CAT scan", "computed tomography"), "<p>See</p>"),
        ("EMG (with needles) – a test", "EMG (with needles)", (), "<p>A test</p>"),
        ("Bone scans use a dye.", "Bone scan", (), "<p>Bone scans use a dye.</p>"),
        ("Blood tests", "Blood tests", (), ""),
        ("MRI (also called magnetic resonance imaging)", "MRI", ("magnetic resonance imaging",), ""),
    ],
)
def test_a_bullet_names_a_test(bullet, name, others, description):
    found = parsed(f"Slip\n\nTests\n\n• {bullet}\n")

    assert [(test.name, test.other_names, test.description) for test in found.tests] == [(name, others, description)]
    assert told(found, "not_placed") == []


def test_a_bullet_that_names_no_test_stays_text():
    found = parsed(
        "Slip\n\nTests\n\n- Your doctor may ask how long it has hurt and what makes it worse over a day or two.\n"
    )

    assert found.tests == []
    assert "<li>Your doctor may ask" in found.texts["tests"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("Ada Plover", [("Ada", "Plover", "", "", "adult")]),
        ("Ada Plover and Edda Wren", [("Ada", "Plover", "", "", "adult"), ("Edda", "Wren", "", "", "adult")]),
        ("Dr. Ada B. Plover, MD, PhD", [("Ada B.", "Plover", "", "MD, PhD", "adult")]),
        ("Ada Plover MD (Pediatric)", [("Ada", "Plover", "", "MD", "pediatric")]),
        ("Cy van der Berg, Jr. & A Lark", [("Cy", "van der Berg", "Jr.", "", "adult"), ("A", "Lark", "", "", "adult")]),
        ("Wren", [("", "Wren", "", "", "adult")]),
    ],
)  # fmt: skip
def test_names_are_split_into_their_parts(names, expected):
    found = people(names)

    assert [(p.given_names, p.family_name, p.suffix, p.credentials, p.patients) for p in found] == expected


def test_one_physician_is_an_expert_too():
    found = parsed(
        "Slip\n\nWho treats it\n\nDr. Ada Plover is an expert in treating slips. She can also offer a second opinion.\n"
    )

    assert (found.physicians[0].full_name, found.headers["plural"]) == ("Ada Plover", "slips")
    assert found.gives_second_opinions


def test_a_lead_who_is_not_among_the_physicians_is_told():
    found = parsed("Slip\n\nIt slips.\n\nSurgery\n\nDr. Nobody will choose the treatment method for you.\n")

    assert found.lead is None
    assert told(found, "not_placed") == ["Dr. Nobody will choose the treatment method for you."]


@pytest.mark.parametrize("text", ["Symptoms\n\nIt hurts.\n", "• one\n• two\n", "This is a sentence, not a title.\n"])
def test_a_document_without_a_title_is_refused(text):
    with pytest.raises(Unreadable, match="line 1: no title was found"):
        parsed(text)


def test_a_title_that_no_page_can_have_is_refused():
    with pytest.raises(Unreadable, match="line 1: the title has 130 characters, 120 at most"):
        parsed(f"# {'x' * 130}\n\nIt slips.\n", "slip.md")


def test_more_entries_than_any_page_could_show_are_refused():
    words = "\n".join(f"word{number} = meaning" for number in range(101))

    with pytest.raises(Unreadable, match="the document lists more than 100 words"):
        parsed(f"Slip\n\n{words}\n")


@pytest.mark.parametrize(
    "text",
    [
        "Dr. A is " * 50_000,
        "Drs. A, " * 50_000 + "are experts",
        "( - " * 50_000,
        "Dr. A is an expert in treating slips and " * 20_000,
        "A. " * 50_000,
        "• x\n" * 20_000,
        "a: " * 50_000,
    ],
)
def test_odd_text_is_read_in_a_moment(text):
    start = time.process_time()

    parsed(f"Slip\n\n{text}\n")

    assert time.process_time() - start < 5


@pytest.mark.parametrize("text", ["<a ", "<!--", "<a b='", "<p>a</p>", "</", "<b>", "&"])
def test_odd_markup_is_read_in_a_moment(text):
    start = time.process_time()

    with suppress(Unreadable):
        parsed("<h1>Slip</h1>" + text * 20_000, "slip.html")

    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "part",
    [
        "- Laminectomy, which gives the nerves of the spine a little more room again.",
        "Laminectomy, which gives the nerves of the spine a little more room again.",
        "### Laminectomy, which gives the nerves of the spine a little more room again.",
        "| Laminectomy, which gives the nerves of the spine a little more room again. |\n|---|\n",
    ],
)
@pytest.mark.parametrize("heading", ["Helpful Surgery Overviews", "Recent News"])
def test_what_becomes_no_row_is_told_even_where_its_words_stand_elsewhere(part, heading):
    words = "Laminectomy, which gives the nerves of the spine a little more room again."

    found = parsed(f"# Slip\n\n## Treatments\n\n{words}\n\n## {heading}\n\n{part}\n", "a.md")

    assert found.texts == {"treatments": f"<p>{words}</p>"}
    assert [remark.place for remark in found.remarks if remark.text == words] == ["line 9"]


def test_what_stands_before_the_title_is_told_even_where_its_words_stand_elsewhere():
    found = parsed("<ul><li>It slips.</li></ul><p>It hurts.</p><h1>Slip</h1><p>It slips. It hurts.</p>", "a.html")

    assert told(found, "not_placed") == ["It slips.", "It hurts."]


@pytest.mark.parametrize(
    ("bullet", "description"),
    [
        ("Scan – test that looks", "<p>Test that looks</p>"),
        ("Scan – <b>test</b> that looks", "<p><strong>Test</strong> that looks</p>"),
        ("Scan – x-ray of all", "<p>X-ray of all</p>"),
        ("Scan – pH of the blood", "<p>pH of the blood</p>"),
        ("Scan – 3 pictures", "<p>3 pictures</p>"),
    ],
)
def test_a_description_after_a_dash_begins_with_a_capital(bullet, description):
    found = parsed(f"<h1>Slip</h1><h2>Tests</h2><ul><li>{bullet}</li></ul>", "a.html")

    assert found.tests[0].description == description
    assert found.remarks == {}
