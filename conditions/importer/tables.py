"""Tables of an HTML page, kept with their head cells and joined cells."""

from .blocks import Block
from .text import Text


def is_layout(table):
    """Whether a table only arranges a page: it holds another table or headings and has no head cells."""
    return not table.find("th") and bool(table.find(["table", "h1", "h2", "h3", "h4", "h5", "h6"]))


def table_block(table, walk, place):
    """The table as one block; `walk` turns what a cell holds into blocks."""
    pieces, words = [], []
    for part in table.find_all(["caption", "tr"]):
        if part.find_parent("table") is not table:
            continue
        if part.name == "caption":
            inside, html = _inside(part, walk)
            pieces.append(("caption", f"<caption>{html}</caption>"))
            words.append(inside)
            continue
        cells = []
        for cell in part.find_all(["th", "td"], recursive=False):
            inside, html = _inside(cell, walk)
            cells.append(f"<{cell.name}{_attributes(cell)}>{html}</{cell.name}>")
            words.append(inside)
        if cells:
            section = "thead" if part.parent.name == "thead" else "tbody"
            pieces.append((section, f"<tr>{''.join(cells)}</tr>"))
    html = "".join(piece for kind, piece in pieces if kind == "caption")
    for section in ("thead", "tbody"):
        rows = "".join(piece for kind, piece in pieces if kind == section)
        html += f"<{section}>{rows}</{section}>" if rows else ""
    return Block("table", place, Text.of(" ".join(filter(None, words))), table=f"<table>{html}</table>")


def _inside(cell, walk):
    """The words of a cell and its HTML: bare text, or blocks where it holds several."""
    blocks = [block for block in walk.blocks(cell) if block.line]
    words = " ".join(block.line for block in blocks)
    if len(blocks) == 1 and blocks[0].kind in ("paragraph", "heading"):
        return words, blocks[0].text.html
    return words, "".join(block.html for block in blocks)


def _attributes(cell):
    attributes = ""
    for name in ("colspan", "rowspan"):
        if cell.get(name, "").isdigit():
            attributes += f' {name}="{int(cell[name])}"'
    if cell.name == "th" and cell.get("scope") in ("col", "row", "colgroup", "rowgroup"):
        attributes += f' scope="{cell["scope"]}"'
    return attributes
