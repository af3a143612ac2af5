"""HTML to blocks: the main part of a page, its text with marks; what is left out is told."""

import re
from dataclasses import replace

from bs4 import BeautifulSoup, NavigableString
from bs4.element import PreformattedString

from . import headings
from .blocks import Block, Document, Item, Unreadable
from .passages import BLOCKS, LEFT_OUT, UNREAD, passages
from .signs import with_lists
from .tables import is_layout, table_block
from .text import HARD, Mark, Text, folded

UNSEEN = (*UNREAD, "head", "link", "meta")
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
TREE_BLOCKS = BLOCKS - {"br", "option"}
MARKS = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "sub": "sub", "sup": "sup"}
ADDRESS = re.compile(r"(https?:|mailto:|tel:|/(?!/)|#)", re.IGNORECASE)
BREAKS = re.compile(r"\s*\v\s*\v[\s\v]*")


def read(characters):
    """Return the Document of an HTML page; raises Unreadable where it is nested beyond reason."""
    document = Document(passages=passages(characters))
    try:
        soup = tree(characters)
        if soup.title:
            document.title_hint = folded(soup.title.get_text())
        main = _main(soup)
        _leave_out_headers(main, document)
        document.blocks = Walk(document).blocks(main)
        _leave_out_rest(soup, main, document)
    except RecursionError as error:
        raise Unreadable("the page is nested too deeply to be read") from error
    return document


def tree(characters):
    """The parsed page. A comment goes first, or BeautifulSoup warns about texts that resemble file names or XML."""
    return BeautifulSoup(f"<!---->{characters}", "lxml")


def _main(soup):
    main = soup.find("main") or soup.find(attrs={"role": "main"})
    articles = soup.find_all("article")
    return main or (articles[0] if len(articles) == 1 else soup.body) or soup


def _leave_out_rest(soup, main, document):
    kept = {id(parent) for parent in main.parents}
    outside = []
    for parent in main.parents:
        outside.extend(child for child in parent.children if child is not main and id(child) not in kept)
    for child in outside:
        if child.name in UNSEEN or isinstance(child, PreformattedString):
            continue
        what = LEFT_OUT.get(child.name) or ("head of the page" if child.name == "header" else "outside the main part")
        _note(child.get_text(" ") if child.name else str(child), what, document)


def _leave_out_headers(main, document):
    """A header goes, unless it holds the only main heading."""
    has_title = any(not heading.find_parent("header") for heading in main.find_all("h1"))
    for part in main.find_all("header"):
        if not part.decomposed and (has_title or not part.find("h1")):
            _note(part.get_text(" "), "head of the page", document)
            part.decompose()


def _note(words, what, document):
    words = folded(words)
    if words:
        document.left_out.append(("", what, words))


class Walk:
    """Turns elements into blocks; `place` is fixed for Markdown, else paragraphs are counted."""

    def __init__(self, document, place=""):
        self.document = document
        self.fixed = place
        self.count = 0

    def blocks(self, element):
        """The blocks of all that `element` holds."""
        return with_lists(self._inside(element))

    def _place(self):
        self.count += 1
        return self.fixed or f"paragraph {self.count}"

    def _inside(self, element):
        blocks, runs = [], []
        for child in element.children:
            if _is_inline(child):
                runs.extend(self._runs(child, ()))
                continue
            blocks.extend(self._paragraphs(runs))
            runs = []
            blocks.extend(self._block(child))
        return [*blocks, *self._paragraphs(runs)]

    def _block(self, element):
        name = element.name
        if self._is_left_out(element):
            return []
        if name in HEADINGS or name == "summary":
            text = self._text(element)
            level = int(name[1]) if name in HEADINGS else 4
            return [Block("heading" if text else "gap", self._place(), text, level=level)]
        if name == "p" and not element.get_text(strip=True).strip("\xa0 ") and not element.find("img"):
            return [Block("gap", self.fixed or f"paragraph {self.count + 1}", level=-1)]
        if name in ("ul", "ol"):
            return self._list(element)
        if name == "dl":
            return self._definitions(element)
        if name == "table" and not is_layout(element):
            return [table_block(element, self, self._place())]
        if name == "blockquote":
            inside = self._inside(element)
            return [Block("quote", inside[0].place, blocks=tuple(inside))] if any(b.line for b in inside) else []
        if name == "pre":
            for string in list(element.find_all(string=True)):
                string.replace_with(NavigableString(str(string).strip("\n").replace("\n", HARD)))
        return self._inside(element)

    def _list(self, element):
        items, others = [], []
        for child in element.children:
            if getattr(child, "name", None) == "li":
                item = self._item(child)
                if item.line:
                    items.append(item)
            elif getattr(child, "name", None) in ("ul", "ol") and items:
                nested = tuple(self._list(child))
                items[-1] = Item(items[-1].text, items[-1].blocks + nested, items[-1].place)
            elif getattr(child, "name", None) in TREE_BLOCKS:
                others.extend(self._block(child))
            else:
                others.extend(self._paragraphs(self._runs(child, ())))
        start = element.get("start", "1") if element.name == "ol" else "1"
        start = int(start) if re.fullmatch(r"\d{1,4}", start) else 1
        if not items:
            return others
        return [
            Block("list", items[0].place, items=tuple(items), is_numbered=element.name == "ol", start=start),
            *others,
        ]

    def _item(self, element):
        """An item of a list; words in it that could open a section, without being marked as a heading, do not."""
        place = self._place()
        blocks = [
            replace(block, kind="paragraph") if block.kind == "heading" and not block.level else block
            for block in self._inside(element)
            if block.kind != "gap"
        ]
        if blocks and blocks[0].kind == "paragraph":
            return Item(blocks[0].text, tuple(blocks[1:]), place)
        return Item(Text(), tuple(blocks), place)

    def _definitions(self, element):
        items, word, place = [], Text(), ""
        for part in element.find_all(["dt", "dd"]):
            if part.name == "dt":
                if word:
                    items.append(Item(word, place=place))
                word, place = self._text(part), self._place()
            else:
                meaning = self._text(part)
                text = Text.joined([word, meaning], " – ") if word and meaning else word or meaning
                items.append(Item(text, place=place or self._place()))
                word = Text()
        if word:
            items.append(Item(word, place=place))
        items = tuple(item for item in items if item.line)
        return [Block("list", items[0].place, items=items)] if items else []

    def _text(self, element):
        return Text(tuple(self._runs(element, (), is_root=True))).tidied()

    def _runs(self, node, marks, is_root=False):
        if isinstance(node, NavigableString):
            return [] if isinstance(node, PreformattedString) else [(str(node), marks)]
        if node.name == "br":
            return [(HARD, marks)]
        if not is_root and (node.name in UNSEEN or self._is_left_out(node)):
            return []
        mark = self._mark(node)
        if mark and mark.tag not in {known.tag for known in marks}:
            marks = (*marks, mark)
        runs = []
        for child in node.children:
            is_block = getattr(child, "name", None) in TREE_BLOCKS
            runs.extend([(" ", marks)] if is_block else [])
            runs.extend(self._runs(child, marks))
            runs.extend([(" ", marks)] if is_block else [])
        return runs

    def _is_left_out(self, node):
        what = LEFT_OUT.get(node.name)
        if node.name == "img":
            _note(node.get("alt", ""), "picture", self.document)
            return True
        if node.has_attr("hidden") or node.get("aria-hidden") == "true":
            what = "hidden text"
        if what:
            _note(node.get_text(" "), what, self.document)
        return bool(what)

    def _mark(self, node):
        if node.name in MARKS:
            return Mark(MARKS[node.name])
        if node.name == "a" and node.get("href"):
            address = folded(node["href"])
            if ADDRESS.match(address):
                return Mark("a", (("href", address),))
            self.document.remarks.append((self.fixed, f"The link to “{address}” was left out; its words were kept."))
        if node.name == "abbr" and node.get("title"):
            return Mark("abbr", (("title", folded(node["title"])),))
        if node.name == "span" and re.fullmatch(r"[A-Za-z-]{2,20}", node.get("lang", "")):
            direction = (("dir", "rtl"),) if node.get("dir") == "rtl" else ()
            return Mark("span", (("lang", node["lang"]), *direction))
        return None

    def _paragraphs(self, runs):
        text = Text(tuple(runs))
        blocks, start = [], 0
        for found in [*BREAKS.finditer(text.plain), None]:
            part = text.cut(start, found.start() if found else None).tidied()
            if part:
                kind = "heading" if headings.is_heading_line(part.line) else "paragraph"
                blocks.append(Block(kind, self._place(), part))
            if found and found.group().count(HARD) > 2:
                blocks.append(Block("gap", self.fixed or f"paragraph {self.count + 1}"))
            start = found.end() if found else 0
        return blocks


def _is_inline(node):
    if isinstance(node, NavigableString):
        return True
    if node.name in UNSEEN or node.name in LEFT_OUT:
        return True
    return node.name not in TREE_BLOCKS and not node.find(TREE_BLOCKS)
