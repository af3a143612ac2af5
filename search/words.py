"""Words as search compares them: without case, accents and apostrophes, in American spelling, by their stems."""

import re
import unicodedata
from functools import lru_cache

from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

APOSTROPHES = "'’ʼ´`′‛‘ʹʻ＇"  # and what the keyboards of the world have in their place
# "X-ray" and "x ray" are one word, and so are "can't" and "can t".
JOINED = (
    rf"[{APOSTROPHES}][^\W{APOSTROPHES}]+",
    r"(?<=\b[xX])[ -][rR]ays?\b",
    r"(?i:(?<=\bcan|\bdon|\bwon|.sn|.dn|ren|ven)) [tT]\b(?! *\d)",
)
WORD = re.compile(rf"[^\W{APOSTROPHES}]+(?:{'|'.join(JOINED)})*")
LONGEST_WORD = 40
SPELLINGS = (
    (re.compile(r"^(disk|disc)(?=s?$|ectom)"), "disc"),
    (re.compile(r"(?<=tum|col)our"), "or"),
    (re.compile(r"(?<=behavi|neighb)our"), "or"),
    (re.compile(r"^oe(?=dem|soph|strog)"), "e"),
    (re.compile(r"^(orthop|p|an|h|leuk|an)ae(?=d|m|st)"), r"\1e"),
    (re.compile(r"(?<=[cf][ei][nb])(t|)re(?=s?$)"), r"\1er"),
    (re.compile(r"(?<=al|il|er|or|im|gn|an|at|et)is(?=e[ds]?$|ing$|ation)"), "iz"),
    (re.compile(r"(?<=paral)ys(?=e[ds]?$|ing$)"), "yz"),
    (re.compile(r"(?<=travel|cancel)l(?=ed$|ing$)"), ""),
)
# What people type around the words that count. "Not" and "can't" say nothing about a page either.
STOPPED = """
    a about after all also am an and any are as at be because been but by can cannot cant could did do doctor
    doctors does doing dont dr for from get gets getting give go goes going got had has have having he help
    her his how i if im in into is isnt it its just keep keeps like made make me mean means more most much my
    no not of on or our out over please really she should so some than that the their them then there these
    they thing things this to too up us very was we were what whats when where which while who whom why will
    with would you your
"""
STOPPED = frozenset(STOPPED.split())
_stemmer = TextAnalyzerBuilder(Tokenizer.whitespace()).filter(Filter.stemmer("english")).build()


@lru_cache(maxsize=50_000)
def folded(word):
    """`word` without case, accents and apostrophes, in American spelling: "Tumours" is "tumors"."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(character for character in plain if character.isalnum())
    for pattern, spelling in SPELLINGS:
        plain = pattern.sub(spelling, plain)
    return plain[:LONGEST_WORD]


@lru_cache(maxsize=50_000)
def stem(word):
    """The stem of a folded word: of "herniated", "herniat"."""
    return "".join(_stemmer.analyze(word)) or word


def words(text):
    """The folded words of `text`, in order."""
    return list(filter(None, map(folded, WORD.findall(unicodedata.normalize("NFC", text)))))


def telling(some_words):
    """The folded words that say what is looked for; all of them, where none does."""
    return [word for word in some_words if word not in STOPPED] or list(some_words)


def key(text):
    """What two ways to write one name share: the stems of the words that count."""
    return " ".join(stem(word) for word in telling(words(text)))
