"""Which block belongs to which section: by headings, and where one was lost by order and wording."""

from . import headings
from .headings import ORDER, TITLES

# A heading below the level of the sections opens one only if it can't be part of the text around it.
NEVER_BELOW = ("overview", "words", "surgeries", "further_tests")

NO_TEXT = ("surgeries", "news")  # their headings become nothing, and are told as such


def divided(blocks, parsed):
    """(blocks by section, headings by section): the blocks without the headings that open a section."""
    opened = [section_of_block(block, parsed.title) if block.kind == "heading" else None for block in blocks]
    levels = [block.level for block, section in zip(blocks, opened, strict=True) if section and block.level]
    top = min(levels, default=2)
    at_top = {
        section
        for block, section in zip(blocks, opened, strict=True)
        if section and (not block.level or block.level <= top)
    }
    gaps_tell = _gaps_tell(blocks, opened, parsed)
    parts, current, headed = [("overview", [], None)], "overview", set()
    for number, (block, section) in enumerate(zip(blocks, opened, strict=True)):
        if section and block.level > top:
            is_part = section == current or section in at_top or section in headed or section in NEVER_BELOW
            section = None if is_part else section
        if section:
            if section in headed:
                parsed.remark("heading", f"“{block.line}” stands twice; both texts were put together.", block.place)
            headed.add(section)
            parts.append((section, [], block))
            current = section
        elif block.kind == "gap":
            if not gaps_tell or not parts[-1][1]:
                continue
            found = _lost(number, blocks, opened, current, at_top | headed)
            if found:
                parsed.remark("lost_heading", f"“{TITLES[found]}” was set here.", block.place)
                headed.add(found)
                parts.append((found, [], None))
                current = found
            elif number + 1 < len(blocks) and not opened[number + 1]:
                text = f"A gap may mark a lost heading; the text after it stays under “{TITLES[current]}”."
                parsed.remark("heading", text, block.place)
        else:
            if block.kind == "heading":
                text = f"“{block.line}” was kept as a heading within “{TITLES[current]}”."
                if current not in NO_TEXT and (not block.is_certain or block.level <= top):
                    parsed.remark("heading", text, block.place)
            parts[-1][1].append(block)
    return _joined(parts, parsed)


def section_of_block(block, title):
    """The section that a heading opens on the page of the condition `title`, or None."""
    return headings.section_without_title(block.line, title)


def _joined(parts, parsed):
    """Blocks and headings by section; headings that turned out empty are told."""
    sections, heads = {}, {}
    for section, inside, heading in parts:
        sections.setdefault(section, []).extend(inside)
        if heading:
            heads.setdefault(section, heading)
            if not inside and section != "surgeries":
                parsed.remark("empty_heading", f"“{heading.line}” has no text under it.", heading.place)
    return sections, heads


def _gaps_tell(blocks, opened, parsed):
    """Whether gaps are rare enough to mean something: not where every paragraph is followed by one."""
    gaps = neighbours = 0
    before = None
    for number, block in enumerate(blocks):
        if block.kind == "gap":
            before = "gap" if before == "text" else before
            continue
        is_text = not opened[number]
        if is_text and before:
            neighbours += 1
            gaps += before == "gap"
        before = "text" if is_text else None
    if gaps > 2 and gaps * 2 > neighbours:
        parsed.remark("heading", "Gaps are everywhere in this document, so none was taken for a lost heading.")
        return False
    return True


def _lost(number, blocks, opened, current, present):
    """The section that the text after the gap at `number` belongs to, or None if it stays where it is."""
    following = []
    for place in range(number + 1, len(blocks)):
        if opened[place] or blocks[place].kind == "gap":
            break
        following.append(blocks[place].line)
    if not following:
        return None
    after = next((section for section in opened[number + 1 :] if section in ORDER), None)
    start = ORDER.index(current) + 1 if current in ORDER else 0
    end = ORDER.index(after) if after else len(ORDER)
    text = " ".join(following)
    here = headings.reads_like(current, text)
    candidates = [section for section in ORDER[start:end] if section not in present]
    scores = {section: headings.reads_like(section, text) for section in candidates}
    best = max(scores, key=scores.get, default=None)
    return best if best and scores[best] > here else None
