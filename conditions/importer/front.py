"""The head of a document: its title, header lines ("Plural: …") and word meanings ("Tumor = …")."""

import re

from .blocks import Unreadable
from .coverage import Carried, word_list
from .headings import section_of
from .parsed import ListedSign, WordMeaning
from .text import Text

LONGEST_TITLE = 120
KEYS = {
    "title": "title",
    "summary": "summary",
    "also called": "also_called",
    "also known as": "also_called",
    "other names": "also_called",
    "synonyms": "also_called",
    "lay words": "lay_words",
    "warning signs": "warning_signs",
    "plural": "plural",
    "see also": "see_also",
    "old address": "old_addresses",
    "old addresses": "old_addresses",
    "region": "regions",
    "regions": "regions",
    "category": "category",
    "patients": "patients",
}


def _by_wording(**wordings):
    """Choices by each of their wordings, which are given separated by "; "."""
    return {wording: choice for choice, words in wordings.items() for wording in words.split("; ")}


REGIONS = _by_wording(
    cervical="cervical; neck",
    thoracic="thoracic; upper back; mid back; upper and mid-back",
    lumbar="lumbar; lower back; low back",
    sacral="sacral; sacrum; tailbone",
    whole="whole; all; entire",
)
CATEGORIES = _by_wording(
    degenerative="degenerative; wear and tear",
    tumor="tumor; tumour; tumors; tumours; cancer",
    deformity="deformity",
    trauma="trauma; injury; fracture",
    vascular="vascular; blood vessels",
    congenital="congenital; present from birth",
    infection="infection",
    nerve="nerve; nerves; nerves and spinal cord",
)
PATIENTS = _by_wording(
    adult="adult; adults",
    pediatric="pediatric; child; children; children and teens",
    both="both; all; adults and children; children and adults; adults, children",
)
HEADER = re.compile(r"(?P<key>[^\W\d_][\w ]{1,30}?)\s*:\s*(?P<value>\S.*)", re.DOTALL)
WORD = re.compile(
    r"(?P<word>[^=:.]{1,80}?)\s*=\s+(?P<meaning>\S.*)|(?P<other>[^=:.]{1,80}?)\s+=\s*(?P<same>\S.*)", re.DOTALL
)
BRACKETS = re.compile(r"(?P<word>[^()]+?)\s*\((?P<inside>[^()]+)\)")
RESPELLING = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")


def title_of(document):
    """(title, place, number of the block after it); raises Unreadable where the document has none."""
    blocks = document.blocks
    given = [line for line in _head_lines(blocks) if line.casefold().startswith("title:")]
    number = None if given else _title_block(blocks)
    if number is not None:
        title, place = blocks[number].line, blocks[number].place
    elif given:
        title, place, number = given[0].partition(":")[2].strip(), "its Title line", -1
    else:
        title, place = re.split(r"\s+(?:[|–—-]|::)\s+", document.title_hint)[0], "the page's title"
        number = -1
    if not title:
        first = next(block for block in blocks if block.line)
        raise Unreadable("no title was found; the first line should be the condition's name", first.place)
    if len(title) > LONGEST_TITLE:
        raise Unreadable(f"the title has {len(title)} characters, {LONGEST_TITLE} at most", place)
    return title, place, number + 1


def _head_lines(blocks):
    """The lines of the first paragraphs, up to the first block of another kind."""
    for block in blocks:
        if block.kind not in ("paragraph", "gap"):
            return
        yield from (line.line for line in block.text.lines())


def _title_block(blocks):
    for number, block in enumerate(blocks):
        if block.kind == "heading" and block.level == 1 and not _is_section(block):
            return number
    for number, block in enumerate(blocks):
        if block.kind == "heading":
            return None if _is_section(block) else number
        if block.kind == "paragraph":
            words = block.line
            keyed = HEADER.fullmatch(words) or WORD.fullmatch(words)
            if not keyed:
                is_title = len(words) <= LONGEST_TITLE and not words.endswith((".", "!", ":", ",", ";"))
                return number if is_title and len(block.text.lines()) == 1 else None
        if block.kind not in ("paragraph", "gap"):
            return None
    return None


def _is_section(block):
    section = section_of(block.line)
    return bool(section) and (
        section != "overview" or block.line.casefold().strip(" .:") in ("overview", "introduction")
    )


def take(blocks, parsed):
    """Take header lines and word meanings from the head of `blocks`, further word meanings wherever a whole block holds
    nothing else; return the blocks that are left."""
    left, is_head = [], True
    for block in blocks:
        lines = [item.text for item in block.items if not item.blocks] if block.kind == "list" else block.text.lines()
        if block.kind == "list" and len(lines) < len(block.items):
            lines = []
        lines = lines if block.kind in ("list", "paragraph") else []
        if is_head and block.kind == "paragraph" and lines and (_header(lines[0]) or _word(lines[0])):
            _take_lines(lines, block.place, parsed)
        elif lines and all(_word(line) for line in lines):
            for line in lines:
                _take_word(line.line, block.place, parsed)
        else:
            is_head = is_head and block.kind == "gap"
            left.append(block)
    return left


def _header(line):
    found = HEADER.fullmatch(line.plain)
    return found if found and found["key"].casefold() in KEYS else None


def _word(line):
    return WORD.fullmatch(line.plain)


def _take_lines(lines, place, parsed):
    joined = []
    for line in lines:
        # A line that says neither belongs to the one before it; one that looks like a header nobody knows does not.
        if _header(line) or _word(line) or HEADER.fullmatch(line.plain):
            joined.append([line])
        else:
            joined[-1].append(line)
    for parts in joined:
        line = Text.joined(parts, " ")
        if _header(line):
            _take_header(line.line, place, parsed)
        elif _word(line):
            _take_word(line.line, place, parsed)


def _take_header(line, place, parsed):
    found = HEADER.fullmatch(line)
    key, value = KEYS[found["key"].casefold()], found["value"].strip()
    parsed.places.setdefault(key, place)
    if key in parsed.headers or (key == "warning_signs" and parsed.warning_signs):
        parsed.remark("note", f"{found['key']} is given twice; the first counts.", place)
        return
    if key == "title":
        if value == parsed.title:
            parsed.carried.append(Carried(line, (value,), frozenset(["title"])))
        return
    if key in ("also_called", "lay_words", "see_also", "old_addresses"):
        parsed.headers[key] = pieces = [name for name in map(str.strip, re.split(r"\s*;\s*", value)) if name]
    elif key == "warning_signs":
        pieces = _take_signs(value, place, parsed)
    elif key == "regions":
        names = [name.strip(" .").removesuffix(" spine") for name in re.split(r"[,;]|\band\b", value) if name.strip()]
        parsed.headers[key] = _known(REGIONS, names, "region", place, parsed)
        pieces = []
    elif key in ("category", "patients"):
        known = _known(CATEGORIES if key == "category" else PATIENTS, [value.strip(" .")], key, place, parsed)
        if known:
            parsed.headers[key] = known[0]
        pieces = []
        if not known:
            return
    else:
        parsed.headers[key] = value.rstrip(".") if key == "plural" else value
        pieces = [value]
    standing = f"{found['key']} {value}" if not pieces else found["key"]
    parsed.carried.append(Carried(line, tuple(pieces), frozenset(word_list(standing))))


def _take_signs(value, place, parsed):
    """Take "sign – note; sign; …" and return the words that fields are to hold."""
    pieces = []
    for sign in filter(None, map(str.strip, value.split(";"))):
        name, *notes = re.split(r"\s+[–—]\s+", sign, maxsplit=1)
        note = "".join(notes)
        parsed.add("warning_signs", ListedSign(name, note, place))
        pieces += [name, note]
    return pieces


def _known(names, given, what, place, parsed):
    found = []
    for name in given:
        value = names.get(name.casefold())
        if value:
            found.append(value)
        else:
            parsed.remark("not_placed", f"“{name}” is not a {what} that the site knows.", place)
    return list(dict.fromkeys(found))


def _take_word(line, place, parsed):
    found = WORD.fullmatch(line)
    word = (found["word"] or found["other"]).strip()
    meaning = (found["meaning"] or found["same"]).strip()
    if meaning.endswith(".") and ". " not in meaning:
        meaning = meaning[:-1].strip()
    respelling, variants = "", ()
    brackets = BRACKETS.fullmatch(word)
    if brackets:
        word = brackets["word"]
        inside = brackets["inside"].strip()
        if RESPELLING.fullmatch(inside):
            respelling = inside
        else:
            variants = tuple(part for part in re.split(r"\s*[,;]\s*|\s+or\s+", inside) if part)
    if not re.search(r"\w", word) or not re.search(r"\w", meaning):
        return
    if any(word.casefold() == known.word.casefold() for known in parsed.words):
        parsed.remark("note", f"“{word}” is explained twice; the first counts.", place)
    else:
        parsed.add("words", WordMeaning(word, meaning, respelling, variants, place))
    inner = (respelling, *variants) if brackets else ()
    parsed.carried.append(Carried(line, (word, *inner, meaning), frozenset(["or"])))
