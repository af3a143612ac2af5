"""The parts of a page under their headings, without the empty ones."""

import math
import re
from collections import namedtuple

from .richtext import plain

# Adults read English in silence at 238 words a minute (Brysbaert, 2019, Journal of Memory and Language 109); new words
# and worry make that slower.
WORDS_A_MINUTE = 200

Section = namedtuple("Section", "name heading html figures", defaults=[()])


def says_something(html):
    """Whether rich text has any word in it; an editor's empty paragraph has none."""
    return bool(plain(html).strip())


def listed(html):
    """What stands in the lists of rich text, as plain words, one for each item."""
    items = (plain(item).strip() for item in re.findall(r"<li[^>]*>(.*?)(?=</?(?:li|ul|ol)>)", html, re.DOTALL))
    return [" ".join(item.split()) for item in items if item]


def minutes_to_read(htmls):
    """Whole minutes, at least one, that rich texts take an adult reader."""
    words = sum(len(plain(html).split()) for html in htmls)
    return max(1, math.ceil(words / WORDS_A_MINUTE))


def sections(words, headings, figures=None):
    """A Section for each field in `headings` (heading by field name) that says or shows something, in that order.

    `figures` holds, by field name, what stands after its text.
    """
    figures = figures or {}
    return [
        Section(name, heading, words.get(name, ""), figures.get(name, ()))
        for name, heading in headings.items()
        if says_something(words.get(name, "")) or figures.get(name)
    ]
