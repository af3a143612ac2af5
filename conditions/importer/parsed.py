"""What a document says of a condition, before anything is saved."""

from dataclasses import dataclass, field

from .blocks import Unreadable
from .coverage import Held, not_held

MOST = 100  # entries of one kind
# What a remark is about, in the order of the report.
REMARKS = {
    "lost_heading": "Headings that were lost and placed by order and wording",
    "empty_heading": "Headings without text",
    "heading": "Headings and gaps to look at",
    "library": "Library entries that stay as they are",
    "standing": "Sentences that the site says by itself",
    "left_out": "Parts of the page that were left out",
    "not_placed": "Sentences that have no place; copy what is needed by hand",
    "note": "Notes",
}


@dataclass(frozen=True)
class Remark:
    """One thing to tell the editor; `kind` is a key of REMARKS."""

    kind: str
    text: str
    place: str = ""

    def __str__(self):
        return f"{self.place}: {self.text}" if self.place else self.text


@dataclass(frozen=True)
class WordMeaning:
    """A "Word = meaning" line; variants and respelling stood in brackets behind the word."""

    word: str
    meaning: str
    respelling: str = ""
    variants: tuple = ()
    place: str = ""


@dataclass(frozen=True)
class ListedSign:
    """A warning sign that a document names, with what is true of it here."""

    name: str
    note: str = ""
    place: str = ""


class Remarked:
    """Something with `remarks`, a dict whose keys they are, in order and each once."""

    def remark(self, kind, text, place=""):
        self.remarks[Remark(kind, text, place)] = None


@dataclass
class Parsed(Remarked):
    """A condition as a document tells it.

    `headers` holds what header lines said, by field name: summary and plural as text, also_called, lay_words, see_also,
    old_addresses and regions as lists, category and patients as choices. `named` holds the full names of everyone it
    calls an expert, `treated` what its physicians are experts in treating. `texts` holds safe HTML by field name.
    Fields and lists the document is silent on are missing from `texts` and their section from `spoken`. `places` tells,
    by field name, where its words stand.
    """

    title: str
    headers: dict = field(default_factory=dict)
    words: list = field(default_factory=list)
    texts: dict = field(default_factory=dict)
    warning_signs: list = field(default_factory=list)
    tests: list = field(default_factory=list)
    symptoms: list = field(default_factory=list)
    treatments: list = field(default_factory=list)
    surgeries: list = field(default_factory=list)
    physicians: list = field(default_factory=list)
    sources: list = field(default_factory=list)
    named: set = field(default_factory=set)
    treated: str = ""
    lead: object = None
    gives_second_opinions: bool = False
    spoken: set = field(default_factory=set)
    places: dict = field(default_factory=dict)
    remarks: dict = field(default_factory=dict)
    carried: list = field(default_factory=list)
    passages: list = field(default_factory=list)

    def add(self, name, entry):
        """Add to the list `name`; raises Unreadable where the document lists more than any page could."""
        entries = getattr(self, name)
        if len(entries) == MOST:
            raise Unreadable(f"the document lists more than {MOST} {name.replace('_', ' ')}")
        entries.append(entry)

    def plain_texts(self):
        """Every plain text in it."""
        found = [self.title]
        for value in self.headers.values():
            found.extend(value if isinstance(value, list) else [value])
        for word in self.words:
            found += [word.word, word.meaning, word.respelling, *word.variants]
        for test in self.tests:
            found += [test.name, *test.other_names]
        for entry in (*self.warning_signs, *self.symptoms, *self.treatments, *self.surgeries):
            found += [entry.name, entry.note]
        for person in self.physicians:
            found += [person.full_name, person.credentials]
        for source in self.sources:
            found += [source.title, source.publisher, str(source.year or ""), source.note]
        return found

    def htmls(self):
        """Every rich text in it."""
        return [
            *self.texts.values(),
            *(test.description for test in self.tests),
            *(entry.description for entry in self.surgeries),
        ]

    def check(self):
        """Report every sentence of the document that is neither in a field nor in the report yet."""
        told = [remark.text for remark in self.remarks]
        held = Held([*self.plain_texts(), *told], self.htmls())
        for place, sentence in not_held(self.passages, held, self.carried):
            self.remark("not_placed", sentence, place)
