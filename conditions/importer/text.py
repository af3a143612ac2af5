"""Running words with their marks (bold, italic, links …), which can be cut at any letter and written as safe HTML."""

import html
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

# Inside a text a soft line end ("\n") prints as a space; a hard one ("\v") prints as <br>.
SOFT, HARD = "\n", "\v"
LINE_ENDS = re.compile("\r\n?|[\x0c\x1c-\x1e\x85\u2028\u2029]")
ODD_SPACES = re.compile("[\t\x1f\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ud800-\udfff]")
SPACES = re.compile(r"[ \n\v]{2,}")
STRENGTH = " " + SOFT + HARD  # where several meet, the strongest stands


def cleaned(characters):
    """The characters without what no field may hold: controls, lone surrogates, invisible joiners.

    Odd spaces become plain ones; carriage returns and page or line separators become line ends.
    """
    return INVISIBLE.sub("", ODD_SPACES.sub(" ", LINE_ENDS.sub("\n", characters)))


def _strongest(spaces):
    return max(spaces.group(), key=STRENGTH.index)


def folded(characters):
    """One line: every run of white space becomes a single space, the ends are stripped."""
    return " ".join(cleaned(characters).split())


@dataclass(frozen=True)
class Mark:
    """An inline element: its tag and its attributes as a tuple of pairs."""

    tag: str
    attributes: tuple = ()

    @property
    def opening(self):
        pairs = "".join(f' {name}="{html.escape(value, quote=True)}"' for name, value in self.attributes)
        return f"<{self.tag}{pairs}>"


@dataclass(frozen=True)
class Text:
    """A tuple of runs, each (characters, marks from the outside in)."""

    runs: tuple = ()

    @classmethod
    def of(cls, characters, *marks):
        return cls(((characters, marks),)) if characters else cls()

    @classmethod
    def joined(cls, parts, separator=""):
        runs = []
        for number, part in enumerate(parts):
            if number and separator:
                runs.append((separator, ()))
            runs.extend(part.runs)
        return cls(tuple(runs))

    @cached_property
    def plain(self):
        """The characters alone; line ends are kept as SOFT and HARD."""
        return "".join(characters for characters, _ in self.runs)

    @cached_property
    def line(self):
        """The characters as one line."""
        return folded(self.plain)

    def __bool__(self):
        return bool(self.line)

    def __len__(self):
        return len(self.plain)

    def cut(self, start, end=None):
        """The part from letter `start` up to letter `end`, marks kept, ends stripped of white space."""
        end = len(self.plain) if end is None else end
        while start < end and self.plain[start].isspace():
            start += 1
        while end > start and self.plain[end - 1].isspace():
            end -= 1
        runs, place = [], 0
        for characters, marks in self.runs:
            piece = characters[max(start - place, 0) : max(end - place, 0)]
            if piece:
                runs.append((piece, marks))
            place += len(characters)
        return Text(tuple(runs))

    def capitalized(self):
        """The text with its first letter as a capital; a first word with capitals of its own ("pH") stays."""
        first = self.plain.split(None, 1)[0] if self else ""
        if not first.islower() or self.plain[0].isspace():
            return self
        (characters, marks), *runs = self.runs
        return Text(((characters[0].upper() + characters[1:], marks), *runs))

    def lines(self):
        """The text cut at its soft and hard line ends, empty lines left out."""
        places = [-1, *(found.start() for found in re.finditer("[\n\v]", self.plain)), len(self.plain)]
        lines = (self.cut(start + 1, end) for start, end in zip(places, places[1:], strict=False))
        return [line for line in lines if line]

    def tidied(self):
        """The text with runs of white space folded across its marks and its ends stripped."""
        runs = []
        for characters, marks in self.runs:
            characters = SPACES.sub(_strongest, cleaned(characters))
            if runs and characters and characters[0] in STRENGTH and runs[-1][0][-1] in STRENGTH:
                before, before_marks = runs.pop()
                runs.append((before[:-1] + max(before[-1], characters[0], key=STRENGTH.index), before_marks))
                characters = characters[1:]
            if characters:
                runs.append((characters, marks))
        return Text(tuple(runs)).cut(0).merged()

    def merged(self):
        """The same text in as few runs as its marks allow."""
        groups = groupby(self.runs, key=lambda run: run[1])
        return Text(tuple(("".join(characters for characters, _ in group), marks) for marks, group in groups))

    @property
    def html(self):
        pieces, open_marks = [], ()
        for characters, marks in self.runs:
            shared = 0
            while shared < min(len(marks), len(open_marks)) and marks[shared] == open_marks[shared]:
                shared += 1
            pieces.extend(f"</{mark.tag}>" for mark in reversed(open_marks[shared:]))
            pieces.extend(mark.opening for mark in marks[shared:])
            pieces.append(html.escape(characters, quote=False).replace(SOFT, " ").replace(HARD, "<br>"))
            open_marks = marks
        pieces.extend(f"</{mark.tag}>" for mark in reversed(open_marks))
        return "".join(pieces)
