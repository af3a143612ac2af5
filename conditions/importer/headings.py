"""Which section a heading opens, by its wording, and which section a text without heading reads like."""

import re

# In the order of the page. Each pattern must match a whole heading, in lower case, without number and colon.
SECTIONS = {
    "words": r"words?( to know| meanings?)?|word meanings|glossary|definitions?|terms( to know)?|vocabulary",
    "symptoms": (
        r"((common|main|typical|early|possible) )?(signs? (and|or) )?symptoms?( and (warning )?signs)?( (of|in) .+)?"
        r"|what (are|is) the (.+ )?(signs|symptoms).*|what does (it|.+) feel like|warning signs|signs( (of|in) .+)?"
        r"|how (do|would) (i|you) know.*"
    ),
    "causes": (
        r"((common|main|possible) )?causes?( (and|or|of) .+)?|(who is at )?risk( factors?)?( (for|and|of) .+)?"
        r"|what causes .+|why (does|do) .+ (happen|occur|start|develop)|who (is at risk|gets) .*|who is at risk"
    ),
    "tests": (
        r"(medical |diagnostic |common )?(tests?|testing|diagnos[ie]s|diagnostics?|exams?|examinations?)"
        r"( (and|or|for|of) .+)?|diagnosing .+|diagnostic .+|how (is|are|do|will) .+ (diagnosed?|found|tested?( for)?)"
        r"|imaging( (and|or) .+)?"
    ),
    "further_tests": r"(further|other|more|additional) (tests?|testing|evaluations?)( .+)?",
    "treatments": (
        r"((medical|common|available) )?(treatments?|therap(y|ies)|treating)( options?| choices?)?"
        r"( (and|or|for|of) .+)?|how (is|are|can|do|will) .+ treat(ed)?.*|treating .+|what (are|is) the treatments?.*"
        r"|(your )?treatment (options|choices)"
    ),
    "outlook": (
        r"(the )?(long.term )?(outlook|prognosis)( (and|or|for|of) .+)?|what (is|to expect|can i expect).* ?"
        r"(outlook|prognosis|in the long run|over time)?|recovery( and outlook)?"
    ),
    "living": r"living with .+|life with .+|coping( with .+)?|daily life( with .+)?|self.care|caring for yourself",
    "preparing": (
        r"prepar(e|ing) for (your|an|the|a) (first )?(appointment|visit|consultation)|(your|making an) appointment"
        r"|appointments?|who treats .+|(our|your|the) (doctors|physicians|surgeons|specialists|experts|team)"
        r"|(doctors|physicians|surgeons|specialists|experts)( who treat .+)?"
    ),
    "surgeries": r"(helpful )?(surger(y|ies)|surgical|operations?)( (overviews?|procedures?|options?))?",
    "news": r"((recent|latest|related) )?news( (and|about|on) .+)?|in the news",
    "overview": r"overview( of .+)?|introduction|about .+|what (is|are) (a |an )?.+|at a glance|in brief|background",
}
PATTERNS = {section: re.compile(pattern) for section, pattern in SECTIONS.items()}
ORDER = [
    "overview", "symptoms", "causes", "tests", "treatments", "outlook", "living", "preparing", "surgeries", "news",
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
LONGEST = 80


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
    """Whether a line without any mark stands as the heading of a section: its wording, a capital, no full stop."""
    is_short = len(text) <= LONGEST and not text.endswith((".", ",", ";"))
    first = text.lstrip("#=* ")[:1]
    return is_short and (first.isupper() or first.isdigit()) and bool(section_of(text))


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
