"""The gate's rule on words that many readers don't know and the glossary doesn't explain."""

import re
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing import gate, reading
from publishing.fields import lines
from publishing.models import Page

from .models import Term

SYLLABLES = 4  # from here on a word is hard, unless it is among the familiar ones
MOST_NAMED = 12
VOWELS = re.compile("[aeiouy]+")


@gate.rule(hard_words=gettext_lazy("Hard words"))
def hard_words(look):
    if Term.KIND not in look.page.ALONG:
        return  # no term is explained there
    texts = {section.name: section.text for section in look.sections}
    hard = {name: _hard(text) for name, text in texts.items()}
    if not any(hard.values()):
        return
    explained = look.around.once(_explained) | {word.lower() for name in look.names for word in reading.words(name)}
    for name, found in hard.items():
        unknown = [word for word in found if not explained & _forms(word)]
        if unknown:
            text = _("Hard words that no term of the glossary explains: %s. Use plain words, or add a term for each.")
            more = ", …" if len(unknown) > MOST_NAMED else ""
            yield look.finding("hard_words", text % (", ".join(unknown[:MOST_NAMED]) + more), name)


def _hard(text):
    words = dict.fromkeys(word.lower() for sentence in reading.sentences(text) for word in reading.words(sentence))
    return [word for word in words if _is_hard(word) and not _familiar() & _forms(word)]


def _is_hard(word):
    if any(map(str.isdigit, word)):
        return False
    parts = [part.removesuffix("s") for part in word.split("-")]
    # Hyphens are set between few of the syllables of a word from the Greek.
    return any(reading.syllables(part) >= SYLLABLES or len(VOWELS.findall(part)) > SYLLABLES for part in parts)


def _forms(word):
    """`word` and what it is without the endings that make no other word of it."""
    cut = [word.removesuffix(end) for end in ("s", "es", "'s", "’s", "ed", "d", "ing", "ly", "ally")]
    return {word, *cut, *(f"{stem}e" for stem in cut), *(f"{word[:-3]}y" for end in ["ies"] if word.endswith(end))}


def _explained():
    """The words of every term and of every page's title, which has a page to explain it."""
    rows = Page.objects.values_list("title", "term__variants")
    known = [words for title, variants in rows for words in (title, *lines(variants or ""))]
    return {word.lower() for words in known for word in reading.words(words)}


@cache
def _familiar():
    """Long words that most people know by the age of twelve."""
    return frozenset(Path(__file__).with_name("familiar_words.txt").read_text(encoding="utf-8").split())
