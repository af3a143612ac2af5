"""The works a document rests on: bullets such as "[Title](address) – Publisher, 2024 – Chapter 12"."""

import re
from dataclasses import dataclass

from .text import Text

DASH = re.compile(r"\s+(?:[–—]|--?)\s+")
YEAR = re.compile(r"(?P<publisher>.+?),\s*(?P<year>(?:1[89]|20|21)\d\d)\.?")


@dataclass(frozen=True)
class Reference:
    """A work as a document names it; `note` says where in it."""

    title: str
    publisher: str
    year: int | None = None
    url: str = ""
    note: str = ""
    place: str = ""
    line: str = ""


def reference_of(item):
    """The Reference that a bullet names, or None where it doesn't part title and publisher by a dash."""
    title, rest = _split(item.text)
    publisher, note = _split(rest)
    if not title or not publisher or item.blocks:
        return None
    dated = YEAR.fullmatch(publisher.line)
    return Reference(
        title=title.line.strip('“”" .'),
        publisher=dated["publisher"] if dated else publisher.line.rstrip("."),
        year=int(dated["year"]) if dated else None,
        url=_address(title),
        note=note.line.rstrip("."),
        place=item.place,
        line=item.line,
    )


def _split(text):
    """(what stands before the first dash, what after it); a colon belongs to a title."""
    found = DASH.search(text.plain)
    return (text.cut(0, found.start()), text.cut(found.end())) if found else (text, Text())


def _address(text):
    for _characters, marks in text.runs:
        for mark in marks:
            address = dict(mark.attributes).get("href", "") if mark.tag == "a" else ""
            if address.startswith("https://"):
                return address
    return ""
