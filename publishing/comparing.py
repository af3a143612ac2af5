"""What differs between two states of a page, part by part and word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, zip_longest

from bs4 import BeautifulSoup, NavigableString
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Page
from .richtext import RichTextField, clean

INLINE = {"a", "abbr", "em", "span", "strong", "sub", "sup"}
ALIKE = 0.4  # of two blocks: from here on they are shown as one that was changed
TOLD = {
    "strong": gettext_lazy("bold"),
    "em": gettext_lazy("italic"),
    "sub": gettext_lazy("lowered"),
    "sup": gettext_lazy("raised"),
}


@dataclass(frozen=True)
class Said:
    """What a page says in one of its states: frozen words by field, and its list of MentionDraft."""

    title: str
    slug: str
    summary: str
    words: dict
    mentions: list

    @classmethod
    def by_draft(cls, draft):
        page = draft.page
        return cls(page.title, page.slug, page.summary, draft.words, draft.mentions)

    @classmethod
    def by_edition(cls, edition):
        return cls(edition.title, edition.slug, edition.summary, edition.words, list(edition.mentions.all()))


@dataclass(frozen=True)
class Part:
    """A run of words within a block: `how` is "same", "out" (of the state before) or "in" (of the one after)."""

    how: str
    text: str


@dataclass(frozen=True)
class Difference:
    """A part of the page that differs: `blocks` holds, a paragraph or a row each, its list of Part."""

    name: str
    blocks: list


def differences(model, before, after):
    """A Difference for each part in which two Said of a page of kind `model` differ, in the order of its fields."""
    titles = dict(Page.objects.filter(pk__in=_targets(before) | _targets(after)).values_list("pk", "title"))
    old, new = _blocks_by_name(model, before, titles), _blocks_by_name(model, after, titles)
    return [
        Difference(name, compared(old.get(name, []), new.get(name, [])))
        for name in dict.fromkeys([*old, *new])
        if old.get(name, []) != new.get(name, [])
    ]


def compared(before, after):
    """Two lists of blocks (tuples of tokens) as one list of blocks, each a list of Part."""
    blocks = []
    for how, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if how == "equal":
            blocks += [_parts("same", block) for block in before[i1:i2]]
            continue
        gone, come = [], []
        for old, new in zip_longest(before[i1:i2], after[j1:j2], fillvalue=()):
            matcher = SequenceMatcher(None, old, new, autojunk=False)
            if matcher.ratio() >= ALIKE:
                blocks += [*gone, *come, _words_compared(matcher, old, new)]
                gone, come = [], []
            else:
                gone += [_parts("out", old)] if old else []
                come += [_parts("in", new)] if new else []
        blocks += [*gone, *come]
    return blocks


def _words_compared(matcher, old, new):
    parts = []
    for how, i1, i2, j1, j2 in matcher.get_opcodes():
        if how == "equal":
            parts += _parts("same", old[i1:i2])
        else:
            parts += _parts("out", old[i1:i2]) + _parts("in", new[j1:j2])
    return parts


def _parts(how, tokens):
    """`tokens` as one Part; in words that go or come, what they are set in is said too."""
    if not tokens:
        return []
    if how == "same":
        return [Part(how, _text(tokens).strip())]
    runs = [(marks, _text(run)) for marks, run in groupby(tokens, key=lambda token: token[2])]
    return [Part(how, "".join(f"{text} [{', '.join(marks)}]" if marks else text for marks, text in runs).strip())]


def _text(tokens):
    return "".join(f"{space}{word}" for space, word, _marks in tokens)


def _targets(said):
    return {mention.target_id for mention in said.mentions}


def _blocks_by_name(model, said, titles):
    """The blocks of each part of a page that says anything, by what editors call the part."""
    found = {}
    own = {"title": said.title, "slug": said.slug, "summary": said.summary}
    for name, value in (own | said.words).items():
        if blocks := _blocks(model, name, value):
            found[model().part_label(name)] = blocks
    for mention in sorted(said.mentions, key=lambda mention: (mention.role, mention.position)):
        label = model().part_label(mention.role)
        found.setdefault(label, []).append(_row(model, mention, titles))
    return found


def _row(model, mention, titles):
    words = titles.get(mention.target_id, _("an entry that was deleted"))
    sharing = [role for role, label in model.ROLE_LABELS.items() if label == model.ROLE_LABELS.get(mention.role)]
    if len(sharing) > 1:
        words += f" ({mention.role.replace('_', ' ')})"
    return _tokens(f"{words}: {mention.note}" if mention.note else words)


def _blocks(model, name, value):
    """What a part of a page says, as blocks: paragraphs, entries of a list, lines."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        field = None
    if isinstance(field, RichTextField):
        return blocks_of(value)
    if isinstance(value, dict):
        value = [value] if value else []
    if isinstance(value, list):
        return [_tokens(_in_words(field, item)) for item in value]
    if isinstance(value, bool):
        value = _("Yes") if value else _("No")
    elif field is not None and field.choices:
        value = dict(field.flatchoices).get(value, value)
    return [_tokens(line) for line in str(value or "").splitlines() if line.strip()]


def _in_words(field, item):
    if isinstance(item, dict):  # PostgreSQL gives its keys in an order of its own
        named = sorted(item.items(), key=lambda pair: (pair[0] not in ("title", "name"), pair[0]))
        return ", ".join(_in_words(None, each) for _key, each in named if each)
    if isinstance(item, list):
        return ", ".join(_in_words(None, each) for each in item)
    return str(dict(getattr(field, "choices", None) or ()).get(item, item))


def _tokens(text):
    return tuple((" ", word, ()) for word in text.split())


def blocks_of(html):
    """The HTML `html` as blocks: tuples of (space before it, word, what it is set in)."""
    blocks = []
    _walk(BeautifulSoup(clean(html), "lxml"), (), [], blocks)
    return blocks


def _walk(node, marks, block, blocks):
    """Add the text below `node` to `block`, a list of (text, what it is set in), and each block it ends to `blocks`."""
    for child in node.children:
        if isinstance(child, NavigableString):
            block.append((str(child), marks))
        elif child.name == "br":
            block.append((" ", marks))
        elif child.name in INLINE:
            _walk(child, (*marks, *_marks(child)), block, blocks)
        else:
            _close(block, blocks)
            block += [("• ", ())] if child.name == "li" else []
            _walk(child, marks, block, blocks)
            _close(block, blocks)
    if node.parent is None:
        _close(block, blocks)


def _close(block, blocks):
    tokens, space = [], " "
    for text, marks in block:
        for gap, word in re.findall(r"(\s*)(\S+)", text):
            tokens.append((" " if gap else space, word, marks))
            space = ""
        space = " " if text[-1:].isspace() else space
    if any(word != "•" for _space, word, _marks in tokens):
        blocks.append(tuple(tokens))
    block.clear()


def _marks(tag):
    if tag.name == "a":
        return (_("link to %s") % tag.get("href", ""),)
    if tag.name in TOLD:
        return (str(TOLD[tag.name]),)
    return (_("in the language %s") % tag["lang"],) if tag.get("lang") else ()
