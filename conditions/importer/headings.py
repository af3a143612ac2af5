"""Which section a heading opens, by its wording, and which section a text without heading reads like."""

import re

# In the order of the page. Each pattern must match a whole heading, in lower case, without number and colon.
SECTIONS = {
    "words": r"words?( to know| meanings?)?|word meanings|glossary|definitions?|terms( to know)?|vocabulary",
    "symptoms": (
        r"((common|main|typical|early|possible) )?(signs? (and|or) )?symptoms?( and (warning )?signs)?( (of|in) .+)?"
        r"|what (are|is) the (.+ )?(signs|symptoms).*|what does (it|.+) feel like|how does .+ feel"
        r"|(early |warning )?signs( (of|in) .+)?|how (do|would|can) (i|you) (know|tell).*"
    ),
    "causes": (
        r"((common|main|possible) )?causes?( (and|or|of) .+)?|(who is at )?risk( factors?)?( (for|and|of) .+)?"
        r"|what (are|is) the (.+ )?(causes?|risk factors?)( .+)?|what (causes|can cause) .+"
        r"|why (does|do) .+ (happen|occur|start|develop)|who (is at risk|is affected|gets|can get|develops)( .+)?"
    ),
    "tests": (
        r"(medical |diagnostic |common )?(tests?|testing|diagnos[ie]s|diagnostics?|exams?|examinations?)"
        r"( (and|or|for|of) .+)?|diagnosing .+|diagnostic .+|(getting|making) (a|the|your) diagnosis"
        r"|how (is|are|do|does|will|can) .+ (diagnosed?|found|tested?( for)?)( .+)?"
        r"|how .+ (is|are) (diagnosed|found|tested( for)?)"
        r"|how (do )?(we|you|doctors|physicians|surgeons) (diagnose|test for) .+"
        r"|(what|which) tests .+|imaging( (and|or) .+)?"
    ),
    "further_tests": r"(further|other|more|additional) (tests?|testing|evaluations?)( .+)?",
    "treatments": (
        r"((medical|common|available) )?(treatments?|therap(y|ies)|treating)( options?| choices?)?"
        r"( (and|or|for|of|from|with) .+)?|how (is|are|can|do|does|will) .+ treat(ed)?( .+)?|how .+ (is|are) treated"
        r"|how (we|doctors|physicians|surgeons) treat .+|treating .+|(your )?treatment (options|choices)"
        r"|what (are|is) (the|my|your) (.+ )?treatments?( .+)?|what treatments? .+"
    ),
    "outlook": (
        r"(the |my |your )?(long.term )?(outlook|prognosis)( (and|or|for|of|with|in) .+)?|recovery and outlook"
        r"|what (is|are|'s) (the|my|your) (long.term )?(outlook|prognosis)( .+)?"
        r"|what (to|can (i|you)|should (i|you)) expect( (in the (long run|future)|over time))?"
    ),
    "living": (
        r"living with .+|life with .+|coping( (with|and) .+)?|daily life( with .+)?|self.care|caring for yourself"
        r"|what is it like to live with .+"
    ),
    "preparing": (
        r"prepar(e|ing) for (your|an|the|a) (first )?(appointment|visit|consultation)|(your|making an) appointment"
        r"|what to expect (at|from) your (first )?(appointment|visit|doctor)|appointments?|who treats .+"
        r"|(our|your|the) (doctors|physicians|surgeons|specialists|experts|team)"
        r"|(doctors|physicians|surgeons|specialists|experts)( who treat .+)?"
    ),
    "surgeries": r"(helpful )?(surger(y|ies)|surgical|operations?)( (overviews?|procedures?|options?))?",
    "news": r"((recent|latest|related) )?news( (and|about|on) .+)?|in the news",
    "sources": r"(list of )?(sources?|references?|bibliography)( and (sources?|references?|further reading))?",
    "overview": (
        r"overview( of .+)?|introduction|about .+|at a glance|in brief|background"
        r"|what( is| are|'s) (?!(the|my|your) .*(risk|complication|benefit|chance|difference|best)).+"
    ),
}
PATTERNS = {section: re.compile(pattern) for section, pattern in SECTIONS.items()}
ORDER = [
    "overview", "symptoms", "causes", "tests", "treatments", "outlook", "living", "preparing", "surgeries", "news",
    "sources",
]  # fmt: skip
TITLES = {
    "overview": "Overview",
    "words": "Words",
    "symptoms": "Symptoms",
    "causes": "Causes and Risk Factors",
    "tests": "Tests and Diagnosis",
    "further_tests": "Further tests",
    "treatments": "Treatments",
    "outlook": "Outlook",
    "living": "Living With It",
    "preparing": "Preparing for Your Appointment",
    "surgeries": "Helpful Surgery Overviews",
    "news": "Recent News",
    "sources": "Sources",
}
# Words that tell what a paragraph without a heading speaks of.
WORDING = {
    "symptoms": r"symptom|pain|ache|aching|numb|weak|clums|tingl|pins.and.needles|sensation|stiff|feel|bladder|cramp",
    "causes": r"cause|risk|due to|result of|inherit|injur|age\b|aging|wear|genetic|smok|common\w* (type|source|site)",
    "tests": r"test|diagnos|scan|x-?ray|imag|mri\b|\bct\b|biops|exam|blood work",
    "treatments": r"treat|therap|surg|medic|drug|inject|radiat|chemo|brace|operation|reliev",
    "outlook": r"outlook|prognos|recover|long.term|survival|return to|over time|expect",
    "living": r"daily|everyday|exercis|sleep|work\b|home|walk|support group|cope|coping|lift|habits?|living",
    "preparing": r"appointment|visit|\bbring|questions? to ask|\bask\b|records|doctors?\b|call us|second opinion",
}
NUMBER = re.compile(r"^(section |part )?(\d{1,2}(\.\d{1,2})*|[ivx]{1,4}|[a-h])[.):]\s+")
SENTENCE_END = re.compile(r"[.!?:;,…]['\"”’)\]]*$")
LONGEST = 80
SHORT = 60


def wording(text):
    """A heading's words as the patterns expect them: lower case, no number, no colon, plain apostrophes."""
    words = " ".join(text.casefold().replace("’", "'").replace("&", " and ").replace("/", " or ").split())
    words = NUMBER.sub("", words.strip("*_#=~- "))
    return words.rstrip(" .:?!-–—").strip()


def section_of(text):
    """The key of the section that a heading with these words opens, or None.

    "Symptoms", "2. SIGNS AND SYMPTOMS:" and "What are the symptoms of a slipped disc?" all answer "symptoms".
    """
    words = wording(text)
    if not words or len(words) > LONGEST:
        return None
    for section, pattern in PATTERNS.items():
        if pattern.fullmatch(words):
            return section
    return None


def is_heading_line(text):
    """Whether a line that stands alone opens a section, whatever its case: by its wording, without a full stop."""
    is_short = len(text) <= LONGEST and not text.endswith((".", ",", ";"))
    return is_short and text.lstrip("#=* ")[:1].isalnum() and bool(section_of(text))


def stands_like_heading(text):
    """Whether a paragraph could have been meant as a heading: a few words without an end."""
    return len(text) <= SHORT and not SENTENCE_END.search(text)


def section_without_title(text, title):
    """As `section_of`, with the condition's own name taken off first: "Metastatic Tumor Symptoms"."""
    found = section_of(text)
    name = wording(title)
    if found and found != "overview" or not name:
        return found
    words = wording(text)
    if name in words and words != name:
        return section_of(words.replace(name, " ").strip()) or found
    return found


def reads_like(section, text):
    """How many of a section's telling words the text has."""
    pattern = WORDING.get(section)
    return len(re.findall(pattern, text.casefold())) if pattern else 0
