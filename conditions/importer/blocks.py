"""What every reader turns a file into: blocks in order, each with the place where it stands."""

from dataclasses import dataclass, field

from .text import Text

MAX_BYTES = 5 * 1024 * 1024


class Unreadable(Exception):
    """A file that can't be imported; `message` is for people, `place` says where ("line 3") or is empty."""

    def __init__(self, message, place=""):
        super().__init__(message, place)
        self.message = message
        self.place = place

    def __str__(self):
        return f"{self.place}: {self.message}" if self.place else self.message


@dataclass(frozen=True)
class Item:
    """A list item: its first words and whatever else it holds (more paragraphs, lists within)."""

    text: Text
    blocks: tuple = ()
    place: str = ""

    @property
    def html(self):
        return self.text.html + "".join(block.html for block in self.blocks)

    @property
    def line(self):
        """All of its words as one line."""
        return " ".join(part for part in (self.text.line, *(block.line for block in self.blocks)) if part)


@dataclass(frozen=True)
class Block:
    """One of: heading, paragraph, list, table, quote, gap (where a heading may have been lost).

    `level` is a heading's; `is_certain` is False for a heading that only looks like one (a short line in plain text).
    """

    kind: str
    place: str = ""
    text: Text = Text()
    level: int = 0
    is_certain: bool = True
    is_numbered: bool = False
    start: int = 1
    items: tuple = ()
    blocks: tuple = ()
    table: str = ""

    @property
    def line(self):
        """All of its words as one line."""
        if self.kind == "list":
            return " ".join(item.line for item in self.items)
        if self.kind == "quote":
            return " ".join(block.line for block in self.blocks)
        return self.text.line

    @property
    def html(self):
        """Safe HTML as the rich text fields keep it; a heading is written two levels down at least."""
        match self.kind:
            case "heading":
                tag = f"h{min(max(self.level, 3), 4)}"
                return f"<{tag}>{self.text.html}</{tag}>"
            case "paragraph":
                return f"<p>{self.text.html}</p>"
            case "list":
                items = "".join(f"<li>{item.html}</li>" for item in self.items)
                if not self.is_numbered:
                    return f"<ul>{items}</ul>"
                start = f' start="{self.start}"' if self.start != 1 else ""
                return f"<ol{start}>{items}</ol>"
            case "table":
                return self.table
            case "quote":
                return f"<blockquote>{''.join(block.html for block in self.blocks)}</blockquote>"
        return ""


@dataclass
class Document:
    """A file as read.

    `passages` are (place, words) of everything that the file says, gathered apart from the blocks, so that what a
    reader drops by mistake is noticed. `left_out` are (place, what, words) of parts dropped on purpose; `remarks` are
    (place, sentence) about the reading itself.
    """

    blocks: list = field(default_factory=list)
    passages: list = field(default_factory=list)
    left_out: list = field(default_factory=list)
    remarks: list = field(default_factory=list)
    title_hint: str = ""
