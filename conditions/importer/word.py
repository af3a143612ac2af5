"""Word files (.docx) to blocks, by way of mammoth's HTML."""

import io
import re
import zipfile
import zlib
from xml.etree import ElementTree

import mammoth

from . import markup
from .blocks import Unreadable
from .passages import passages
from .text import folded

MAX_UNPACKED = 10 * 1024 * 1024
MAX_PARTS = 1000
OLD_WORD = b"\xd0\xcf\x11\xe0"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
READ_PARTS = re.compile(r"word/(document|footnotes|endnotes)\d*\.xml")
LEFT_OUT = {"header": "head of the page", "footer": "foot of the page", "comments": "comment"}
STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"
NOTE_LINK = re.compile(
    r'<sup><a href="#(?:foot|end)note-[^"]*"[^>]*>\[\d+\]</a></sup>| ?<a href="#(?:foot|end)note-ref-[^"]*">↑</a>'
)
NOT_WORD = "this is not a Word document (.docx)"


def read(data):
    """Return the Document of a .docx file; raises Unreadable for anything else and for one that unpacks too large."""
    parts = _parts(data)
    pictures = []

    def picture(image):
        pictures.append(folded(image.alt_text or ""))
        return []

    try:
        result = mammoth.convert_to_html(
            io.BytesIO(data),
            convert_image=picture,
            style_map=STYLES,
            include_embedded_style_map=False,
            ignore_empty_paragraphs=False,
        )
    except Exception as error:  # mammoth raises whatever its parsers do; all of it means the same to an editor
        raise Unreadable(f"{NOT_WORD} that can be read") from error
    html, notes = _without_notes(result.value)
    document = markup.read(html)
    if notes:
        document.left_out.append(("", "footnotes", " ".join(words for _, words in passages(notes))))
    document.left_out.extend(("", "picture", words) for words in pictures if words)
    document.passages = []
    for name, part in parts.items():
        found = [("", words) for words in _paragraphs(part)]
        document.passages.extend(found)
        kind = re.match(r"word/([a-z]+)", name)[1]
        if kind in LEFT_OUT:
            document.left_out.extend((place, LEFT_OUT[kind], words) for place, words in found)
    return document


def _parts(data):
    """The XML parts that hold words, by name, after every bound has been checked."""
    if data.startswith(OLD_WORD):
        raise Unreadable("this is an old or password-protected Word file; save it as .docx without a password")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            texts = [entry for entry in entries if entry.filename.endswith((".xml", ".rels"))]
            # zipfile never unpacks more of an entry than it declares, so the declared sizes bound the work.
            if len(entries) > MAX_PARTS or sum(entry.file_size for entry in texts) > MAX_UNPACKED:
                raise Unreadable("the Word file unpacks to more than 10 MB of text")
            if "word/document.xml" not in archive.namelist():
                raise Unreadable(NOT_WORD)
            contents = {entry.filename: archive.read(entry) for entry in texts}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error) as error:
        raise Unreadable(NOT_WORD) from error
    if any(b"<!DOCTYPE" in content or b"<!ENTITY" in content for content in contents.values()):
        raise Unreadable("the Word file declares entities, which no Word document does")
    wanted = re.compile(rf"{READ_PARTS.pattern}|word/({'|'.join(LEFT_OUT)})\d*\.xml")
    return {name: content for name, content in contents.items() if wanted.fullmatch(name)}


def _paragraphs(content):
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - _parts has refused entities and bounded the size
    except ElementTree.ParseError as error:
        raise Unreadable(f"{NOT_WORD} that can be read") from error
    for paragraph in root.iter(f"{WORD}p"):
        words = []
        for element in paragraph.iter():
            if element.tag in (f"{WORD}t", f"{MATH}t"):
                words.append(element.text or "")
            elif element.tag in (f"{WORD}br", f"{WORD}tab", f"{WORD}cr"):
                words.append(" ")
        words = folded("".join(words))
        if words:
            yield words


def _without_notes(html):
    """The HTML without mammoth's list of footnotes and the little links to it, and that list."""
    found = re.search(r'<ol><li id="(?:foot|end)note-', html)
    html, notes = (html[: found.start()], html[found.start() :]) if found else (html, "")
    return NOTE_LINK.sub("", html), NOTE_LINK.sub("", notes)
