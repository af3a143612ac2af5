"""The promise that nothing is lost: every sentence of a document is in a field or in the report."""

import re
import unicodedata
from dataclasses import dataclass

from .passages import passages

WORD = re.compile(r"[^\W_]+")
SENTENCE = re.compile(r"[.!?…]+[\"'”’)\]]*\s+")
# A full stop after these ends no sentence; neither does one after a single capital letter.
SHORT_FORM = re.compile(r"(?i:\b(?:Drs?|Mrs?|Ms|St|Jr|Sr|vs|e\.g|i\.e|approx))\.$|\b[A-Z]\.$")

LONGEST_SHORT_FORM = 8


@dataclass(frozen=True)
class Carried:
    """Words of a document that became data: `text` as written, the `pieces` that fields hold, in order, and the words
    around them that the page says by itself."""

    text: str
    pieces: tuple
    standing: frozenset = frozenset()


def word_list(text):
    """The words of a text without case, punctuation and ways of encoding."""
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def words(text):
    """As `word_list`, in one string with single spaces."""
    return " ".join(word_list(text))


def html_words(html):
    return words(" ".join(passage for _, passage in passages(html)))


def sentence_spans(text):
    """(start, end) of every sentence of a text; "Dr. Smith" and "C.E. Jones" are not cut."""
    start = 0
    for end in SENTENCE.finditer(text):
        before = text[max(start, end.start() - LONGEST_SHORT_FORM) : end.start() + 1]
        if text[end.start()] == "." and SHORT_FORM.search(before):
            continue
        yield start, end.end()
        start = end.end()
    if start < len(text):
        yield start, len(text)


def sentences(text):
    """The sentences of a text, without the white space between them."""
    found = (text[start:end].strip() for start, end in sentence_spans(text))
    return [sentence for sentence in found if sentence]


class Held:
    """What fields and report hold, as words; `texts` is plain, `htmls` is HTML."""

    def __init__(self, texts, htmls=()):
        found = [*map(words, texts), *map(html_words, htmls)]
        self.whole = " | ".join(f" {text} " for text in found)
        self.place = 0

    def __contains__(self, sequence):
        # Documents are mostly asked for in their order: the search goes on where it ended.
        place = self.whole.find(f" {sequence} ", self.place)
        if place < 0:
            place = self.whole.find(f" {sequence} ", 0, self.place + len(sequence) + 2)
        self.place = max(place, 0)
        return place >= 0

    def carries(self, carried):
        """Whether every piece is held and the words between the pieces are standing ones."""
        rest, between = word_list(carried.text), []
        for piece in map(words, carried.pieces):
            wanted = piece.split()
            if not wanted:
                continue
            if piece not in self:
                return False
            place = _find(wanted, rest)
            if place is None:
                return False
            between += rest[:place]
            rest = rest[place + len(wanted) :]
        return carried.standing.issuperset([*between, *rest])


def _find(wanted, within):
    for place in range(len(within) - len(wanted) + 1):
        if within[place : place + len(wanted)] == wanted:
            return place
    return None


def not_held(passages, held, carried):
    """The (place, sentence) of every sentence in `passages` that neither a field nor valid data holds."""
    carrying = f" {' '.join(words(one.text) for one in carried if held.carries(one))} "
    missing = []
    for place, passage in passages:
        if words(passage) in held:
            continue
        for sentence in sentences(passage):
            sequence = words(sentence)
            if sequence and sequence not in held and f" {sequence} " not in carrying:
                missing.append((place, sentence))
    return missing
