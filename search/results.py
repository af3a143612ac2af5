"""What a page of results prints."""

from dataclasses import dataclass, field

from django.utils.text import capfirst

from publishing.models import Page

from .marking import excerpt, marked, stems_in

IN_A_GROUP = 5
IN_ONE_KIND = 50


@dataclass(frozen=True)
class Result:
    """`title`, `name` and `note` are safe and have the words that were looked for marked; all are in `language`."""

    url: str
    title: str
    name: str
    note: str
    language: str


@dataclass(frozen=True)
class Group:
    kind: str
    heading: str
    count: int
    results: list = field(default_factory=list)

    @property
    def is_cut(self):
        return self.count > len(self.results)


def grouped(found, live, only=""):
    """A Group for each kind in `found`, in the order of the best of each; `only` one kind, with more of its results."""
    groups = []
    for kind, count in found.counts.items():
        if only and kind != only:
            continue
        most = IN_ONE_KIND if only else IN_A_GROUP
        addresses = [address for other, address in found.hits if other == kind][:most]
        results = [result(record, found.stems) for record in live.records(addresses)]
        groups.append(Group(kind, heading(kind), count, results))
    return groups


def best(found, live):
    """The first results whatever their kind, as one Group."""
    addresses = [address for _kind, address in found.hits[:IN_A_GROUP]]
    return Group("", "", len(found.hits), [result(record, found.stems) for record in live.records(addresses)])


def heading(kind):
    return capfirst(Page.kinds()[kind]._meta.verbose_name_plural)


def result(record, stems):
    """What is printed of a page, as its record in the index has it."""
    in_title = stems_in(record["title"], stems)
    name = max(record["names"], key=lambda name: len(stems_in(name, stems) - in_title), default="")
    if not stems_in(name, stems) - in_title:
        name = ""
    return Result(
        url=Page.kinds()[record["kind"]].found_at(record["slug"]),
        title=marked(record["title"], stems),
        name=marked(name, stems),
        note=marked(_note(record, stems), stems),
        language=record["language"],
    )


def _note(record, stems):
    """The summary, unless the words stand in what the page is found through or in its texts alone."""
    if stems_in(f"{record['title']} {record['summary']} {' '.join(record['names'])}", stems):
        return record["summary"]
    for kind, pages in record["through"].items():
        titles = [title for title, names in pages if stems_in(" ".join([title, *names]), stems)]
        if titles:
            words = Page.kinds()[record["kind"]].FOUND_THROUGH.get(kind, "{titles}")
            return str(words).format(titles=", ".join(titles))
    return excerpt(record["texts"], stems) or record["summary"]
