"""The parts of a page under their headings, without the empty ones."""

from collections import namedtuple

from .richtext import plain

Section = namedtuple("Section", "name heading html")


def says_something(html):
    """Whether rich text has any word in it; an editor's empty paragraph has none."""
    return bool(plain(html).strip())


def sections(words, headings):
    """A Section for each field in `headings` (heading by field name) that says something, in that order."""
    return [
        Section(name, heading, words[name]) for name, heading in headings.items() if says_something(words.get(name, ""))
    ]
