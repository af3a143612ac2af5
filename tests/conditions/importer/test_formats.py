"""The same document in every format is understood the same way."""

import html

import pytest

from conditions.importer import readers
from tests.conditions.importer.documents import PLAIN, parsed, told, word_file
from tests.conftest import shared

pytestmark = pytest.mark.once


def blocks_of(text):
    return readers.read(text.encode(), "a.txt").blocks


def as_html(text):
    written = []
    for block in blocks_of(text):
        if block.kind == "gap":
            written.append("<p>&nbsp;</p><p>&nbsp;</p>")
        elif block.kind == "list":
            written.append("<ul>" + "".join(f"<li>{item.html}</li>" for item in block.items) + "</ul>")
        elif block.kind == "heading":
            written.append(f"<h{block.level}>{block.text.html}</h{block.level}>")
        else:
            written.append("<p>" + "<br>".join(html.escape(line.plain) for line in block.text.lines()) + "</p>")
    return f"<html><body><nav>Home</nav><main>{''.join(written)}</main></body></html>".encode()


def as_markdown(text):
    written = []
    for block in blocks_of(text):
        if block.kind == "gap":
            written.append("\n\n")
        elif block.kind == "list":
            written.append("\n".join(f"* {item.line}" for item in block.items))
        else:
            mark = f"{'#' * block.level} " if block.kind == "heading" else ""
            written.append(mark + block.text.plain)
    return "\n\n".join(written).encode()


def as_word(text):
    paragraphs = []
    for block in blocks_of(text):
        if block.kind == "gap":
            paragraphs += ["", ""]
        elif block.kind == "list":
            paragraphs += [("List Bullet", item.line) for item in block.items]
        elif block.kind == "heading":
            paragraphs.append(("Title" if block.level == 1 else "Heading 1", block.line))
        else:
            paragraphs += [line.plain for line in block.text.lines()]
    return word_file(*paragraphs)


WRITERS = {"slip.html": as_html, "slip.md": as_markdown, "slip.docx": as_word}


def understood(found):
    tests = [(test.name, test.other_names, test.description) for test in found.tests]
    words = [(word.word, word.meaning) for word in found.words]
    return found.title, found.headers, words, found.texts, tests, found.physicians, found.lead


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("source", ["ours", "reference"])
def test_a_document_is_understood_the_same_in_every_format(name, source):
    text = PLAIN if source == "ours" else shared("reference/metastatic-tumor.txt").read_text()

    found = parsed(WRITERS[name](text), name)

    assert understood(found) == understood(parsed(text))
    assert told(found, "lost_heading") == ["“Symptoms” was set here.", "“Treatments” was set here."]
    assert told(found, "not_placed") == []
