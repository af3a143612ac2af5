"""Searches that describe a warning sign, told by the words and phrases of the site's own signs.

A phrase is plain words, as an editor writes them. A text has it where all its words stand near each other: in any
order, whatever their endings, small words aside and with two other words between them at most. Words alike count as
one. "Can't" must stand where the phrase has it, on the same side of the same word and with no other word between, so
that "no pain when walking" is not "can't walk". A word right after "no" or "without" is not said. A phrase that begins
with "only:" counts where nothing else was typed: "can't walk" does, "can't walk far" doesn't.
"""

from conditions.models import WarningSign
from conditions.phrases import CANNOT, NEW, NOT, ONLY, SMALL, TROUBLE

from .words import stem, words

READ = 1000  # characters of what was typed
SLACK = 2  # other words that may stand between those of a phrase
BOUND = ("cannot", "not", "trouble")  # say something of one word only
DENIALS = ("no", "without")
BESIDE = frozenset(["new", "now", "old", "older"])  # what may stand beside an "only:" phrase: when, and who
ALIKE = {
    "cannot": CANNOT,
    "not": NOT,
    "trouble": TROUBLE,
    "new": NEW,
    "leg": "leg legs foot feet",
    "arm": "arm arms hand hands finger fingers",
    "fall": "fall falls fell fallen falling",
    "give": "give gives gave giving given",
    "accident": "accident accidents crash crashed wreck collision",
    "toilet": (
        "bladder bladders bowel bowels urine urinary urinate urinated urinates urinating urination pee peed "
        "peeing pees poop pooped pooping stool stools"
    ),
    "groin": (
        "groin crotch saddle genital genitals genitalia privates buttock buttocks butt bum bottom backside penis "
        "vagina vulva labia scrotum testicle testicles perineum"
    ),
}
ALIKE = {word: group for group, some in ALIKE.items() for word in some.split()}
TOGETHER = {  # words that say something else side by side
    "can not": "cannot",
    "could not": "cannot",
    "not able": "cannot",
    "not been able": "cannot",
    "havent been able": "cannot",
    "hasnt been able": "cannot",
    "no longer": "cannot",
    "dont feel my": "cannot feel",
    "do not feel my": "cannot feel",
    "go to the bathroom": "toilet",
    "go to the toilet": "toilet",
    "go to bathroom": "toilet",
    "go to toilet": "toilet",
    "private part": "groin",
    "private parts": "groin",
    "private area": "groin",
    "inner thigh": "groin",
    "inner thighs": "groin",
    "bottom of": "underside",
    "foot bottom": "leg",
    "feet bottoms": "leg",
    "my self": "myself",
    "fall asleep": "asleep",
    "falls asleep": "asleep",
    "fell asleep": "asleep",
    "falling asleep": "asleep",
    "fallen asleep": "asleep",
    "sleep paralysis": "sleeping",
    "frozen shoulder": "shoulder",
    "frozen shoulders": "shoulder",
}
TOGETHER = {tuple(some.split()): concepts.split() for some, concepts in TOGETHER.items()}
LONGEST_TOGETHER = max(map(len, TOGETHER))
EXPLAINED = {("frozen", "shoulder"): "arm", ("frozen", "shoulders"): "arm"}  # no sign in what is said of the second
# What describes an emergency on every site, whatever signs it has: see docs/adr/0006-warning-signs.md.
EMERGENCIES = """
    can't control bladder
    can't hold bladder
    lost bladder
    trouble peeing
    haven't peed
    urinary retention
    bladder leaking
    bladder control problems
    bladder not working
    sudden bladder
    new bladder problems
    wet myself
    wet pants
    pee pants
    incontinence
    incontinent
    cauda equina
    numb groin
    numb between legs
    numb down there
    saddle anesthesia
    can't feel legs
    can't feel arms
    only: don't feel legs
    legs went numb
    both legs numb
    both legs weak
    legs gave out
    knee gave out
    leg gives way
    knee gives way
    foot drop
    foot drags
    only: can't move
    suddenly can't move
    can't move legs
    can't move arms
    only: can't walk
    suddenly can't walk
    only: can't stand
    only: can't stand up
    suddenly can't stand
    only: can't get up
    suddenly can't get up
    paralyzed
    paralysis
    sudden weakness
    sudden numbness
    face droop
    slurred speech
    only: can't speak
    suddenly can't speak
    trouble speaking
    chest pain
    chest tightness
    heart attack
    can't breathe
    trouble breathing
    short of breath
    broken neck
    broke neck
    neck pain after fall
    neck pain fell
    neck pain accident
    back pain after fall
    back pain fell
    back pain accident
    worst headache
    suicide
    suicidal
    kill myself
    only: hurt myself
    want to hurt myself
    overdose
    end my life
    want die
    cant fell legs
    only: car crash
    fell off ladder
    fell off roof
    hit head neck hurts
"""


class Signs:
    """The signs that are live at one moment (each a Shown), ready to be looked for in what somebody typed.

    `words` are all that a sign or an emergency is told by, folded; what is typed wrong may be meant for one of them.
    """

    def __init__(self, shown):
        said = [(sign, [sign.title, *sign.words["phrases"]]) for sign in shown]
        self.known = [(sign, _phrases(texts)) for sign, texts in said]
        self.words = COMMON.union(word for _, texts in said for text in texts for word in words(text))

    def described_in(self, *texts):
        """The signs that any of `texts`, as somebody typed them, describes."""
        said = [_Said(text) for text in texts]
        return [sign for sign, phrases in self.known if _any(phrases, said)]

    def floor_is_in(self, *texts):
        """Whether any of `texts` describes an emergency that no live sign with "Call 911" tells of."""
        told = (sign.words["level"] == WarningSign.Level.CALL_911 for sign in self.described_in(*texts))
        return _any(FLOOR, [_Said(text) for text in texts]) and not any(told)


class _Said:
    """The words of a text that count, alike ones as one, in their order."""

    def __init__(self, text):
        folded = words(text[:READ])
        self.concepts, self.denied, explained, place = [], set(), set(), 0
        while place < len(folded):
            for length in range(LONGEST_TOGETHER, 0, -1):
                some = tuple(folded[place : place + length])
                if some in TOGETHER or length == 1:
                    break
            if some in TOGETHER:
                found = TOGETHER[some]
                explained.add(EXPLAINED.get(some))
            else:
                found = [] if some[0] in SMALL else [ALIKE.get(some[0]) or stem(some[0])]
            if place and folded[place - 1] in DENIALS:
                self.denied.add(len(self.concepts))
            self.concepts += found
            place += len(some)
        if explained - {None}:
            self.concepts = [None if concept in explained else concept for concept in self.concepts]

    def affirmed(self):
        """The concepts without those that stand after "no" or "without"."""
        return [None if place in self.denied else concept for place, concept in enumerate(self.concepts)]


class _Phrase:
    def __init__(self, text):
        self.is_whole = text.strip().casefold().startswith(ONLY)
        concepts = _Said(text.strip()[len(ONLY) :] if self.is_whole else text).concepts
        self.wanted = frozenset(concepts)
        self.says_something = bool(self.wanted - {*BOUND, "new"})
        self.reach = len(concepts) + SLACK
        # Each "can't" with the word it belongs to, in their order.
        self.pairs = [
            (one, concepts[place + 1]) if place + 1 < len(concepts) else (concepts[place - 1], one)
            for place, one in enumerate(concepts)
            if one in BOUND and len(concepts) > 1
        ]

    def is_in(self, text):
        """Whether the _Said `text` has the phrase, and nothing else where the phrase asks for that."""
        said = text.concepts if self.pairs else text.affirmed()
        if not self.wanted.issubset(said) or (self.is_whole and not self.wanted.issuperset(set(said) - BESIDE)):
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
    return [phrase for phrase in map(_Phrase, texts) if phrase.says_something]


def _any(phrases, said):
    return any(phrase.is_in(text) for text in said for phrase in phrases)


FLOOR = _phrases(EMERGENCIES.strip().splitlines())
COMMON = frozenset([*words(EMERGENCIES), *ALIKE, *(word for some in TOGETHER for word in some)])
