"""How hard a text is to read: its sentences, its words and its reading grade."""

import re
from functools import lru_cache

import pyphen

from .richtext import plain

SYLLABLES = pyphen.Pyphen(lang="en_US", left=1, right=2)
ITEM = re.compile(r"<li\b[^>]*>")
BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|td|th|caption|blockquote|ul|ol|table)>|<br>")
OTHER_LANGUAGE = re.compile(r'<(span|p|li) lang="(?!en)[^"]*"[^>]*>.*?</\1>', re.DOTALL)
RESPELLING = re.compile(r" \((?=[^)]*-)[^)]*[A-Z]{2}[^)]*\)")
NAMED_ITEM = re.compile(r"^- [^\n–]+ – ", re.MULTILINE)
MARK = re.compile(r"^(- |#+ |\d+\. )", re.MULTILINE)
END = re.compile(r"(?<=[.!?])[\"”)]* |\n")
WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")


def text_of(html):
    """The English words of cleaned HTML, a block a line; an item of a list begins with a hyphen."""
    html = ITEM.sub(r"\g<0>- ", OTHER_LANGUAGE.sub("", html))
    return plain(BLOCK_END.sub(r"\g<0>\n", html))


def sentences(text):
    """The sentences of `text` as a reader meets them: an item, its name and a line before a list are one each."""
    text = RESPELLING.sub("", text).replace("Dr. ", "Dr ").replace(" – ", ".\n")
    parts = END.split(MARK.sub("", text))
    return [part.strip() for part in parts if any(map(str.isalnum, part))]


def words(text):
    return WORD.findall(text)


@lru_cache(maxsize=20_000)
def syllables(word):
    """How many syllables the English `word` has, by where it may be hyphenated."""
    return sum(len(SYLLABLES.positions(part)) + 1 for part in re.split(r"[-.]", word))


def grade(text):
    """The reading grade of `text` in years at a United States school; None where it says nothing.

    Flesch–Kincaid grade level (Kincaid and others, 1975); names of list entries are left out.
    """
    said = sentences(NAMED_ITEM.sub("- ", text))
    spoken = [word for sentence in said for word in words(sentence)]
    if not spoken:
        return None
    return 0.39 * len(spoken) / len(said) + 11.8 * sum(map(syllables, spoken)) / len(spoken) - 15.59
