"""Corrections, made from the words of the site's own pages and of its warning signs."""

from tantivy import Query

from conditions.phrases import PEOPLE

from .index import SCHEMA
from .words import words

SHORTEST = 4  # letters of a word that may have a typo; twice as many are allowed two
PLAIN = PEOPLE | {"dead", "dying", "died"}  # words that people mean as they stand, though no page has them
SURE = 6  # letters of a word whose first one may be wrong: "dead" is not "head"
LOOKED_AT = 40


def meant_of_signs(word, live):
    """The word of a warning sign that `word`, which no page has, is or is most likely meant for; empty without one.

    Whoever is in need types badly, but seldom the first letter; the sign comes before every page.
    """
    if word in live.signs.words:
        return word
    if len(word) < SHORTEST or any(character.isdigit() for character in word):
        return ""
    most = 2 if len(word) >= 2 * SHORTEST else 1
    alike = (known for known in live.signs.words if known[0] == word[0] and len(known) >= SHORTEST)
    near = {known: distance for known in alike if (distance := typos_between(word, known, most)) <= most}
    return min(near, key=lambda known: (near[known], known), default="")


def corrected(word, live):
    """The words of the site that `word`, which it does not have, is most likely meant for; none where it has none such.

    One typo comes before a missing space, that before a word only begun, and that before two typos; a page's names
    come before its texts.
    """
    if len(word) < SHORTEST or word in PLAIN or any(character.isdigit() for character in word):
        return []
    for name in ("named", "said"):
        if near := _nearest(word, live, name, 1):
            return [near]
    if apart := _apart(word, live):
        return apart
    if begun := prefixed(word, live):
        return begun
    if len(word) >= SHORTEST + 2:
        for name in ("named", "said"):
            if near := _nearest(word, live, name, 2):
                return [near]
    return []


def prefixed(word, live):
    """The commonest word of a name that begins with `word`, as a list; empty where there is none."""
    if len(word) < SHORTEST - 1:
        return []
    begun = live.searcher.terms_with_prefix("named", word, limit=LOOKED_AT)
    return [max(begun, key=lambda found: (found[1], -len(found[0])))[0]] if begun else []


def _nearest(word, live, name, typos):
    query = Query.fuzzy_term_query(SCHEMA, name, word, distance=typos, transposition_cost_one=True)
    addresses = [address for _, address in live.searcher.search(query, limit=LOOKED_AT).hits]
    there = set()
    for record in live.records(addresses):
        texts = [record["title"], *record["names"], *record["lay_words"]]
        texts += [record["summary"], *record["texts"]] if name == "said" else []
        there.update(found for text in texts for found in words(text))
    if len(word) < SURE:
        there = {found for found in there if found[0] == word[0]}
    near = {found: distance for found in there if (distance := typos_between(word, found, typos)) <= typos}
    return min(
        near,
        key=lambda found: (near[found], found[0] != word[0], -live.searcher.doc_freq(name, found), found),
        default=None,
    )


def _apart(word, live):
    """The two words of names that were typed as one."""
    ways = []
    for at in range(3, len(word) - 2):
        counts = [live.searcher.doc_freq("named", part) for part in (word[:at], word[at:])]
        if all(counts):
            ways.append((min(counts), [word[:at], word[at:]]))
    return max(ways)[1] if ways else None


def typos_between(one, other, most):
    """How many letters are left out, added, changed or swapped with their neighbour; `most` + 1 or so for more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, last = None, list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != wanted))
            if before and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return last[-1]
