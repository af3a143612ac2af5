"""The words of an HTML text, cut at its blocks; found without a tree, so that what a reader drops is noticed."""

import html
import re

from .text import folded

BLOCKS = {
    "address", "article", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "hr", "html", "li", "main", "ol", "option", "p",
    "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
LEFT_OUT = {
    "nav": "navigation", "footer": "foot of the page", "aside": "side note", "form": "form", "button": "button",
    "select": "choice list", "textarea": "form", "iframe": "frame", "object": "embedded file", "video": "video",
    "audio": "sound", "canvas": "drawing", "svg": "drawing", "math": "formula",
    "noscript": "text for readers without script", "dialog": "dialog", "figcaption": "caption",
}  # fmt: skip
UNREAD = ("script", "style", "template", "title")
# A tag up to its end; quotes count behind "=" alone. Possessive, so that a tag without an end costs one look.
TAG = re.compile(r"""</?([a-zA-Z][^\s/>]*+)(?:[^>=]|=\s*+(?:"[^"]*+"|'[^']*+'|(?=[^\s"'])))*+>|<[!?][^>]*+>""")


def passages(characters, by_line=False):
    """All the words of a page as (place, words), block by block, or line by line; places are empty."""
    found, words = [], []

    def end():
        text = html.unescape("".join(words))
        parts = map(folded, text.splitlines() if by_line else [text])
        found.extend(("", part) for part in parts if part)
        words.clear()

    for text, name in _pieces(characters):
        words.append(text)
        if name in BLOCKS or name in LEFT_OUT:
            end()
    end()
    return found


def _pieces(characters):
    """(text, name of the tag after it) in order; the contents of comments and of unread elements are skipped."""
    place = 0
    lower = characters.lower()
    if len(lower) != len(characters):  # a few letters are longer in lower case
        lower = characters
    while True:
        start = characters.find("<", place)
        if start < 0:
            yield characters[place:], ""
            return
        text = characters[place:start]
        if characters.startswith("<!--", start):
            end = characters.find("-->", start + 4)
            yield text, ""
            if end < 0:
                return
            place = end + 3
            continue
        tag = TAG.match(characters, start)
        if not tag:
            is_tag = characters[start + 1 : start + 2].isalpha() or characters.startswith(("</", "<!", "<?"), start)
            if is_tag:  # without an end: all that follows counts as words, rather than as nothing
                yield characters[place:], ""
                return
            yield text + "<", ""
            place = start + 1
            continue
        name = (tag[1] or "").lower()
        yield text, name
        place = tag.end()
        if name in UNREAD and not characters.startswith("</", start):
            end = lower.find(f"</{name}", place)
            if end < 0:
                return
            place = end
