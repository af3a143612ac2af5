"""Markdown to blocks: markdown-it writes HTML part by part, so that each block knows its line."""

import re

from markdown_it import MarkdownIt

from . import markup
from .blocks import Block, Document, Unreadable
from .passages import passages
from .text import cleaned, folded

FOOTNOTE = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:[ \t]*(.*(?:\n(?:[ \t]+\S.*))*)", re.MULTILINE)
FOOTNOTE_SIGN = re.compile(r"(?<!\\)\[\^([^\]\s]+)\]")
FRONT_MATTER = re.compile(r"\A\s*---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)


def read(characters):
    """Return the Document of a Markdown text; raw HTML within it is read as a page's is."""
    characters = FRONT_MATTER.sub(r"\n\1\n\n", cleaned(characters).replace("\v", "\n").lstrip("\n"), count=1)
    document = Document()
    characters = _without_footnotes(characters, document)
    try:
        for start, gap, html in _parts(characters):
            place = f"line {start + 1}"
            if gap > 1 and document.blocks:
                document.blocks.append(Block("gap", place))
            walk = markup.Walk(document, place)
            document.blocks.extend(walk.blocks(markup.tree(html)))
            document.passages.extend((place, words) for _, words in passages(html, by_line=True))
    except RecursionError as error:
        raise Unreadable("the text is nested too deeply to be read") from error
    return document


def _without_footnotes(characters, document):
    """The text without footnotes and the signs that lead to them, each of which is told; its lines stay in place."""
    names = set()

    def told(found):
        names.add(found[1])
        words = folded(found[2])
        place = f"line {characters.count(chr(10), 0, found.start()) + 1}"
        document.passages.append((place, words))
        document.left_out.append((place, "footnote", words))
        return "<!-- -->" + "\n" * found[0].count("\n")

    without = FOOTNOTE.sub(told, characters)
    for found in FOOTNOTE_SIGN.finditer(without):
        if found[1] not in names:
            place = f"line {without.count(chr(10), 0, found.start()) + 1}"
            document.remarks.append((place, f"“{found[0]}” leads to no footnote and was left out."))
    return FOOTNOTE_SIGN.sub("", without)


def to_html(characters):
    """Markdown as the safe HTML that rich text fields keep."""
    return "".join(block.html for block in read(characters).blocks)


def _parts(characters):
    """(first line from 0, blank lines before, HTML) of every top-level part of the text."""
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    context, tokens = {}, []
    lines = characters.split("\n")
    last = 0
    for token in reader.parse(characters, context):
        tokens.append(token)
        if token.level == 0 and token.nesting <= 0:
            start = tokens[0].map[0] if tokens[0].map else last
            gap = 0
            while gap < start and not lines[start - 1 - gap].strip():
                gap += 1
            yield start, gap, reader.renderer.render(tokens, reader.options, context)
            last, tokens = start, []
