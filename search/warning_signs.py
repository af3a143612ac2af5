"""Searches that describe an emergency.

A short list in code until warning signs are pages of their own; they would rather show the card once too often, but not
to everyone whose leg tingles. The card says what the site's details say of emergencies.
"""

import re

from .words import words

CANNOT = (
    "(?:cant|cannot|can not|couldnt|could not|unable to|not able to|no longer|lost|loss of|losing|no|trouble|hard to)"
)
LIMB = "(?:legs?|foot|feet|arms?|hands?|toes|body|waist|chest down|one side)"
TOILET = "(?:bladder|bowels?|urine|urinate|urinating|urination|pee|peeing|poop|pooping|stools?)"
NEW = "(?:sudden|suddenly|new|quickly|fast|rapidly|overnight|today)"
SIGNS = [
    re.compile(rf"\b(?:{sign})\b")
    for sign in (
        rf"(?:cant|cannot|can not|couldnt|unable to|not able to|no longer|lost|loss of|no) (?:\w+ ){{0,3}}"
        rf"(?:feel|feeling|move|moving|control|use)(?: \w+){{0,3}} {LIMB}",
        rf"{LIMB} (?:\w+ ){{0,3}}(?:paralyzed|wont move|cant move|cannot move|not move|dont work|stopped working)",
        r"paralyzed|paralysis",
        r"(?:cant|cannot|can not|unable to|suddenly cant) (?:walk|stand|stand up|get up|move)",
        rf"{CANNOT} (?:\w+ ){{0,3}}{TOILET}",
        rf"{TOILET} (?:\w+ ){{0,3}}(?:control|leak|leaks|leaking|accidents?|loss|incontinence|retention)",
        rf"{TOILET} (?:\w+ ){{0,3}}(?:wont|cant|not working|doesnt work|stopped working)",
        rf"{NEW} (?:\w+ ){{0,3}}{TOILET}",
        r"(?:wet|wetting|peed|peeing|soiled|pooped|pooping) (?:on )?my ?(?:self|pants|bed)",
        r"incontinence|incontinent|cauda equina",
        r"(?:numb|numbness|no feeling|cant feel|lost feeling|tingling) (?:\w+ ){0,4}"
        r"(?:groin|crotch|saddle|genitals?|private parts?|between (?:my |the |your )?legs|inner thighs?|buttocks)",
        r"(?:groin|crotch|saddle|genitals?|private parts?|between (?:my |the |your )?legs|inner thighs?)"
        r" (?:\w+ ){0,2}(?:numb|numbness|anesthesia)",
        rf"{NEW} (?:\w+ ){{0,3}}(?:weak|weakness|numb|numbness)",
        rf"(?:weak|weakness|numb|numbness) (?:\w+ ){{0,3}}{NEW}",
        r"(?:face|mouth) (?:\w+ ){0,2}(?:droop|droops|drooping|drooped)|slurred speech|slurring",
        r"chest (?:pain|pressure)|(?:cant|cannot|trouble|hard to) (?:breathe|breathing)",
        r"(?:broke|broken) (?:my |his |her )?neck|worst headache",
        r"kill myself|killing myself|suicide|suicidal|end my life|want to die",
    )
]


def asks_for_help(text):
    """Whether `text`, as somebody typed it, describes an emergency."""
    said = " ".join(words(text[:1000]))
    return any(sign.search(said) for sign in SIGNS)
