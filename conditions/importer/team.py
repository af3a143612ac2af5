"""Who treats it: the sentences on physicians, taken out of whatever section they stand in."""

import re

from . import people
from .blocks import Block
from .coverage import Carried, sentence_spans, words
from .people import EXPERT_IN, LEAD, SECOND_OPINION, STANDING_WORDS
from .text import folded


def take(sections, parsed):
    """Take what the page says from data out of the sections' paragraphs; tell what only resembles it."""
    order = ["preparing", *(section for section in sections if section != "preparing")]
    for find, places in ((_experts, order), (_opinion, order), (_lead, ("surgeries", "treatments", "preparing"))):
        for section in places:
            blocks = sections.get(section, [])
            sections[section] = [part for block in blocks for part in _without(find, block, parsed)]


def _without(find, block, parsed):
    """The block, or what is left of it around the sentences that `find` takes.

    `find` answers how many letters of a sentence it took.
    """
    if block.kind != "paragraph":
        return [block]
    plain, kept, start = block.text.plain, [], 0
    for first, end in sentence_spans(plain):
        taken = find(plain[first:end], block.place, parsed)
        if taken:
            kept.append(block.text.cut(start, first))
            start = first + taken
        elif start and first == start and plain[first].islower():
            parsed.remark(
                "note", f"“{folded(plain[first:end])}” was kept as text, torn from what stood before.", block.place
            )
    if not start:
        return [block]
    kept.append(block.text.cut(start))
    return [Block("paragraph", block.place, text) for text in kept if re.search(r"\w", text.plain)]


def _experts(sentence, place, parsed):
    found, rest, end = people.statements(sentence)
    if not found:
        if re.search(EXPERT_IN, sentence):
            text = f"“{folded(sentence)}” was kept as text; it names no physician as “Dr. …”."
            parsed.remark("note", text, place)
        return 0
    if not parsed.treated:
        parsed.treated = found[0].plural
        parsed.headers.setdefault("plural", found[0].plural)
        for name in ("plural", "physicians"):
            parsed.places.setdefault(name, place)
    pieces = []
    for statement in found:
        parsed.named.update(person.full_name for person in statement.persons)
        if words(statement.plural) == words(parsed.treated):
            pieces += [*_added(statement.persons, parsed), statement.plural]
        else:
            _tell_others(statement, place, parsed)
            pieces.append(statement.line)
    if rest:
        parsed.remark("not_placed", rest, place)
    parsed.spoken.add("physicians")
    left = rest or folded(sentence[end:])
    parsed.carried.append(Carried(folded(sentence), (*pieces, left), STANDING_WORDS))
    return end


def _added(persons, parsed):
    """Add the persons that aren't there yet; answer the pieces of all their names."""
    known = {person.full_name for person in parsed.physicians}
    pieces = []
    for person in persons:
        if person.full_name not in known:
            parsed.add("physicians", person)
        pieces += [person.given_names, person.family_name, person.suffix, *person.credentials.split(", ")]
    return pieces


def _tell_others(statement, place, parsed):
    parsed.remark("not_placed", statement.line, place)
    known = {person.full_name for person in parsed.physicians}
    names = ", ".join(person.full_name for person in statement.persons if person.full_name not in known)
    if names:
        text = f"Not added, as experts in treating “{statement.plural}” and not “{parsed.treated}”: {names}."
        parsed.remark("note", text, place)


def _opinion(sentence, place, parsed):
    found = SECOND_OPINION.fullmatch(sentence)
    line = folded(sentence)
    if not found or not parsed.physicians:
        if re.search(r"\bsecond\s+opinions?\b", sentence) and re.search(r"\b(?:offer|give|provide)s?\b", sentence):
            parsed.remark(
                "note", f"“{line}” was kept as text; it says of no physician who gives second opinions.", place
            )
        return 0
    if found["who"] in ("He", "She") and len(parsed.named) != 1:
        parsed.remark("not_placed", line, place)
        text = (
            f"“{found['who']}” may be any of {len(parsed.named)} physicians, so none was noted to give second opinions."
        )
        parsed.remark("note", text, place)
    else:
        parsed.gives_second_opinions = True
        parsed.remark("standing", line, place)
    return len(sentence)


def _lead(sentence, place, parsed):
    found = LEAD.fullmatch(sentence)
    person = people.lead_of(found["name"], parsed.physicians) if found else None
    if not person or parsed.lead not in (None, person):
        return 0
    parsed.lead = person
    parsed.remark("standing", folded(sentence), place)
    return len(sentence)
