"""What a bullet says: a test with its other names, or an entry of the library with a note."""

import re
from dataclasses import dataclass

from .blocks import Item
from .names import NOUN, NOUNS, PLURAL, singular
from .text import Text

DASH = re.compile(r"\s+[–—]\s*|\s*[–—]\s+|\s+--?\s+|\s*:\s+")
ALSO = re.compile(
    r"^(?:or\s+)?(?:(?:(?:also|sometimes|often|formerly)\s+)*(?:known\s+as|called|named)|aka|a\.k\.a\.|short\s+for|or|also)\s+",
    re.IGNORECASE,
)
OTHER_WORDS = frozenset(
    ["also", "known", "as", "called", "named", "or", "aka", "a", "k", "sometimes", "often", "formerly", "short", "for"]
)
NOT_NAMES = re.compile(
    r"(?:with|without|if|when|in|for|of|to|by|on|from|see|such|e\.g|i\.e|usually|especially|including|not|may|can|this)\b|\d",
    re.IGNORECASE,
)
NAMED = re.compile(r"(?P<name>[^().:;,]{1,80}?)\s*\((?P<others>[^()]{1,300})\)")
VERB = re.compile(
    r"(?P<name>(?:[\w/’'-]+\s+){0,5}?[\w/’'-]+)\s+(?:uses?|is|are|can|may|shows?|helps?|measures?|takes?|gives?|looks?|checks?|"
    r"records?|finds?|tells?)\s"
)
NOT_A_TEST = re.compile(
    r"(?:this|these|that|those|your?|we|it|they|he|she|our|the|in|if|when|while|some|most|many|all|no|doctors?|physicians?|"
    r"surgeons?|patients?|people|sometimes|often|there)\b",
    re.IGNORECASE,
)
GOAL = re.compile(r"To\s+(cure|shrink|slow|relieve|stabili[sz]e)\b.*:", re.IGNORECASE)
LONGEST_NAME = 120


@dataclass(frozen=True)
class Test:
    """A diagnostic test of a document; `pieces` are what its bullet became, in the bullet's order."""

    name: str
    other_names: tuple
    description: str
    group: str
    place: str
    line: str
    pieces: tuple


@dataclass(frozen=True)
class Entry:
    """A bullet that names an entry of the library: a note is plain text, a description HTML."""

    name: str
    note: str = ""
    description: str = ""
    goal: str = ""
    place: str = ""
    line: str = ""


def split(text):
    """(name, rest) of a bullet at its first dash or colon outside brackets; rest is empty where there is none."""
    for found in DASH.finditer(text.plain, 0, 3 * LONGEST_NAME):
        before = text.plain[: found.start()]
        if before.strip() and before.count("(") == before.count(")"):
            return text.cut(0, found.start()), text.cut(found.end())
    return text, Text()


def test_of(item, group):
    """The Test that a bullet describes, or None where no name can be made out.

    "X-ray (also known as plain films) – a test that …" and "CT scans (computed tomography scans, or CAT scans) use …"
    are both understood; in the second form the whole sentence is the description.
    """
    text, line = item.text, item.line
    more = "".join(block.html for block in item.blocks)
    more_lines = tuple(block.line for block in item.blocks)
    name, rest = split(text)
    rest = rest.capitalized()
    if rest and _is_name(_without_brackets(name.line)[0]):
        title, others = _without_brackets(name.line)
        pieces = (title, *others, rest.line, *more_lines)
        return Test(title, others, f"<p>{rest.html}</p>{more}", group, item.place, line, pieces)
    title, others = _without_brackets(text.line.rstrip("."))
    if not others:
        name, names = _named(text)
        if name:
            return Test(name, names, f"<p>{text.html}</p>{more}", group, item.place, line, (text.line, *more_lines))
    if _is_name(title):
        return Test(title, others, more, group, item.place, line, (title, *others, *more_lines))
    return None


def _is_name(words):
    return bool(words) and len(words) <= LONGEST_NAME and len(words.split()) <= 10 and not re.search(r"[.!?]\s", words)


def _without_brackets(words):
    """("X-ray", ("plain films",)) of "X-ray (also known as plain films)"."""
    found = re.fullmatch(NAMED.pattern, words)
    others = _other_names(found["others"]) if found else ()
    return (found["name"].strip(), others) if others else (words, ())


def _other_names(words):
    """The names within brackets, or nothing where they don't hold names."""
    if NOT_NAMES.match(words.strip()):
        return ()
    names = []
    for part in re.split(r"\s*[,;]\s*|\s+or\s+", words.strip()):
        part = ALSO.sub("", ALSO.sub("", part.strip())).strip()
        if part and len(part) <= 60 and len(part.split()) <= 7:
            names.append(part)
        elif part:
            return ()
    return tuple(dict.fromkeys(names))


def _named(text):
    """Name and other names of a bullet that is a sentence: by its brackets, its bold start, or its first words."""
    words = " ".join(text.plain.split())
    found = NAMED.match(words)
    others = _other_names(found["others"]) if found and not NOT_A_TEST.match(words) else ()
    if others:
        noun = re.match(rf"\s+((?:{NOUN}|{'|'.join(PLURAL)})s?)\b", words[found.end() :], re.IGNORECASE)
        name = found["name"].strip()
        if noun and not NOUNS.search(name):
            name = f"{name} {noun[1]}"
            others = tuple(other if NOUNS.search(other) else f"{other} {noun[1]}" for other in others)
        return singular(name), tuple(singular(other) for other in others)
    bold = "".join(characters for characters, marks in text.runs[:1] if any(mark.tag == "strong" for mark in marks))
    if _is_name(bold.strip(" .:")):
        return singular(bold.strip(" .:")), ()
    found = VERB.match(words)
    if found and not NOT_A_TEST.match(words):
        return singular(found["name"]), ()
    return "", ()


def entries(block, knows, goal=""):
    """The entries that a list names, or None unless every bullet names one that `knows(name)` (each only once)."""
    found, seen = [], set()
    for item in block.items:
        name, rest = split(item.text)
        entry = knows(name.line.rstrip("."))
        if not entry or entry in seen or item.blocks:
            return None
        seen.add(entry)
        found.append(
            Entry(name.line.rstrip("."), note=rest.capitalized().line, goal=goal, place=item.place, line=item.line)
        )
    return found


def surgery_of(item: Item):
    """The treatment that a bullet of the surgery overviews names, or None where it is a sentence."""
    name, rest = split(item.text)
    rest = rest.capitalized()
    if not _is_name(name.line.rstrip(".")):
        return None
    more = "".join(block.html for block in item.blocks)
    description = (f"<p>{rest.html}</p>" if rest else "") + more
    return Entry(name.line.rstrip("."), rest.line, description, place=item.place, line=item.line)


def goal_of(text):
    """The goal that a paragraph like "To relieve pain:" sets for the list after it, or nothing."""
    found = GOAL.fullmatch(text)
    return found[1].casefold().replace("stabilise", "stabilize") if found else ""
