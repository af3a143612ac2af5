"""What search knows of each page: documents made from live editions alone."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import blake2b

from django.db import models
from django.db.models import Exists, Func, OuterRef, Subquery

from publishing.fields import lines
from publishing.models import Edition, Mention, Page, words_in_shape
from publishing.richtext import RichTextField, plain

AT_ONCE = 500
END = re.compile(r"(?=</(?:p|li|h[34]|t[dh]|caption)>)|<br>")  # of a passage, as the cleaner writes it


@dataclass(frozen=True)
class Document:
    """A page as search finds it; `lay_words` are never printed.

    `through` holds the pages it is found through, as (title, other names) by their kind. `language` is empty where the
    words are in that of the site.
    """

    page_id: int
    kind: str
    slug: str
    title: str
    summary: str
    names: list
    lay_words: list
    texts: list
    through: dict = field(default_factory=dict)
    language: str = ""


@dataclass(frozen=True)
class Source:
    """What a document is made from: the key of its edition and of those that it is found through.

    `mark` is another number whenever that is anything else, in whatever database.
    """

    edition: int
    through: tuple
    mark: int


def stamp(at):
    """What is live at `at`, in one word: another edition, start or end gives another stamp.

    Each part reads an index alone, because every process asks for all of them every second.
    """
    editions = Edition.objects.order_by()
    started = editions.filter(live_from__lte=at, cancelled_at=None).order_by("-live_from").values("live_from")
    ended = editions.filter(ends_at__lte=at).order_by("-ends_at").values("ends_at")
    row = editions.values_list(
        Subquery(editions.values(count=Func("pk", function="COUNT"))), Subquery(started[:1]), Subquery(ended[:1])
    ).first()
    return " ".join(str(value) for value in row or ())


def searched_kinds():
    """The models whose pages are found, by kind; those without an address of their own are not."""
    return {kind: model for kind, model in sorted(Page.kinds().items()) if model.found_at("any")}


def sources(at):
    """The Source of every page to be found at `at`, by the page's key, in two queries."""
    kinds = searched_kinds()
    live = Edition.objects.live(at).filter(kind__in=kinds)
    editions = {row["page_id"]: row for row in live.values("pk", "page_id", "kind", "made_at")}
    by_key = {row["pk"]: row for row in editions.values()}
    through = defaultdict(set)
    ways = {kind for model in kinds.values() for kind in model.FOUND_THROUGH}
    is_live = Exists(Edition.objects.live(at).filter(pk=OuterRef("edition")))
    mentions = Mention.objects.filter(is_live, edition__kind__in=ways).order_by()
    for edition, target in mentions.values_list("edition", "target"):
        if edition not in by_key or target not in editions:
            continue  # published between the two queries, or of a kind that is not searched
        if by_key[edition]["kind"] in kinds[editions[target]["kind"]].FOUND_THROUGH:
            through[target].add(edition)
    found = {}
    for page_id, row in editions.items():
        keys = tuple(sorted(through[page_id]))
        made = [f"{by_key[key]['made_at'].timestamp()}-{key}" for key in (row["pk"], *keys)]
        mark = int.from_bytes(blake2b(" ".join(made).encode(), digest_size=8).digest())
        found[page_id] = Source(row["pk"], keys, mark)
    return found


def documents(wanted):
    """The Document of each Source in `wanted`."""
    wanted = list(wanted)
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        keys = {key for source in some for key in (source.edition, *source.through)}
        rows = Edition.objects.filter(pk__in=keys).values(
            "pk", "page_id", "kind", "slug", "title", "summary", "shape", "content"
        )
        rows = {row["pk"]: row for row in rows}
        for source in some:
            yield _document(rows[source.edition], [rows[key] for key in source.through])


def _document(row, through):
    model = Page.kinds()[row["kind"]]
    words = _words(row)
    found_through = defaultdict(list)
    for other in sorted(through, key=lambda other: other["title"].casefold()):
        names = _called(Page.kinds()[other["kind"]], _words(other))
        found_through[other["kind"]].append((other["title"], [name for some in names for name in some]))
    names, lay_words = _called(model, words)
    return Document(
        page_id=row["page_id"],
        kind=row["kind"],
        slug=row["slug"],
        title=row["title"],
        summary=row["summary"],
        names=names,
        lay_words=lay_words,
        texts=[text for name in model.WORDS for text in _texts(model, name, words.get(name))],
        through=dict(found_through),
        language=words.get("language", ""),
    )


def _words(row):
    return words_in_shape(row["kind"], row["shape"], row["content"])


def _called(model, words):
    """What a page is called besides its title: (names, lay words)."""
    return tuple(
        [name for field in fields for name in words.get(field, ())] for fields in (model.NAMES, model.LAY_WORDS)
    )


def _texts(model, name, value):
    """The passages that the field `name` holds for readers; codes, dates, addresses and files are none."""
    if not value or name in (*model.NAMES, *model.LAY_WORDS, *model.FILES):
        return []
    if isinstance(value, list):
        return [item for item in value if isinstance(item, str)] if _is_prose(model, name) else []
    if not isinstance(value, str) or not _is_prose(model, name):
        return []
    if isinstance(model._meta.get_field(name), RichTextField):
        value = plain(END.sub("\n", value))
    return lines(value)


def _is_prose(model, name):
    kept_as = model._meta.get_field(name)
    is_text = isinstance(kept_as, models.CharField | models.TextField) and not isinstance(kept_as, models.URLField)
    return is_text and not kept_as.choices
