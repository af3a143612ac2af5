"""What a page's author meant by signs alone: typed bullets are a list, empty paragraphs in a row a gap."""

import re

from .blocks import Block, Item
from .text import SOFT, Text

BULLET = re.compile(r"\s*[•▪◦‣●○∙■]\s*(?=\S)")


def with_lists(blocks):
    """The blocks with runs of bulleted paragraphs as lists; of empty paragraphs only two in a row leave a gap."""
    result, before = [], None
    for block in blocks:
        is_empty_paragraph = block.kind == "gap" and block.level < 0
        if is_empty_paragraph:
            if before and before.kind == "gap" and before.level < 0:
                result.append(Block("gap", block.place))
        elif block.kind == "paragraph" and BULLET.match(block.text.plain):
            items = _items(block)
            if before and before.kind == "paragraph" and result[-1].kind == "list":
                items = (*result.pop().items, *items)
            result.append(Block("list", items[0].place, items=items))
        else:
            result.append(block)
        before = block
    return result


def _items(block):
    """The items of a paragraph that begins with a bullet; each line that begins with one is another."""
    items = []
    for line in block.text.lines():
        sign = BULLET.match(line.plain)
        if sign or not items:
            items.append([line.cut(sign.end() if sign else 0)])
        else:
            items[-1].append(line)
    return tuple(Item(Text.joined(lines, SOFT), place=block.place) for lines in items)
