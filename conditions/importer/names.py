"""When two names mean the same thing."""

import re
import unicodedata

NOUN = "scan|test|study|film|image|exam|examination|biopsy|x-ray|angiogram|myelogram"
PLURAL = {"studies": "study", "biopsies": "biopsy"}
NOUNS = re.compile(rf"({NOUN}|{'|'.join(PLURAL)})s?$", re.IGNORECASE)


def singular(name):
    """A test's name for one of them: "CT scans" → "CT scan"; other words are left as they are."""
    first, _, last = name.rpartition(" ")
    if last.casefold() in PLURAL:
        last = PLURAL[last.casefold()]
    elif NOUNS.search(last) and last.casefold().endswith("s"):
        last = last[:-1]
    return f"{first} {last}".strip()


def key(name):
    """What two ways to write a name share: its letters and digits, without case; "CT scans" and "CT-Scan" are one."""
    letters = unicodedata.normalize("NFKC", singular(" ".join(name.split()))).casefold()
    return re.sub(r"[\W_]+", "", letters)
