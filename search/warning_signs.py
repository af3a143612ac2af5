"""Searches that describe a warning sign, told by the words and phrases of the site's own signs.

A phrase is plain words, as an editor writes them. A text has it where all its words stand near each other: in any
order, whatever their endings, small words aside and with two other words between them at most. Words alike count as
one. "Can't" must stand where the phrase has it, on the same side of the same word and with no other word between, so
that "no pain when walking" is not "can't walk".
"""

from conditions.models import WarningSign

from .words import stem, words

READ = 1000  # characters of what was typed
SLACK = 2  # other words that may stand between those of a phrase
CANNOT, NOT, TROUBLE = "cannot", "not", "trouble"
BOUND = (CANNOT, NOT, TROUBLE)  # say something of one word only
ALIKE = {
    CANNOT: "cannot cant couldnt unable wont lost lose loses losing loss no never stopped stops without",
    NOT: "not dont doesnt didnt isnt arent",
    TROUBLE: "trouble hard harder difficult difficulty struggle struggling",
    "new": "new newly sudden suddenly quickly rapidly fast overnight today",
    "leg": "leg legs foot feet",
    "arm": "arm arms hand hands finger fingers",
    "toilet": (
        "bladder bladders bowel bowels urine urinate urinates urinating urination pee peed peeing pees poop pooped "
        "pooping stool stools"
    ),
    "groin": "groin crotch saddle genital genitals privates buttock buttocks",
}
ALIKE = {word: group for group, some in ALIKE.items() for word in some.split()}
PAIRS = {  # two words that are one
    ("can", "not"): CANNOT,
    ("could", "not"): CANNOT,
    ("not", "able"): CANNOT,
    ("no", "longer"): CANNOT,
    ("private", "part"): "groin",
    ("private", "parts"): "groin",
    ("inner", "thigh"): "groin",
    ("inner", "thighs"): "groin",
}
SMALL = """
    a all also an and any anymore are as at be been being both by can could do does for from get gets getting got had
    has have having he her his i if im in into is it its ive just me my of off on or our really she so some than that
    the their them these they this to too very was we were when while with would you your
"""
SMALL = frozenset(SMALL.split())
# What describes an emergency on a site that has no sign with "Call 911" live: see docs/adr/0006-warning-signs.md.
FLOOR = """
    can't control bladder
    can't hold bladder
    lost bladder
    trouble peeing
    bladder leaking
    bladder control
    bladder not working
    sudden bladder
    wet myself
    wet pants
    pee pants
    incontinence
    incontinent
    cauda equina
    numb groin
    numb between legs
    saddle anesthesia
    can't feel legs
    can't feel arms
    can't move
    can't walk
    can't stand up
    paralyzed
    paralysis
    sudden weakness
    sudden numbness
    face droop
    slurred speech
    chest pain
    can't breathe
    trouble breathing
    broken neck
    broke neck
    worst headache
    suicide
    suicidal
    kill myself
    end my life
    want die
"""


class Signs:
    """The signs that are live at one moment (each a Shown), ready to be looked for in what somebody typed."""

    def __init__(self, shown):
        self.known = [(sign, _phrases([sign.title, *sign.words["phrases"]])) for sign in shown]
        is_covered = any(sign.words["level"] == WarningSign.Level.CALL_911 for sign in shown)
        self.floor = [] if is_covered else _phrases(FLOOR.splitlines())

    def described_in(self, *texts):
        """The signs that any of `texts`, as somebody typed them, describes."""
        said = [_concepts(text) for text in texts]
        return [sign for sign, phrases in self.known if _any(phrases, said)]

    def floor_is_in(self, *texts):
        """Whether any of `texts` describes an emergency that the site's own signs leave out, since it has none."""
        return _any(self.floor, [_concepts(text) for text in texts])


class _Phrase:
    def __init__(self, concepts):
        self.wanted = frozenset(concepts)
        self.reach = len(concepts) + SLACK
        # Each "can't" with the word it belongs to, in their order.
        self.pairs = [
            (one, concepts[place + 1]) if place + 1 < len(concepts) else (concepts[place - 1], one)
            for place, one in enumerate(concepts)
            if one in BOUND and len(concepts) > 1
        ]

    def is_in(self, said):
        if not self.wanted.issubset(said):
            return False
        for start, one in enumerate(said):
            if one in self.wanted:
                near = said[start : start + self.reach]
                if self.wanted.issubset(near) and all(self._stands(pair, near) for pair in self.pairs):
                    return True
        return False

    def _stands(self, pair, near):
        """Whether `pair` stands in its order, with only words of the phrase between."""
        first, second = pair
        for start, one in enumerate(near):
            if one == first:
                for other in near[start + 1 :]:
                    if other == second:
                        return True
                    if other not in self.wanted:
                        break
        return False


def _phrases(texts):
    """The phrases that `texts` are; one that is only small words, or "can't" alone, would be in anything."""
    found = [_concepts(text) for text in texts]
    return [_Phrase(concepts) for concepts in found if set(concepts) - {*BOUND, "new"}]


def _any(phrases, said):
    return any(phrase.is_in(concepts) for concepts in said for phrase in phrases)


def _concepts(text):
    """The words of `text` that count, alike ones as one, in their order."""
    folded = words(text[:READ])
    found, place = [], 0
    while place < len(folded):
        pair = PAIRS.get(tuple(folded[place : place + 2]))
        if pair:
            found.append(pair)
            place += 2
            continue
        word = folded[place]
        place += 1
        if word not in SMALL:
            found.append(ALIKE.get(word) or stem(word))
    return found
