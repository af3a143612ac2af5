"""The glossary's words where a page first uses them: marked in its texts, and gathered for its end."""

import html
import re
from functools import lru_cache
from itertools import groupby

from django.utils.html import format_html
from django.utils.translation import gettext as _

# As the cleaner writes tags: every value quoted.
TAG = re.compile(r'(<[^<>"]*(?:"[^"]*"[^<>"]*)*>)')
NAME = re.compile(r"<(/?)([a-z0-9]+)")
UNMARKED = {"a", "abbr", "button", "caption", "h2", "h3", "h4", "th"}
SPELLINGS = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': '(?:"|&quot;)',
    "'": "(?:['’]|&#x27;)",
    "’": "(?:['’]|&#x27;)",
}


class Glossary:
    """The terms that explain one page, each at its first use; `used` holds those used so far, in that order.

    `terms` are composed pages of kind term; those in `known` are left alone, as explained on the page already.
    """

    def __init__(self, terms, known=()):
        self._known = {term.page_id for term in known}
        self._names = _by_name(terms)
        self._expression = _expression(tuple(self._names))
        self._used = {}  # by page: to compare whole pages would take most of the time

    @property
    def used(self):
        return list(self._used.values())

    @classmethod
    def of(cls, page):
        """The glossary for the composed `page`, whose title needs no explanation, nor the words beneath it."""
        title, terms = _key(page.title), page.at_hand("term")
        itself = [term for term in terms if title in map(_key, names(term))]
        return cls(terms, known=[*page.shows("term"), *itself])

    def mark(self, text):
        """The cleaned HTML `text` with a button over each word that is used for the first time.

        The word stays text: the reading modes of browsers leave out what stands within a button.
        """
        if not self._names:
            return text
        pieces, around = TAG.split(text), []
        for place, piece in enumerate(pieces):
            if place % 2:
                _step(piece, around)
            elif piece and not any(around):
                pieces[place] = self._expression.sub(self._first_use, piece)
        return "".join(pieces)

    def _first_use(self, match):
        term = self._names.get(_key(html.unescape(match[0])))
        if term is None or term.page_id in self._known or term.page_id in self._used:
            return match[0]
        self._used[term.page_id] = term
        button = format_html(
            '<button type="button" popovertarget="word-{}" aria-label="{}"></button>',
            term.slug,
            _("{word}: what it means").format(word=html.unescape(match[0])),
        )
        return f'<span class="explained">{match[0]}{button}</span>'


def names(term):
    return [term.title, *term.words["variants"]]


def _step(tag, around):
    """Note in `around` what the tag opens or closes: for each element, whether its words stay unmarked.

    Those of another language do, in whatever element: a foreign word is no word of ours.
    """
    slash, name = NAME.match(tag).groups()
    if slash:
        around.pop()
    elif name != "br":
        around.append(name in UNMARKED or " lang=" in tag)


def _key(name):
    return " ".join(name.replace("’", "'").split()).casefold()


def _by_name(terms):
    """The terms by each of their names; of two terms with one name the first by title keeps it."""
    found = {}
    for term in sorted(terms, key=lambda term: (term.title.casefold(), term.page_id)):
        for name in names(term):
            found.setdefault(_key(name), term)
    found.pop("", None)
    return found


@lru_cache(maxsize=2)  # the live terms of now, and of before for a page that is still being made
def _expression(keys):
    """What finds any of `keys` as whole words in escaped text, the longest first, and passes over entities."""
    by_first = sorted(keys, key=lambda key: (key[0], -len(key), key))
    heads = (
        f"{_spelled(first)}(?:{'|'.join(_spelled(key[1:]) for key in group)})"
        for first, group in groupby(by_first, key=lambda key: key[0])
    )
    return re.compile(rf"(?<![\w-])(?:{'|'.join(heads)})(?!\w|-\w)|&#?\w+;", re.IGNORECASE)


def _spelled(text):
    return "".join(r"(?:\s|&nbsp;)+" if sign == " " else SPELLINGS.get(sign) or re.escape(sign) for sign in text)
