import io
import zipfile

import pytest

from conditions.importer import readers
from conditions.importer.blocks import MAX_BYTES, Unreadable
from conditions.importer.markdown import to_html
from publishing.richtext import clean
from tests.conditions.importer.documents import NBSP, PLAIN, parsed, told, word_file

pytestmark = pytest.mark.once


def blocks(characters, name):
    data = characters if isinstance(characters, bytes) else characters.encode()
    return [(block.kind, block.place, block.line) for block in readers.read(data, name).blocks]


def html(characters, name="page.html"):
    return "".join(block.html for block in readers.read(characters.encode(), name).blocks)


def zipped(parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_plain_text_becomes_blocks_with_their_lines():
    text = f"A Title\n\n\nOne{NBSP} paragraph\nin two lines.\n\nTests\n\t• one\n\t• two\n\t  goes on\n\n1) a\n2) b\n"

    assert blocks(text, "a.txt") == [
        ("heading", "line 1", "A Title"),
        ("gap", "line 4", ""),
        ("paragraph", "line 4", "One paragraph in two lines."),
        ("heading", "line 7", "Tests"),
        ("list", "line 8", "one two goes on"),
        ("list", "line 12", "a b"),
    ]


def test_lines_of_a_text_that_is_not_wrapped_are_paragraphs():
    long = "A sentence that goes on. " * 10

    found = blocks(f"Title\n\n{long}\n{long}\n", "a.txt")

    assert [kind for kind, _, _ in found] == ["heading", "paragraph", "paragraph"]


def test_lists_within_lists_and_paragraphs_within_items_stay_there():
    found = html(
        "Title\n\nSome text first, in a line.\n\n- one\n  - in one\n- two\n\n  more of two\n3. three\n", "a.txt"
    )

    assert found.endswith("<ul><li>one<ul><li>in one</li></ul></li><li>two<p>more of two</p></li></ul>"
                          '<ol start="3"><li>three</li></ol>')  # fmt: skip


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.html"])
def test_an_item_of_a_list_opens_no_section(name):
    """Its words alone would: “What are the symptoms?” is how some documents begin their symptoms."""
    items = ["What are the symptoms?", "What tests will I need?"]
    text = (
        "".join(f"<li>{item}</li>" for item in items) if name == "a.html" else "\n".join(f"- {item}" for item in items)
    )

    assert "<li>What are the symptoms?</li><li>What tests will I need?</li>" in html(
        f"<h1>Title</h1><p>Questions.</p><ul>{text}</ul>" if name == "a.html" else f"# Title\n\nQuestions.\n\n{text}\n",
        name,
    )


def test_markdown_becomes_blocks_with_their_lines():
    text = "# A Title\n\nOne.\n\n\n\n## Tests\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"

    assert blocks(text, "a.md") == [
        ("heading", "line 1", "A Title"),
        ("paragraph", "line 3", "One."),
        ("gap", "line 7", ""),
        ("heading", "line 7", "Tests"),
        ("list", "line 9", "one two"),
        ("table", "line 12", "a b 1 2"),
    ]


def test_front_matter_is_read_as_header_lines():
    found = parsed("---\ntitle: Slip\nplural: slips\n---\n\nIt slips.\n", "slip.md")

    assert (found.title, found.headers, found.texts) == ("Slip", {"plural": "slips"}, {"overview": "<p>It slips.</p>"})


def test_footnotes_of_markdown_are_told_and_leave_no_sign():
    text = (
        "# Slip\n\nIt slips[^1] far.[^b] See [^none].\n\n[^1]: A study of\n    ten people.\n[^b]: https://example.org/b\n\n"
        "## Causes\n\nAge.\n"
    )

    found = parsed(text, "slip.md")

    assert found.texts == {"overview": "<p>It slips far. See .</p>", "causes": "<p>Age.</p>"}
    assert [str(remark) for remark in found.remarks] == [
        "line 3: “[^none]” leads to no footnote and was left out.",
        "line 5: footnote: A study of ten people.",
        "line 7: footnote: https://example.org/b",
    ]


def test_markdown_becomes_the_html_that_fields_keep():
    found = to_html("One *two* **three** <b>four</b>.\n\n- a\n- [b](https://example.org)\n\n## Head\n")

    assert found == (
        "<p>One <em>two</em> <strong>three</strong> <strong>four</strong>.</p>"
        '<ul><li>a</li><li><a href="https://example.org">b</a></li></ul><h3>Head</h3>'
    )


PAGE = """<!doctype html><html><head><title>Slip | The Spine Place</title><style>p {color: red}</style></head><body>
<header>The Spine Place <a href="/">Home</a></header><nav>Menu words</nav>
<main><h1>Slip</h1><script>bad()</script>
<p>Bone = a hard part<br>Slip = a slide</p>
<p>It <b>slips <i>far</i></b>&nbsp; <a href="https://example.org/a">here</a>, <a href="../old">there</a>,
<a href="javascript:bad()">nowhere</a>, <span onclick="bad()">so</span>.</p>
<p><strong>Symptoms</strong></p><div>Loose words <p>and a paragraph</p></div><ul><li>a<ul><li>b</li></ul></li></ul>
<h2>Tests</h2><p>• X-ray – a picture</p><p>• CT scan – slices</p>
<table><tr><th scope="col" style="x">A</th><td colspan="2">B</td></tr></table>
<img src="x" alt="A bone"><aside>Advert</aside><p hidden>Secret words</p></main>
<footer>Written in spring. Call us.</footer></body></html>"""


def test_the_main_part_of_a_page_is_read_with_its_marks():
    found = parsed(PAGE, "slip.html")

    assert found.title == "Slip"
    assert [word.word for word in found.words] == ["Bone", "Slip"]
    assert found.texts["overview"] == (
        '<p>It <strong>slips <em>far</em></strong> <a href="https://example.org/a">here</a>, there, nowhere, so.</p>'
    )
    assert found.texts["symptoms"] == "<p>Loose words</p><p>and a paragraph</p><ul><li>a<ul><li>b</li></ul></li></ul>"
    assert [test.name for test in found.tests] == ["X-ray", "CT scan"]
    assert found.texts["further_tests"] == (
        '<table><tbody><tr><th scope="col">A</th><td colspan="2">B</td></tr></tbody></table>'
    )


def test_what_is_left_out_of_a_page_is_told():
    found = parsed(PAGE, "slip.html")

    assert told(found, "left_out") == [
        "picture: A bone",
        "side note: Advert",
        "hidden text: Secret words",
        "head of the page: The Spine Place Home",
        "navigation: Menu words",
        "foot of the page: Written in spring. Call us.",
    ]
    assert told(found, "note") == [
        "The link to “../old” was left out; its words were kept.",
        "The link to “javascript:bad()” was left out; its words were kept.",
    ]
    assert told(found, "not_placed") == []


def test_the_readers_html_is_what_the_cleaner_keeps():
    found = parsed(PAGE, "slip.html")

    for text in found.htmls():
        assert clean(text).replace(' rel="noopener noreferrer"', "") == text


def test_a_page_without_main_heading_takes_its_title():
    found = parsed("<title>Slip – The Spine Place</title><p>It slips far.</p><h2>Causes</h2><p>Age.</p>", "slip.htm")

    assert (found.title, found.texts) == ("Slip", {"overview": "<p>It slips far.</p>", "causes": "<p>Age.</p>"})


@pytest.mark.parametrize("gap", ["<p>&nbsp;</p><p></p>", "<h2></h2>", "<br><br><br>"])
def test_an_empty_heading_or_two_empty_paragraphs_mark_a_lost_heading(gap):
    found = parsed(f"<h1>Slip</h1><p>It slips.</p>{gap}<p>The symptom is pain.</p><h2>Causes</h2><p>Age.</p>", "s.html")

    assert found.texts["symptoms"] == "<p>The symptom is pain.</p>"


def test_a_word_file_is_read():
    data = word_file(
        ("Title", "Slip"),
        "It slips.",
        "",
        "",
        "The symptom is pain.",
        ("Heading 1", "Tests and Diagnosis"),
        ("List Bullet", "X-ray – a picture"),
        ("List Bullet", "CT scan – slices"),
        header="The Spine Place",
    )

    found = parsed(data, "slip.docx")

    assert (found.title, found.texts) == (
        "Slip",
        {"overview": "<p>It slips.</p>", "symptoms": "<p>The symptom is pain.</p>"},
    )
    assert [test.name for test in found.tests] == ["X-ray", "CT scan"]
    assert told(found, "left_out") == ["head of the page: The Spine Place"]
    assert told(found, "not_placed") == []


def test_a_word_file_without_styles_is_read_by_its_wording():
    data = word_file("Slip", "It slips.", "Causes and Risk Factors", "Age.", "• one", "• two")

    found = parsed(data, "slip.docx")

    assert found.title == "Slip"
    assert found.texts == {"overview": "<p>It slips.</p>", "causes": "<p>Age.</p><ul><li>one</li><li>two</li></ul>"}
    assert told(found, "not_placed") == []


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028"])
def test_lines_may_end_in_any_way(end):
    found = parsed(PLAIN.replace("\n", end))

    assert found.texts == parsed(PLAIN).texts
    assert told(found, "not_placed") == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_unicode_encodings_are_read(encoding):
    mark = "\ufeff" if encoding == "utf-16-be" else ""

    found = parsed((mark + PLAIN).encode(encoding), "slip.txt")

    assert "It’s common" in found.texts["overview"]
    assert told(found, "note") == []


def test_windows_text_is_read_and_told():
    found = parsed(PLAIN.encode("cp1252"), "slip.txt")

    assert "It’s common" in found.texts["overview"]
    assert told(found, "note") == [
        "The file is not in UTF-8; it was read as Windows-1252. Check its quotes and accents."
    ]


BROKEN = [
    (b"", "a.txt", "the file is empty"),
    (b" \n\n\t", "a.txt", "the file holds no text"),
    (b"<html><body></body></html>", "a.html", "the file holds no text"),
    (b"a" * (MAX_BYTES + 1), "a.txt", "the file is larger than 5 MB"),
    (b"Title\n\nwords\x00\x01\n", "a.txt", "line 3: this is a binary file, not a text"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", "a.md", "line 2: this is a binary file, not a text"),
    (b"\xff\xfea\x00b", "a.txt", "line 1: the file says it is UTF-16 but is not"),
    ("Title".encode("utf-16-le"), "a.txt",
     "this looks like UTF-16 without its byte order mark; save the file as UTF-8"),
    (b"Title\n\nna\xc3\xafve \xff bytes", "a.txt", "line 3: the encoding is not UTF-8; save the file as UTF-8"),
    ("Title\n\nПозвоночник".encode("cp1251"), "a.txt", "line 3: the encoding is not UTF-8; save the file as UTF-8"),
    ("Title\n\n脊椎の腫瘍".encode("shift_jis"), "a.txt", "line 3: the encoding is not UTF-8; save the file as UTF-8"),
    (b"words", "a.pdf", ".pdf can't be read; use .txt, .md, .html or .docx"),
    (b"words", "words", "a file without ending can't be read; use .txt, .md, .html or .docx"),
    (b"words", "a.docx", "this is not a Word document (.docx)"),
    (b"PK\x03\x04 broken", "a.docx", "this is not a Word document (.docx)"),
    (b"\xd0\xcf\x11\xe0 old", "a.docx",
     "this is an old or password-protected Word file; save it as .docx without a password"),
    (zipped({"a.txt": "words"}), "a.docx", "this is not a Word document (.docx)"),
    (zipped({"word/document.xml": "no xml"}), "a.docx", "this is not a Word document (.docx) that can be read"),
    (zipped({"word/document.xml": b"0" * 11_000_000}), "a.docx", "the Word file unpacks to more than 10 MB of text"),
    (zipped({"word/document.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}), "a.docx",
     "the Word file declares entities, which no Word document does"),
    (b"<div>" * 100_000 + b"words", "a.html", None),
]  # fmt: skip


@pytest.mark.parametrize(("data", "name", "message"), BROKEN, ids=[str(number) for number in range(len(BROKEN))])
def test_a_bad_file_is_refused_with_one_clear_line(data, name, message):
    with pytest.raises(Unreadable) as refusal:
        parsed(data, name)

    assert message is None or str(refusal.value) == message
    assert "\n" not in str(refusal.value)
