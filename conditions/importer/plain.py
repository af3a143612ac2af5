"""Plain text to blocks: paragraphs between blank lines, bullets by their signs, headings by their wording."""

import re
from dataclasses import dataclass, field

from . import headings
from .blocks import Block, Document, Item
from .text import Text, cleaned

SIGN = re.compile(r"([•▪◦‣●○∙■–—·*+-]|\d{1,2}[.)])( +|(?<=[•▪◦‣●○∙■]))(?=\S)")
RULE = re.compile(r"([=*_~#-])( ?\1){2,}")
KEYED = re.compile(r"[^\W\d_][\w ]{1,30}:\s|[^=:.]{1,60}\s=\s")
SENTENCE_END = re.compile(r"[.!?:;…]['\"”’)\]]*$")
LONG_LINE = 120
SHORT_HEADING = 40


@dataclass
class Line:
    """A line that isn't blank; `gap` counts the blank lines before it."""

    number: int
    indent: int
    words: str
    gap: int

    @property
    def place(self):
        return f"line {self.number}"


@dataclass
class Entry:
    """A list item being read: its paragraphs as lists of lines, and the lists within it."""

    indent: int
    line: Line
    sign: str
    paragraphs: list = field(default_factory=list)
    entries: list = field(default_factory=list)


def read(characters):
    """Return the Document of a plain text."""
    lines = _lines(characters)
    # Each line is a paragraph of its own where the text isn't wrapped by hand.
    long = sum(len(line.words) for line in lines if len(line.words) > LONG_LINE)
    is_wrapped = long * 2 <= sum(len(line.words) for line in lines)
    document = Document(blocks=_Reading(lines, is_wrapped).blocks())
    document.passages = [(line.place, _without_sign(line)) for line in lines if not RULE.fullmatch(line.words)]
    return document


def _lines(characters):
    lines, gap = [], 0
    for number, raw in enumerate(cleaned(characters).replace("\v", "\n").split("\n"), start=1):
        words = raw.strip()
        if not words:
            gap += 1
            continue
        lines.append(Line(number, len(raw) - len(raw.lstrip()), " ".join(words.split()), gap))
        gap = 0
    return lines


def _without_sign(line):
    return SIGN.sub("", line.words, count=1) if SIGN.match(line.words) else line.words


class _Reading:
    """One pass over the lines; `place` is the index of the next one."""

    def __init__(self, lines, is_wrapped):
        self.lines = lines
        self.is_wrapped = is_wrapped
        self.place = 0
        self.found = []

    def blocks(self):
        while self.place < len(self.lines):
            line = self.lines[self.place]
            if line.gap > 1 and self.found:
                self.found.append(Block("gap", line.place))
            if RULE.fullmatch(line.words):
                self.place += 1
            elif self._is_title() or self._is_heading(self.place):
                level = 1 if not self.found else 2 if self._section(line) else 3
                text = Text.of(line.words.strip("#=* "))
                if text:
                    self.found.append(Block("heading", line.place, text, level=level, is_certain=level == 2))
                self.place += 1
            elif self._opens_list(line):
                self.found.extend(self._list())
            else:
                self.found.append(self._paragraph())
        return self.found

    def _next(self, place):
        return self.lines[place + 1] if place + 1 < len(self.lines) else None

    def _is_title(self):
        line, after = self.lines[self.place], self._next(self.place)
        if self.found or len(line.words) > LONG_LINE or line.words.endswith((".", ",", ";", ":")):
            return False
        if SIGN.match(line.words) or KEYED.match(line.words):
            return False
        return self._stands_alone(line, after) or bool(KEYED.match(after.words)) or self._is_short_over(line, after)

    def _stands_alone(self, line, after):
        return not after or after.gap > 0 or bool(RULE.fullmatch(after.words)) or bool(SIGN.match(after.words))

    def _is_short_over(self, line, after):
        return (len(line.words) <= SHORT_HEADING or line.words.endswith("?")) and after.words[0].isupper()

    def _section(self, line):
        return headings.section_without_title(line.words, self.found[0].line if self.found else "")

    def _is_heading(self, place):
        line, after = self.lines[place], self._next(place)
        if line.words.endswith((".", ",", ";")) or len(line.words) > headings.LONGEST:
            return False
        first = line.words.lstrip("#=* ")[:1]
        if not (first.isupper() or first.isdigit()):
            stands_apart = (line.gap > 0 or place == 0) and self._stands_alone(line, after)
            return bool(stands_apart and first.isalpha() and not SIGN.match(line.words) and self._section(line))
        if self._section(line):
            return self._stands_alone(line, after) or self._is_short_over(line, after)
        if after and after.gap == 0 and RULE.fullmatch(after.words) and not SIGN.match(line.words):
            return len(line.words) <= headings.LONGEST
        if SIGN.match(line.words) or SENTENCE_END.search(line.words) or KEYED.match(line.words):
            return False
        # A short line by itself, with a sentence after it, can only be a heading that the page doesn't know.
        stands_apart = (line.gap > 0 or place == 0) and after and after.gap == 1
        is_over_text = stands_apart and not headings.stands_like_heading(after.words) and not SIGN.match(after.words)
        return bool(is_over_text and len(line.words) <= headings.SHORT and not KEYED.match(after.words))

    def _opens_list(self, line):
        sign = SIGN.match(line.words)
        # A wrapped line may begin with a number; a list in the middle of a paragraph begins with 1.
        return bool(sign) and (not sign[1][0].isdigit() or line.gap > 0 or sign[1][:-1] == "1")

    def _paragraph(self):
        first = self.lines[self.place]
        words = [first.words]
        self.place += 1
        while self.place < len(self.lines):
            line = self.lines[self.place]
            if line.gap or RULE.fullmatch(line.words) or self._opens_list(line):
                break
            if not self.is_wrapped and not (KEYED.match(words[-1]) and KEYED.match(line.words)):
                break
            if SENTENCE_END.search(words[-1]) and self._is_heading(self.place):
                break
            words.append(line.words)
            self.place += 1
        return Block("paragraph", first.place, Text.of("\n".join(words)).tidied())

    def _list(self):
        entries = []
        while self.place < len(self.lines):
            line = self.lines[self.place]
            sign = SIGN.match(line.words)
            if entries and (line.gap > 1 or self._is_heading(self.place)):
                break
            if sign:
                _place(Entry(line.indent, line, sign[1], [[line.words[sign.end() :]]]), entries)
            elif entries and self._continues(line, _last(entries)):
                entry = _last(entries)
                if line.gap:
                    entry.paragraphs.append([])
                entry.paragraphs[-1].append(line.words)
            else:
                break
            self.place += 1
        return _list_blocks(entries)

    def _continues(self, line, entry):
        if line.indent > entry.indent:
            return True
        before = self.lines[self.place - 1].words
        return self.is_wrapped and not line.gap and len(before) > SHORT_HEADING and not SENTENCE_END.search(before)


def _last(entries):
    return _last(entries[-1].entries) if entries[-1].entries else entries[-1]


def _place(entry, entries):
    """Put `entry` at the end of `entries`, or within the last of them if it stands further in."""
    while entries and entry.indent > entries[-1].indent + 1:
        entries = entries[-1].entries
    entries.append(entry)


def _list_blocks(entries):
    """Lists out of entries: a new one wherever bullets change to numbers or back."""
    blocks, group = [], []
    for entry in [*entries, None]:
        if group and (entry is None or entry.sign[0].isdigit() != group[0].sign[0].isdigit()):
            blocks.append(_list_block(group))
            group = []
        group.append(entry)
    return blocks


def _list_block(entries):
    items = []
    for entry in entries:
        first, *more = [Text.of("\n".join(words)).tidied() for words in entry.paragraphs]
        within = (*(Block("paragraph", entry.line.place, text) for text in more), *_list_blocks(entry.entries))
        items.append(Item(first, within, entry.line.place))
    is_numbered = entries[0].sign[0].isdigit()
    start = int(entries[0].sign[:-1]) if is_numbered else 1
    return Block("list", entries[0].line.place, items=tuple(items), is_numbered=is_numbered, start=start)
