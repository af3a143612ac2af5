"""The physicians of a document: who is an expert in treating what, who leads, who offers a second opinion."""

import re
from dataclasses import dataclass

from .text import folded

DOCTORS = r"(?:Drs?|Doctors?)\b\.?\s+"
EXPERT_IN = r"\s*,?\s+(?:is|are)\s+(?:an?\s+)?(?:experts?|specialists?)\s+in\s+(?:treating|the\s+treatment\s+of)\s+"
EXPERTS = re.compile(rf"{DOCTORS}(?P<names>\S.{{1,3000}}?){EXPERT_IN}(?=\S)", re.DOTALL)
# What ends the plural before its sentence does: another sentence, other physicians, or what else these do.
AFTER_PLURAL = re.compile(
    rf"(?P<stop>\.\s+)(?=(?:They|He|She|We|It|You|Our|All|Each|The|This|Please|Call|Bring|Drs?|Doctors?)\b)"
    rf"|\s*[,;]?\s+(?:(?:and|but|while)\s+)?(?={DOCTORS})"
    r"|(?:\s*[,;]\s*|\s+(?=and|but|while))(?:(?:and|but|while)\s+)?(?=(?:also\s+)?(?:can|may|will|is|are|has|have|offers?"
    r"|sees?|works?|leads?|they|he|she|we|who|whose|which)\s)|\s*;\s+|\s+[–—-]\s+"
)
LONGEST_PLURAL = 120
MOST = 100  # statements in one sentence
# Each of these is one sentence.
SECOND_OPINION = re.compile(
    r"(?P<who>They|He|She|All of them|Each of them)\s+(?:can|may|will)\s+(?:also\s+)?(?:offer|give)\s+(?:you\s+)?"
    r"(?:a\s+)?second\s+opinions?\s*\.?\s*"
)
LEAD = re.compile(
    r"(?:Dr|Doctor)\b\.?\s+(?P<name>\S.{1,100}?)\s+will\s+choose\s+(?:the|your)\s+(?:best\s+)?treatment\b.*", re.DOTALL
)
STANDING = re.compile(r"Some\s+of\s+the\s+condition[’']s\s+treatment\s+options\s+may\s+be\s+listed\s+below\s*\.?")
STANDING_WORDS = frozenset(
    ["dr", "drs", "doctor", "doctors", "and", "is", "are", "a", "an", "expert", "experts", "specialist", "specialists",
     "in", "treating", "the", "treatment", "of", "pediatric", "pediatrics", "paediatric", "children"]
)  # fmt: skip
PEDIATRIC = re.compile(r"\s*[(\[]\s*(?:pa?ediatrics?|children)\s*[)\]]", re.IGNORECASE)
BETWEEN = re.compile(r"\s*[,;]\s*(?:and\s+|&\s*)?|\s+and\s+|\s*&\s*")
SUFFIX = re.compile(r"(?:Jr|Sr)\.?|II|III|IV", re.IGNORECASE)
CREDENTIAL = re.compile(
    r"(?:M\.?D|Ph\.?D|D\.?O|M\.?P\.?H|M\.?Sc?|M\.?B\.?A|M\.?B\.?B\.?S|D\.?Sc|Dr\.?P\.?H|R\.?N|N\.?P|P\.?A(?:-?C)?|D\.?P\.?T|P\.?T"
    r"|F\.?A\.?C\.?S|F\.?A\.?A\.?N\.?S|F\.?A\.?A\.?P|F\.?R\.?C\.?S(?:\.?C)?)\.?",
    re.IGNORECASE,
)
PARTICLES = {
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "el", "al", "bin", "ibn",
    "ben", "st.", "ter", "ten", "zu",
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """A physician as a document names them; `patients` is a choice of the model."""

    given_names: str
    family_name: str
    suffix: str = ""
    credentials: str = ""
    patients: str = "adult"

    @property
    def full_name(self):
        name = f"{self.given_names} {self.family_name}".strip()
        return f"{name}, {self.suffix}" if self.suffix else name


@dataclass(frozen=True)
class Statement:
    """Who is an expert in treating what: `line` is the statement as written."""

    persons: tuple
    plural: str
    line: str


def statements(sentence):
    """(statements, rest, end) of a sentence like "Drs. A and B are experts in treating slips, and Dr. C is …".

    `rest` is what it says beyond; `end` is where in it another sentence begins that only a full stop like that of an
    abbreviation hid.
    """
    found, start = [], 0
    while len(found) < MOST and (match := EXPERTS.match(sentence, start)):
        after = AFTER_PLURAL.search(sentence, match.end())
        stop = after.start() if after else len(sentence)
        plural = folded(sentence[match.end() : stop]).rstrip(".! ")
        persons = tuple(people(match["names"]))
        if not persons or not 1 < len(plural) <= LONGEST_PLURAL:
            break
        found.append(Statement(persons, plural, folded(sentence[start:stop])))
        start = after.end() if after else len(sentence)
        if after and after["stop"] and not EXPERTS.match(sentence, start):
            return found, "", start
    return found, folded(sentence[start:]) if found else "", len(sentence)


def people(names):
    """The people in "Paul C. McCormick, Ann Lee, MD, and Neil A. Feldstein (Pediatric)", in order."""
    found = []
    for part in BETWEEN.split(folded(names)):
        part = re.sub(r"^(?:and\s+)?(?:Drs?\.?\s+)?", "", part).strip()
        if not part:
            continue
        is_pediatric = bool(PEDIATRIC.search(part))
        part = PEDIATRIC.sub("", part).strip()
        if found and (not part or SUFFIX.fullmatch(part) or CREDENTIAL.fullmatch(part)):
            _add(found[-1], part)
        else:
            found.append({"words": part.split(), "suffix": "", "credentials": [], "is_pediatric": False})
        found[-1]["is_pediatric"] |= is_pediatric
    return [_person(**parts) for parts in found if parts["words"]]


def _add(parts, words):
    if SUFFIX.fullmatch(words):
        parts["suffix"] = words
    elif words:
        parts["credentials"].append(words)


def _person(words, suffix, credentials, is_pediatric):
    while len(words) > 1 and CREDENTIAL.fullmatch(words[-1]) and words[-1].isupper():
        credentials = [words.pop(), *credentials]
    if len(words) > 1 and SUFFIX.fullmatch(words[-1]):
        suffix = words.pop()
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in PARTICLES:
        start -= 1
    return Person(
        given_names=" ".join(words[:start]),
        family_name=" ".join(words[start:]),
        suffix=suffix,
        credentials=", ".join(credentials),
        patients="pediatric" if is_pediatric else "adult",
    )


def lead_of(name, persons):
    """The one of `persons` whom "Dr. McCormick" or "Dr. Paul C. McCormick" names; None if none or several fit."""
    name = folded(name).casefold()
    fitting = [person for person in persons if name in (person.full_name.casefold(), person.family_name.casefold())]
    return fitting[0] if len(fitting) == 1 else None
