"""What an import did or would do, as data and as plain text."""

from dataclasses import dataclass, field

from .parsed import REMARKS, Remarked

OUTCOMES = {
    "created": "New condition “{title}”.",
    "replaced": "“{title}” was replaced in the working copy.",
    "unchanged": "“{title}”: no change.",
    "left_alone": "“{title}” exists and differs; it was left alone.",
}


@dataclass(frozen=True)
class Difference:
    """A part of the condition that the document tells otherwise: lines that only the site or only the document has."""

    label: str
    site: tuple = ()
    document: tuple = ()

    @property
    def is_arrangement(self):
        """Whether the words are the same and only their order or their marks differ."""
        return not self.site and not self.document


@dataclass
class Report(Remarked):
    """The outcome for one file; `outcome` is a key of OUTCOMES, `page` the condition's key.

    `found` is (key, version) of the condition as it stood before, None for a new one. `created` and `published` are
    library entries. `parts` (names of fields with text) and `counts` (number, name, plural) tell what it holds.
    """

    file: str
    title: str = ""
    outcome: str = ""
    page: int | None = None
    found: tuple | None = None
    is_published: bool = False
    differences: list = field(default_factory=list)
    parts: list = field(default_factory=list)
    counts: list = field(default_factory=list)
    created: list = field(default_factory=list)
    published: list = field(default_factory=list)
    remarks: dict = field(default_factory=dict)

    @property
    def headline(self):
        return OUTCOMES[self.outcome].format(title=self.title) + (" It is published." if self.is_published else "")

    @property
    def contents(self):
        """What the document holds, in one line: "text for overview, symptoms; 2 word meanings, 3 tests"."""
        counts = [f"{number} {name if number == 1 else plural}" for number, name, plural in self.counts if number]
        texts = f"text for {', '.join(self.parts)}" if self.parts else ""
        return "; ".join(filter(None, [texts, ", ".join(counts)]))

    def groups(self):
        """(heading, remarks) for every kind of remark there is."""
        for kind, heading in REMARKS.items():
            remarks = [remark for remark in self.remarks if remark.kind == kind]
            if remarks:
                yield heading, remarks

    def texts(self):
        """Every text of the document that the report tells."""
        return [
            *(remark.text for remark in self.remarks),
            *(line for difference in self.differences for line in difference.document),
        ]

    def lines(self):
        """The report as lines of plain text."""
        yield self.headline
        if self.contents:
            yield f"It holds {self.contents}."
        for heading, entries in (("New in the library", self.created), ("Published with it", self.published)):
            if entries:
                yield f"{heading}: {', '.join(map(_with_kind, entries))}."
        for difference in self.differences:
            yield f"Differs: {difference.label}"
            yield from (f"  site:     {line}" for line in difference.site)
            yield from (f"  document: {line}" for line in difference.document)
            if difference.is_arrangement:
                yield "  only the order or the marks (bold, links …)"
        for heading, remarks in self.groups():
            yield f"{heading}:"
            yield from (f"  {remark}" for remark in remarks)


def _with_kind(entry):
    return f"{entry.title} ({entry._meta.verbose_name})"
