"""From what somebody typed to the pages that answer it, the best first."""

import itertools
from collections import Counter
from dataclasses import dataclass, field

from tantivy import Occur, Query

from publishing.models import Page

from .index import SCHEMA
from .spelling import SHORTEST, corrected, meant_of_signs
from .words import STOPPED, key, stem, telling, words

LONGEST = 200  # characters that are read of what was typed
MOST_WORDS = 12
MOST = 1000  # pages that are put in order
FEW = 3  # fewer pages than this, and those that answer only a part are shown too
BOOSTS = {"title": 6.0, "names": 4.0, "through": 1.2, "text": 1.0}
WHOLE_NAME = 60.0
ALL_IN_NAMES = 20.0
PHRASES = {"title": 8.0, "names": 6.0, "text": 3.0}
SUGGESTED = 8


@dataclass(frozen=True)
class Found:
    """`hits` are (kind, address) in their order; `read_as` is what was looked for, where that is not what was typed.

    `stems` are those of the words that were looked for, `unknown` the words that no page has. `heard_as` is what was
    typed as the warning signs hear it, whose words no page needs to have.
    """

    hits: list = field(default_factory=list)
    stems: frozenset = frozenset()
    read_as: str = ""
    unknown: tuple = ()
    heard_as: str = ""

    @property
    def counts(self):
        """How many were found of each kind, in the order of the best of each."""
        return Counter(kind for kind, _ in self.hits)


def typed_words(text):
    """The folded words of what was typed, as many as are read."""
    return words(text[:LONGEST].replace("\x00", " "))[:MOST_WORDS]


def find(text, live):
    """What `text`, of any content and length, finds in `live`."""
    typed = typed_words(text)
    telling_words = telling(typed)
    if not telling_words:
        return Found()
    known, unknown, fixes, heard = [], [], {}, {}
    for word in dict.fromkeys(telling_words):
        fix = [word]
        if not _is_known(live.searcher, word):
            heard[word] = meant_of_signs(word, live)
            fix = corrected(word, live) if not heard[word] else _known_of(live.searcher, heard[word])
        if fix != [word]:
            fixes[word] = fix
        known += fix
        if not fix:
            unknown.append(word)
    if unknown and not any(word not in fixes and word not in unknown for word in telling_words):
        # Another language, most likely: what is like a word of ours is none.
        known, unknown, fixes = [], list(dict.fromkeys(telling_words)), {}
    known = [word for word in known if word not in STOPPED] or known
    stems = list(dict.fromkeys(map(stem, known)))
    heard_as = " ".join(heard.get(word) or word for word in typed)
    if not stems:
        return Found(unknown=tuple(unknown), heard_as=heard_as)
    read = [fixed for word in typed for fixed in fixes.get(word, [word])]
    hits = _ordered(_query(stems, key(" ".join(read))), live)
    if len(hits) < FEW and len(stems) > 1:
        least = max(1, round(len(stems) * 0.5))
        more = _ordered(_query(stems, key(" ".join(read)), least), live)
        seen = {page for _, page, _ in hits}
        hits += [hit for hit in more if hit[1] not in seen]
    return Found(
        [(kind, address) for kind, _, address in hits],
        frozenset(stems),
        " ".join(read) if any(fixes.values()) else "",
        tuple(unknown),
        heard_as,
    )


def suggest(text, live):
    """The records of pages whose names hold the words of `text`, the last of which may have just begun.

    Those whose title begins so come first.
    """
    typed = typed_words(text)
    if not typed:
        return []
    *whole, begun = typed
    hits = _ordered(_all([*map(_named, map(stem, telling(whole))), _begins(begun)]), live)
    if not hits and len(begun) >= SHORTEST:
        whole = itertools.chain(*(corrected(word, live) or [word] for word in telling(whole)))
        hits = _ordered(_all([*map(_named, map(stem, whole)), _begins(begun, typos=1)]), live)
    records = live.records([address for _, _, address in hits[: 4 * SUGGESTED]])
    begins = " ".join(typed)
    records.sort(key=lambda record: not " ".join(words(record["title"])).startswith(begins))
    return records[:SUGGESTED]


def _is_known(searcher, word):
    return bool(searcher.doc_freq("said", word)) or any(searcher.doc_freq(name, stem(word)) for name in BOOSTS)


def _known_of(searcher, *some_words):
    return [word for word in some_words if _is_known(searcher, word)]


def _query(stems, whole, least=None):
    """Pages that have all of `stems`, or `least` of them.

    First those that are called `whole`, then those that have them side by side.
    """
    parts = []
    for one in stems:
        ways = [Query.boost_query(Query.term_query(SCHEMA, name, one), boost) for name, boost in BOOSTS.items()]
        parts.append((Occur.Must if least is None else Occur.Should, Query.disjunction_max_query(ways, 0.2)))
    needed = Query.boolean_query(parts, minimum_number_should_match=least)
    called = Query.const_score_query(Query.term_query(SCHEMA, "whole", whole), WHOLE_NAME)
    in_names = Query.const_score_query(_all([_named(one) for one in stems]), ALL_IN_NAMES)
    better = [(Occur.Should, called), (Occur.Should, in_names)]
    if len(stems) > 1:
        better += [
            (Occur.Should, Query.boost_query(Query.phrase_query(SCHEMA, name, list(stems), slop=2), boost))
            for name, boost in PHRASES.items()
        ]
    return Query.boolean_query([(Occur.Must, needed), *better])


def _all(parts):
    return Query.boolean_query([(Occur.Must, part) for part in parts])


def _named(one):
    """Pages that have the stem `one` in a name, those that have it in their title first."""
    ways = [Query.term_query(SCHEMA, name, one) for name in ("title", "names")]
    return Query.disjunction_max_query([Query.boost_query(ways[0], 2.0), ways[1]])


def _begins(word, typos=0):
    """Pages with a name that has a word beginning with `word`, those that have it in their title first."""
    begun = Query.const_score_query(Query.fuzzy_term_query(SCHEMA, "named", word, distance=typos, prefix=True), 1.0)
    in_title = Query.const_score_query(Query.fuzzy_term_query(SCHEMA, "title", word, typos, prefix=True), 2.0)
    return Query.boolean_query([(Occur.Must, begun), (Occur.Should, in_title), (Occur.Should, _named(stem(word)))])


def _ordered(query, live):
    """(kind, key, address) of what `query` finds, the best first, each weighed by its kind."""
    hits = live.searcher.search(query, limit=MOST).hits
    addresses = [address for _, address in hits]
    pages = live.searcher.fast_field_values("page", addresses)
    models = Page.kinds()
    weighed = [
        (score * models[kind].SEARCH_WEIGHT, kind, page, address)
        for (score, address), kind, page in zip(hits, live.kinds_of(addresses), pages, strict=True)
    ]
    weighed.sort(key=lambda hit: (-hit[0], hit[2]))
    return [hit[1:] for hit in weighed]
