"""Blocks to a Parsed condition: every section read as what it should hold."""

from . import bullets, front, headings, team
from .blocks import Block
from .coverage import Carried, sentences, word_list
from .headings import ORDER, TITLES
from .names import key
from .parsed import Parsed
from .people import STANDING
from .references import reference_of
from .sections import divided, section_of_block

PROSE = ("overview", "causes", "outlook", "living", "preparing")
GOAL_WORDS = frozenset(
    ["to", "cure", "shrink", "slow", "relieve", "stabilize", "stabilise", "it", "its", "the", "a", "and", "or", "other",
     "pain", "symptoms", "spine", "tumor", "growth"]
)  # fmt: skip


def nothing(name):
    """Knows no entry: for documents read without a library."""


def outline(document, knows_symptom=nothing, knows_treatment=nothing):
    """Return the Parsed of a Document; raises Unreadable where it has no title.

    `knows_symptom` and `knows_treatment` answer, for a name, anything true that stands for the library's entry; lists
    that name only such entries, or surgeries that the document itself names, become rows.
    """
    title, place, start = front.title_of(document)
    parsed = Parsed(title=title, passages=document.passages)
    parsed.carried.append(Carried(title, (title,)))
    for place, text in document.remarks:
        parsed.remark("note", text, place)
    for place, what, text in document.left_out:
        parsed.remark("left_out", f"{what}: {text}", place)

    blocks = document.blocks[: max(start - 1, 0)]
    _tell_all(front.take(blocks, parsed), parsed)
    sections, heads = divided(_without_front(document.blocks[start:], parsed), parsed)
    for heading in heads.values():
        parsed.carried.append(Carried(heading.line, (), frozenset(word_list(heading.line))))
    _read_words(sections, parsed)
    team.take(sections, parsed)
    _read_tests(sections, parsed)
    _read_list("symptoms", sections, parsed, knows_symptom)
    _read_surgeries(sections, heads, parsed)
    own = {key(entry.name): entry for entry in parsed.surgeries}
    _read_list("treatments", sections, parsed, lambda name: knows_treatment(name) or own.get(key(name)))
    for section in PROSE:
        _keep(section, sections.get(section, []), parsed)
    _read_sources(sections, parsed)
    if any(block.line for block in sections.get("news", [])):
        parsed.remark("note", "A condition's page has no place for news; its text is listed as not placed.")
        _tell_all(sections["news"], parsed)
    parsed.check()
    return parsed


def _without_front(blocks, parsed):
    """The blocks after the title without header lines, word meanings and headings that only repeat the title."""
    title = headings.wording(parsed.title)
    blocks = [block for block in blocks if block.kind != "heading" or headings.wording(block.line) != title]
    first = len(blocks)
    for number, block in enumerate(blocks):
        if block.kind == "heading" and section_of_block(block, parsed.title) in ORDER[1:]:
            first = number
            break
    return [*front.take(blocks[:first], parsed), *blocks[first:]]


def _keep(section, blocks, parsed, field=""):
    for block in blocks:
        if block.kind == "paragraph" and headings.stands_like_heading(block.line):
            text = f"“{block.line}” stands alone like a heading; it was kept as text."
            parsed.remark("heading", text, block.place)
    blocks = [block for block in blocks if block.kind != "gap"]
    if any(block.line for block in blocks):
        parsed.spoken.add(section)
        parsed.places[field or section] = blocks[0].place
        parsed.texts[field or section] = "".join(block.html for block in blocks)


def _read_words(sections, parsed):
    left = front.take(sections.pop("words", []), parsed)
    if any(block.line for block in left):
        parsed.remark(
            "heading", f"What is no “Word = meaning” line was put under “{TITLES['overview']}”.", left[0].place
        )
        sections["overview"] = [*sections.get("overview", []), *left]
    if parsed.words:
        parsed.spoken.add("words")


def _read_tests(sections, parsed):
    """Bullets are tests; paragraphs before the first list are the introduction, those after it further tests."""
    parts = {"tests": [], "further_tests": []}
    for group, section in (("first", "tests"), ("further", "further_tests")):
        blocks = [block for block in sections.get(section, []) if block.kind != "gap"]
        is_further = group == "further"
        for block in blocks:
            if block.kind != "list":
                parts["further_tests" if is_further else "tests"].append(block)
                continue
            left = []
            for item in block.items:
                test = bullets.test_of(item, "further" if is_further and parsed.tests else group)
                if not test or any(test.name.casefold() == known.name.casefold() for known in parsed.tests):
                    left.append(item)
                    continue
                parsed.add("tests", test)
                parsed.carried.append(Carried(test.line, test.pieces, bullets.OTHER_WORDS))
            if left:
                parsed.remark("heading", "A bullet names no test of its own; it was kept in the text.", left[0].place)
                kept = Block("list", left[0].place, items=tuple(left), is_numbered=block.is_numbered)
                parts["further_tests" if is_further else "tests"].append(kept)
            is_further = True
    for field, blocks in parts.items():
        _keep("tests", blocks, parsed, field)
    if parsed.tests:
        parsed.spoken.add("tests")


def _read_list(section, sections, parsed, knows):
    """Lists that name only known entries become rows, with the goal that the paragraph before them sets."""
    kept, rows = [], getattr(parsed, section)
    for block in sections.get(section, []):
        if block.kind != "list":
            kept.append(block)
            continue
        before = kept[-1] if kept and kept[-1].kind == "paragraph" else None
        goal = bullets.goal_of(before.line) if before and section == "treatments" else ""
        found = bullets.entries(block, knows, goal)
        earlier = {id(knows(row.name)) for row in rows}
        if found is None or any(id(knows(entry.name)) in earlier for entry in found):
            known = [item for item in block.items if knows(bullets.split(item.text)[0].line.rstrip("."))]
            if len(known) * 2 >= len(block.items):
                text = f"{len(known)} of {len(block.items)} bullets name entries of the library; the list stays text."
                parsed.remark("heading", text, block.place)
            kept.append(block)
            continue
        if goal:
            kept.pop()
            _carry_goal(before, parsed)
        rows.extend(found)
        parsed.carried.extend(Carried(entry.line, (entry.name, entry.note)) for entry in found)
    if rows:
        parsed.spoken.add(section)
    _keep(section, kept, parsed)


def _carry_goal(block, parsed):
    if GOAL_WORDS.issuperset(word_list(block.line)):
        parsed.carried.append(Carried(block.line, (), GOAL_WORDS))
    else:
        parsed.remark("standing", block.line, block.place)


def _read_sources(sections, parsed):
    """Bullets are sources; whatever else stands among them is told."""
    for block in sections.get("sources", []):
        for part in block.items if block.kind == "list" else [block]:
            source = reference_of(part) if block.kind == "list" else None
            if not source:
                _tell_all([part], parsed)
                continue
            parsed.add("sources", source)
            pieces = (source.title, source.publisher, str(source.year or ""), source.note)
            parsed.carried.append(Carried(source.line, pieces))


def _tell_all(parts, parsed):
    """Tell every sentence of blocks or items that become nothing, even where the same words stand elsewhere."""
    for part in parts:
        for sentence in sentences(part.line):
            parsed.remark("standing" if STANDING.fullmatch(sentence) else "not_placed", sentence, part.place)


def _read_surgeries(sections, heads, parsed):
    """Bullets name surgeries; all else is told, what the site says itself and what it has no place for."""
    for block in sections.get("surgeries", []):
        if block.kind != "list":
            _tell_all([block], parsed)
            continue
        for item in block.items:
            entry = bullets.surgery_of(item)
            if entry:
                parsed.add("surgeries", entry)
                parsed.carried.append(Carried(entry.line, (entry.name, entry.note)))
            else:
                _tell_all([item], parsed)
    if parsed.surgeries:
        parsed.spoken.add("surgeries")
    elif "surgeries" in heads:
        heading = heads["surgeries"]
        parsed.remark("empty_heading", f"“{heading.line}” names no surgery.", heading.place)
