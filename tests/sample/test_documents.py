"""What the sample department says: easy to read, careful, and of one piece."""

import re
import tomllib
from itertools import combinations
from pathlib import Path
from statistics import median

import pytest
from django.utils.text import slugify

from conditions.gate_rules import EMERGENCY as URGENT
from publishing.reading import grade, sentences, words

pytestmark = pytest.mark.once

SAMPLE = Path(__file__).parents[2] / "sample"
HEADINGS = [
    "Symptoms",
    "Causes and Risk Factors",
    "Tests and Diagnosis",
    "Treatments",
    "Outlook",
    "Living With It",
    "Preparing for Your Appointment",
    "Helpful Surgery Overviews",
]
HEADERS = [
    "Summary",
    "Also called",
    "Lay words",
    "Plural",
    "Regions",
    "Category",
    "Patients",
    "Warning signs",
    "See also",
]
SURGERY_SECTIONS = [
    "description",
    "timing",
    "procedure",
    "preparation",
    "afterwards",
    "risks",
    "questions",
]
LONG_TEXTS = {*SURGERY_SECTIONS, "overview", "getting_help", "experience", "biography", "training"}
LONG_TEXTS |= {"welcome", "directions", "notice", "emergency_text", "body", "explanation", "introduction"}
SHORT_TEXTS = {"summary", "meaning", "alt", "caption"}
WITHOUT_SUMMARY = {"locations", "warning_signs", "figures"}

FOREIGN = re.compile(r'<span lang="[\w-]+"( dir="rtl")?>.*?</span>')
EXPERTS = re.compile(r"Drs?\. (?P<names>.+?) (?:is an expert|are experts) in treating (?P<plural>[^.]+)\.")
SECOND_OPINION = "They can also offer you a second opinion."
LEAD = re.compile(r"^Dr\. (?P<name>[\w-]+) will choose the treatment method .+\.$")
EMERGENCY = re.compile(r"Call 911 or [\w ]+ the nearest emergency department( for)?\W?$")


class Document:
    """One condition document: its title, header lines, word meanings and blocks by heading."""

    def __init__(self, path):
        lines = path.read_text(encoding="utf-8").splitlines()
        self.path = path
        self.title = lines.pop(0).removeprefix("# ")
        self.headers, self.meanings, self.sections = {}, {}, {"": []}
        before, _heading, after = "\n".join(lines).partition("Sources\n")
        lines, self.sources = before.removesuffix("## ").splitlines(), re.findall(r"(?m)^ *[-•] (.+) – (.+)$", after)
        heading = ""
        for line in filter(None, (line.strip() for line in lines)):
            bare = line.removeprefix("## ")
            if bare in [*HEADINGS, "Recent News"]:
                heading = bare
                self.sections[heading] = []
            elif not heading and re.match(r"[A-Z][a-z ]+: ", line):
                name, value = line.split(": ", 1)
                self.headers[name] = value
            elif not heading and " = " in line:
                word, meaning = line.split(" = ", 1)
                self.meanings[word] = meaning
            else:
                self.sections[heading].append(re.sub(r"^[•-] ", "- ", line))

    def named(self, heading):
        """What the bullets of a section name; a bullet without a dash belongs to an ordinary list."""
        bullets = [block[2:] for block in self.sections[heading] if block.startswith("- ")]
        return [re.split(r" \(also known as | – ", bullet)[0] for bullet in bullets if " – " in bullet]

    def signs(self):
        """The titles of the warning signs, without what is true of them here only."""
        return [named.split(" – ")[0] for named in self.headers["Warning signs"].split("; ")]

    def treatments(self):
        return [*self.named("Treatments"), *self.named("Helpful Surgery Overviews")]

    def experts(self):
        """The match of the sentence that says who treats this condition."""
        return EXPERTS.search(" ".join(self.sections["Preparing for Your Appointment"]))

    def physicians(self):
        """Name by name, whether it is marked as pediatric."""
        names = re.split(r", and |, | and ", self.experts()["names"])
        return {name.removesuffix(" (Pediatric)"): name.endswith(" (Pediatric)") for name in names}

    def lead(self):
        return LEAD.match(self.sections["Helpful Surgery Overviews"][0])["name"]

    def own_words(self, heading):
        """A section's blocks without the standing sentences, which the site says from its data."""
        blocks = [re.sub(LEAD, "", EXPERTS.sub("", block)) for block in self.sections[heading]]
        return [block for block in blocks if block.replace(SECOND_OPINION, "").strip()]

    def __repr__(self):
        return self.path.name


def entries(kind):
    with open(SAMPLE / f"{kind}.toml", "rb") as file:
        ((_, rows),) = tomllib.load(file).items()
    return rows


def in_our_language(text):
    """The text without the parts that are marked as being in another language."""
    return FOREIGN.sub("", text)


DOCUMENTS = [Document(path) for path in sorted((SAMPLE / "conditions").iterdir())]
KINDS = ["site", "locations", "physicians", "terms", "warning_signs", "symptoms", "tests", "treatments", "information"]
KINDS += ["articles", "figures", "hubs"]
LIBRARY = {kind: entries(kind) for kind in KINDS}
PAGES = {
    f"{kind}: {entry.get('title') or entry['name']}": {
        field: in_our_language(text) for field, text in entry.items() if field in LONG_TEXTS | SHORT_TEXTS and text
    }
    for kind, rows in LIBRARY.items()
    for entry in rows
} | {
    repr(document): {
        heading or "Overview": "\n".join(document.own_words(heading))
        for heading in document.sections
        if document.own_words(heading)
    }
    for document in DOCUMENTS
}
SECTIONS = [(page, section) for page, texts in PAGES.items() for section in texts if section not in SHORT_TEXTS]


def titles(kind):
    return {entry["title"] for entry in LIBRARY[kind]}


def each(items):
    return pytest.mark.parametrize("document", items, ids=repr)


@each(DOCUMENTS)
def test_a_document_is_whole(document):
    own = [heading for heading in document.sections if heading]

    assert own[:8] == HEADINGS
    assert own[8:] == (["Recent News"] if document.path.suffix == ".txt" else [])
    assert len(document.sources) >= 3
    assert list(document.headers) == HEADERS
    assert document.path.stem == slugify(document.title)
    assert 2 <= len(document.meanings) <= 4
    assert 2 <= len(document.sections[""]) <= 4
    assert all(document.sections[heading] for heading in HEADINGS)


@each(DOCUMENTS)
def test_a_document_says_enough_and_not_too_much(document):
    length = sum(len(words(" ".join(document.own_words(h)))) for h in document.sections)

    assert 700 <= length <= 1100


@each(DOCUMENTS)
def test_whatever_a_document_names_is_in_the_library(document):
    surgeries = {entry["title"] for entry in LIBRARY["treatments"] if entry["method"] == "surgery"}

    assert set(document.named("Symptoms")) <= titles("symptoms")
    assert set(document.named("Tests and Diagnosis")) <= titles("tests")
    assert set(document.named("Treatments")) <= titles("treatments") - surgeries
    assert set(document.named("Helpful Surgery Overviews")) <= surgeries
    assert set(document.physicians()) <= titles("physicians")
    assert set(document.headers["See also"].split("; ")) <= {other.title for other in DOCUMENTS} - {document.title}


@each(DOCUMENTS)
def test_a_document_names_nothing_twice(document):
    for names in [
        document.named("Symptoms"),
        document.named("Tests and Diagnosis"),
        document.treatments(),
    ]:
        assert names
        assert len(names) == len(set(names))


@each(DOCUMENTS)
def test_a_document_agrees_with_the_physicians(document):
    people = {entry["title"]: entry for entry in LIBRARY["physicians"]}
    named = [people[name] for name in document.physicians()]
    pediatric = {entry["title"]: entry["patients"] == "pediatric" for entry in named}

    assert document.experts()["plural"] == document.headers["Plural"]
    assert document.physicians() == pediatric
    assert document.lead() in [entry["family_name"] for entry in named]
    assert any(entry["gives_second_opinions"] for entry in named)


@each(DOCUMENTS)
def test_a_word_means_the_same_everywhere(document):
    meanings = {entry["title"]: entry["meaning"] for entry in LIBRARY["terms"]}

    assert document.meanings == {word: meanings.get(word) for word in document.meanings}


@each(DOCUMENTS)
def test_the_other_names_of_a_test_are_the_librarys(document):
    known = {entry["title"]: entry["also_called"].splitlines() for entry in LIBRARY["tests"]}
    text = "\n".join(document.sections["Tests and Diagnosis"])

    for name, others in re.findall(r"^- ([^\n(]+) \(also known as ([^)]+)\)", text, re.M):
        assert others.split(", ") == known[name]


@each(DOCUMENTS)
def test_symptoms_lead_to_the_warning_signs_and_do_not_list_them_again(document):
    said = [block for block in document.sections["Symptoms"] if " – " not in block]

    assert [block for block in said if "911" in block and block.endswith(":")] == []
    assert any("911" in block and "nearest emergency department" in block for block in said)
    slugs = {entry["title"]: entry["slug"] for entry in LIBRARY["warning_signs"]}
    assert {"bladder-or-bowel-control", "new-weakness"} <= {slugs[title] for title in document.signs()}


def test_every_entry_is_read_somewhere():
    named = {
        "symptoms": {name for d in DOCUMENTS for name in d.named("Symptoms")},
        "tests": {name for d in DOCUMENTS for name in d.named("Tests and Diagnosis")},
        "treatments": {name for d in DOCUMENTS for name in d.treatments()},
        "physicians": {name for d in DOCUMENTS for name in d.physicians()},
    }
    text = "\n".join(d.path.read_text(encoding="utf-8").lower() for d in DOCUMENTS)

    assert named == {kind: titles(kind) for kind in named}
    for term in LIBRARY["terms"]:
        forms = [term["title"], *term["variants"].splitlines()]
        assert any(re.search(rf"\b{re.escape(form.lower())}\b", text) for form in forms), term["title"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in WITHOUT_SUMMARY])
def test_every_entry_has_title_slug_and_summary(kind):
    rows = LIBRARY[kind]

    assert len({entry["slug"] for entry in rows}) == len(rows)
    for entry in rows:
        assert entry["slug"] == ("site" if kind == "site" else slugify(entry["title"]))
        assert 0 < len(entry["summary"]) <= 160


@each(DOCUMENTS)
def test_a_documents_summary_is_short(document):
    assert 0 < len(document.headers["Summary"]) <= 160


def test_every_condition_and_symptom_lists_warning_signs_that_there_are():
    signs = {entry["title"]: entry["level"] for entry in LIBRARY["warning_signs"]}
    lists = {entry["title"]: entry["warning_signs"] for entry in LIBRARY["symptoms"]}
    lists |= {document.title: document.signs() for document in DOCUMENTS}

    for page, listed in lists.items():
        assert set(listed) <= signs.keys(), page
        assert len(listed) == len(set(listed)), page
        assert "call_911" in {signs[title] for title in listed}, page


def test_a_warning_sign_to_call_us_for_says_where_to_go_when_nobody_answers():
    fevers = [entry for entry in LIBRARY["warning_signs"] if re.search(r"fever|wound", entry["title"])]

    assert len(fevers) == 2
    assert all("nearest emergency department" in entry["explanation"] for entry in fevers)


def test_there_is_a_hub_for_each_kind_and_age_with_a_short_introduction():
    hubs = LIBRARY["hubs"]

    assert [entry["gathers"] for entry in hubs] == [
        *("degenerative", "tumor", "deformity", "trauma", "vascular", "congenital", "infection", "nerve"),
        *("pediatric", "adult"),
    ]
    lengths = {entry["title"]: len(words(entry["introduction"])) for entry in hubs}
    assert {title: length for title, length in lengths.items() if not 80 <= length <= 160} == {}
    assert not [entry["title"] for entry in hubs if re.search(r"[0-9]", entry["introduction"].replace("911", ""))]


def test_a_surgery_overview_is_whole():
    surgeries = [entry for entry in LIBRARY["treatments"] if entry["method"] == "surgery"]

    assert len(surgeries) >= 12
    for entry in surgeries:
        assert all(entry[section].strip() for section in SURGERY_SECTIONS), entry["title"]


def test_physicians_work_where_there_is_a_place():
    places = {entry["name"] for entry in LIBRARY["locations"]}

    for entry in LIBRARY["physicians"]:
        assert entry["title"] == f"{entry['given_names']} {entry['family_name']}"
        assert set(entry["locations"]) <= places
        assert entry["locations"]


@pytest.mark.parametrize(("page", "section"), SECTIONS)
def test_a_section_reads_at_grade_eight_or_below(page, section):
    assert grade(PAGES[page][section]) <= 8.0


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_long_sentence(page):
    said = [sentence for text in PAGES[page].values() for sentence in sentences(text)]

    assert [sentence for sentence in said if len(words(sentence)) > 25] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_speaks_of_an_emergency_says_what_to_do(page):
    text = "\n".join(PAGES[page].values())

    assert not URGENT.search(text) or ("911" in text and "emergency department" in text)


def test_no_sentence_stands_on_two_pages():
    names = {title.lower() for kind in ("symptoms", "tests", "treatments") for title in titles(kind)}
    said = {
        page: {
            sentence.lower()
            for section, text in texts.items()
            for sentence in sentences(text)
            if section != "meaning"
            and len(words(sentence)) >= 5
            and not EMERGENCY.match(sentence)
            and sentence.lower().rstrip(".") not in names
        }
        for page, texts in PAGES.items()
    }

    for (one, its), (other, theirs) in combinations(said.items(), 2):
        assert its & theirs == set(), f"{one} and {other}"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_gives_no_dose_no_percentage_and_no_promise(page):
    text = "\n".join(PAGES[page].values())

    assert not re.search(r"\d\s*(mg|mcg|g|ml|grams?|milligrams?|units?|tablets?|pills?|gray|gy)\b", text, re.I)
    assert not re.search(r"%|\bper ?cent", text)
    assert not re.search(
        r"guarantee|miracle|painless|risk-free|pain-free|\b(will|can) cure|always works?|100 ?%"
        r"|completely safe|no risks?\b|reviewed by|award",
        text,
        re.I,
    )


def test_every_figure_is_described_small_and_stands_after_a_text_of_a_document():
    documents = {path.stem for path in (SAMPLE / "conditions").iterdir()}
    files = {file.name for file in (SAMPLE / "figures").glob("*.png")}

    assert {figure["file"] for figure in LIBRARY["figures"]} == files
    for figure in LIBRARY["figures"]:
        assert 20 < len(figure["alt"]) <= 250
        assert figure["credit"]
        assert figure["after"].keys() <= documents
        assert (SAMPLE / "figures" / figure["file"]).stat().st_size <= 60 * 1024


@pytest.mark.parametrize("figure", LIBRARY["figures"], ids=lambda figure: figure["slug"])
def test_a_figures_words_read_at_grade_eight_or_below(figure):
    assert grade(figure["alt"]) <= 8.0
    assert grade(figure["caption"]) <= 8.0


def test_help_is_offered_in_eight_languages_each_marked_as_what_it_is():
    (body,) = (page["body"] for page in LIBRARY["information"] if page["slug"] == "language-help-and-equal-care")
    parts = re.findall(r'<span lang="([\w-]+)"( dir="rtl")?>(.*?)</span>', body)

    assert {code for code, *_ in parts} == {"es", "zh-Hans", "ru", "ht", "ko", "it", "ar", "fr"}
    assert {code for code, direction, _ in parts if direction} == {"ar"}
    assert all(len(text) <= 120 for *_, text in parts)


@pytest.mark.parametrize("page", PAGES)
def test_what_is_not_marked_as_another_language_is_english(page):
    letters = {letter for text in PAGES[page].values() for letter in text if letter.isalpha() and not letter.isascii()}

    assert letters == set()


def test_the_department_is_a_whole_one():
    """As many of each kind as a spine service has to speak of."""
    least = {"symptoms": 40, "tests": 15, "treatments": 35, "terms": 80, "warning_signs": 10, "physicians": 12}
    least |= {"locations": 3, "articles": 8, "figures": 10, "information": 6}

    assert {kind: len(LIBRARY[kind]) for kind, count in least.items() if len(LIBRARY[kind]) < count} == {}
    assert len(DOCUMENTS) >= 30
    regions = {region for document in DOCUMENTS for region in document.headers["Regions"].split(", ")}
    assert regions >= {"cervical", "thoracic", "lumbar", "sacral"}
    gathered = {hub["gathers"] for hub in LIBRARY["hubs"]} - {"pediatric", "adult"}
    assert {document.headers["Category"] for document in DOCUMENTS} == gathered
    assert {document.headers["Patients"] for document in DOCUMENTS} >= {"adults", "both"}
    assert {entry["patients"] for entry in LIBRARY["physicians"]} == {"adult", "pediatric", "both"}


def test_half_of_all_sections_read_at_grade_six_and_a_half_or_below():
    assert median(grade(PAGES[page][section]) for page, section in SECTIONS) <= 6.5


@each(DOCUMENTS)
def test_a_word_that_is_respelled_is_a_term(document):
    text = document.path.read_text(encoding="utf-8").lower()
    known = {form.lower() for term in LIBRARY["terms"] for form in (term["title"], *term["variants"].splitlines())}
    known |= {word for form in known for word in form.split()}

    respelled = re.findall(r"([\w-]+) \([a-z]+(?:-[a-z]+)+\)", text)
    assert [word for word in respelled if word not in known] == []


@each(DOCUMENTS)
def test_a_source_names_a_work_and_who_answers_for_it(document):
    text = document.path.read_text(encoding="utf-8").partition("Sources\n")[2]

    assert not re.search(r"doi|http://|\d+\(\d+\)|et al|pp?\. ?\d", text, re.I)
    assert len(set(document.sources)) == len(document.sources)
