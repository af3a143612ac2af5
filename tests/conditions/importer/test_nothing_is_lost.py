"""Whatever a document looks like, every sentence of it is in a field or in the report."""

import html
import re
import unicodedata
from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conditions.importer import readers
from conditions.importer.blocks import Unreadable
from conditions.importer.bullets import OTHER_WORDS
from conditions.importer.outline import outline
from conditions.importer.passages import passages
from conditions.importer.people import STANDING_WORDS
from conditions.importer.saving import import_document
from conditions.models import Condition
from publishing.richtext import clean
from tests import make
from tests.conditions.importer.documents import told

pytestmark = pytest.mark.once
KNOWN_HEADINGS = [
    "Symptoms", "Signs and Symptoms", "CAUSES AND RISK FACTORS", "Risk factors", "Tests and Diagnosis",
    "How is it diagnosed?", "Treatments", "Treatment Options", "Outlook", "Living With It", "Who treats it",
    "Preparing for Your Appointment", "Helpful Surgery Overviews", "Recent News", "Overview",
]  # fmt: skip
STANDING = {
    *" ".join(KNOWN_HEADINGS).casefold().replace("?", "").split(), *OTHER_WORDS, *STANDING_WORDS,
    "plural", "summary", "warning", "signs", "so", "to", "relieve", "pain",
}  # fmt: skip
LETTERS = st.characters(categories=["Lu", "Ll", "Lt", "Lo", "Nd"], max_codepoint=0x2FFF)
ODD = st.sampled_from(
    ["\u00a0", "’", "“", "–", "…", "é", "ß", "½", "ﬁ", "\u200b", "\u00ad", "🙂", "&", "<", "(", ")", "*", "_", "="]
)

names = st.text(st.sampled_from("aeiknorst") | LETTERS, min_size=1, max_size=9)
odd_words = st.lists(names | ODD, min_size=1, max_size=3).map("".join)
sentences = st.lists(odd_words, min_size=1, max_size=9).map(lambda words: " ".join(words) + ".")
phrases = st.lists(names, min_size=1, max_size=4).map(" ".join)

headings = st.tuples(st.just("heading"), st.sampled_from(KNOWN_HEADINGS) | phrases)
paragraphs = st.tuples(st.just("paragraph"), st.lists(sentences, min_size=1, max_size=4).map(" ".join))
word_lines = st.tuples(st.just("paragraph"), st.tuples(phrases, sentences).map(" = ".join))
header_lines = st.tuples(
    st.just("paragraph"), sentences.map("Plural: {}".format) | sentences.map("Warning signs: {0} – so; {0}".format)
)
experts = st.tuples(st.just("paragraph"), st.tuples(names, names, phrases).map(
    lambda parts: "Drs. A. {}, and {} (Pediatric) are experts in treating {}.".format(*parts)))  # fmt: skip
goals = st.tuples(st.just("paragraph"), st.just("To relieve pain:"))
items = st.one_of(
    sentences,
    phrases,
    st.tuples(phrases, sentences).map(" – ".join),
    st.tuples(phrases, phrases, sentences).map(lambda parts: "{} (also known as {}) – {}".format(*parts)),
    st.tuples(phrases, phrases).map(lambda parts: "{} scans (or {}) use it.".format(*parts)),
)
lists = st.tuples(st.just("list"), st.lists(items, min_size=1, max_size=4))
gaps = st.just(("gap", ""))
texts = st.one_of(paragraphs, word_lines, header_lines, experts, goals, gaps)


@st.composite
def documents(draw):
    """Sections in any order, some without heading, some twice; lists stand often where they mean something."""
    parts = draw(st.lists(texts, max_size=3))
    order = draw(st.permutations(KNOWN_HEADINGS))[: draw(st.integers(0, 6))]
    for heading in order:
        parts.append(draw(st.sampled_from([("heading", heading)] * 4 + [("gap", "")]) | headings))
        parts += draw(st.lists(texts, max_size=2))
        parts += draw(st.lists(lists, max_size=2))
        parts += draw(st.lists(texts, max_size=1))
    return parts


def as_text(parts, sign):
    written = []
    for kind, value in parts:
        if kind == "list":
            written.append("\n".join(f"  {sign} {item}" for item in value))
        else:
            written.append(value)
    return "A Plain Title\n\n" + "\n\n".join(written) + "\n"


def as_html(parts, sign):
    written = ["<h1>A Plain Title</h1>"]
    for kind, value in parts:
        if kind == "list":
            written.append("<ul>" + "".join(f"<li>{html.escape(item)}</li>" for item in value) + "</ul>")
        else:
            tag = "h2" if kind == "heading" else "p"
            written.append(f"<{tag}>{html.escape(value)}</{tag}>")
    return "\n".join(written)


def as_markdown(parts, sign):
    written = ["# A Plain Title"]
    for kind, value in parts:
        if kind == "list":
            written.append("\n".join(f"- {_escaped(item)}" for item in value))
        else:
            written.append(("## " if kind == "heading" else "") + _escaped(value))
    return "\n\n".join(written)


def _escaped(text):
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


WRITERS = {"a.txt": as_text, "a.html": as_html, "a.md": as_markdown}


def words(text):
    without = text.translate(dict.fromkeys(map(ord, "\u200b\u00ad")))
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", without).casefold())


def held(parsed):
    """The word sequences of every field and every remark."""
    texts = [*parsed.plain_texts(), *(remark.text for remark in parsed.remarks)]
    texts += [" ".join(words for _, words in passages(clean(text))) for text in parsed.htmls()]
    return [words(text) for text in texts]


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=60, deadline=None)
@given(parts=documents(), sign=st.sampled_from(["•", "-", "*", "–", "▪", "1."]), seen=st.sets(st.integers(0, 4)))
def test_every_word_of_a_document_is_in_a_field_or_in_the_report(name, parts, sign, seen):
    document = readers.read(WRITERS[name](parts, sign).encode(), name)

    parsed = outline(document, knows_treatment=lambda name: name if len(name) % 5 in seen else None)

    found = held(parsed)
    known = {word for sequence in found for word in sequence} | STANDING
    whole = " | ".join(f" {' '.join(sequence)} " for sequence in found)
    for kind, value in parts:
        for text in value if kind == "list" else [value]:
            missing = [word for word in words(_as_read(text, name)) if word not in known]
            assert missing == []
        if kind == "paragraph" and name == "a.html" and not re.search("[=:]|^Drs", value):
            for sentence in re.findall(r"[^.…]+[.…]", value):
                assert f" {' '.join(words(sentence))} " in whole


def _as_read(text, name):
    # In plain text, numbers with a full stop number a list.
    return re.sub(r"^(\W*\d{1,2}[.)])+", " ", text) if name == "a.txt" else text


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300), name=st.sampled_from(["a.txt", "a.md", "a.html"]))
def test_any_text_is_read_or_refused(text, name):
    fields = []
    with suppress(Unreadable):
        parsed = outline(readers.read(text.encode("utf-8", "surrogatepass"), name))
        fields = [*parsed.plain_texts(), *parsed.htmls()]

    assert all("\x00" not in field for field in fields)


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300), name=st.sampled_from(["a.txt", "a.md", "a.html", "a.docx"]))
def test_any_bytes_are_read_or_refused(data, name):
    with suppress(Unreadable):
        outline(readers.read(data, name))


def test_a_sentence_that_the_outline_drops_is_reported(monkeypatch):
    monkeypatch.setattr("conditions.importer.outline.PROSE", ("overview",))

    parsed = outline(readers.read(b"Slip\n\nIt slips.\n\nCauses\n\nAge. Dr. A. Wren knows.\n", "a.txt"))

    assert told(parsed, "not_placed") == ["Age.", "Dr. A. Wren knows."]


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=documents(), taken=st.lists(phrases, max_size=6), name=st.sampled_from(["a.txt", "a.html"]))
def test_what_is_saved_or_told_holds_every_word_and_a_second_run_changes_nothing(db, parts, taken, name):
    data = WRITERS[name](parts, "•").encode()
    with transaction.atomic():
        for number, title in enumerate(taken):
            make.diagnostic_test(title, also_called=f"other {number}", description="<p>Ours.</p>")
            make.term(title, meaning="ours")
            make.treatment(title)
        with suppress(Unreadable):  # a name without an address, or one that is too long
            report = import_document(data, name)
            again = import_document(data, name)

            condition = Condition.objects.get(pk=report.page)
            known = set(words(" ".join(_saved(condition)))) | set(words(" ".join(report.texts()))) | STANDING
            told_words = [word for _, value in parts for text in ([value] if isinstance(value, str) else value)
                          for word in words(_as_read(text, name))]  # fmt: skip
            assert [word for word in told_words if word not in known] == []
            assert again.outcome == "unchanged"
            assert again.differences == []
        transaction.set_rollback(True)


def _saved(condition):
    """Every text of a condition's rows and of the entries that they show."""
    yield from (str(getattr(condition, name)) for name in ("title", "summary", "plural", "also_called", "lay_words"))
    for name in Condition.TEXTS:
        yield from (text for _, text in passages(getattr(condition, name)))
    for name in Condition.ROWS:
        for row in getattr(condition, name).all():
            entry = getattr(row, row.TARGET)
            yield row.note
            yield entry.title
            for field in ("meaning", "respelling", "variants", "also_called"):
                yield getattr(entry, field, "")
            yield from (text for _, text in passages(getattr(entry, "description", "")))
