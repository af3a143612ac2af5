"""Pages from A to Z, under their own and their other names."""

import unicodedata
from dataclasses import dataclass, field
from string import ascii_uppercase

DIGITS = "0–9"


@dataclass(frozen=True)
class Entry:
    """One line of the A to Z: `name` leads to `page`; `note` says more in small print."""

    name: str
    page: object
    note: str = ""


@dataclass(frozen=True)
class Letter:
    letter: str
    entries: list = field(default_factory=list)

    @property
    def anchor(self):
        return f"letter-{self.letter[0].lower()}"


def sorting_key(name):
    """`name` without case, accents and what is neither letter nor digit nor space, for putting in order."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in plain if character.isalnum() or character == " ").strip()


def letter_of(name):
    """The capital under which `name` stands; digits share one place."""
    first = sorting_key(name)[:1].upper()
    return first if first.isalpha() else DIGITS


def entries_of(pages, note):
    """Each of `pages` under its title with `note(page)`, and under its other names with its title."""
    for page in pages:
        yield Entry(page.title, page, note(page))
        known = {sorting_key(page.title)}
        for name in page.words["also_called"]:
            if sorting_key(name) not in known:
                known.add(sorting_key(name))
                yield Entry(name[:1].upper() + name[1:], page, page.title)


def a_to_z(entries):
    """`entries` as a list of Letter: all of A to Z, the empty ones too, then whatever else begins a name."""
    letters = {letter: Letter(letter) for letter in ascii_uppercase}
    for entry in sorted(entries, key=lambda entry: sorting_key(entry.name)):
        letter = letter_of(entry.name)
        letters.setdefault(letter, Letter(letter)).entries.append(entry)
    return list(letters.values())
