"""Public pages, composed from editions alone and all at one moment."""

from dataclasses import dataclass, field, replace

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils import timezone

from .drafts import Draft
from .models import Address, Edition, Mention, Page, Review, address_of, words_in_shape

MENTION_COLUMNS = ("edition_id", "target_id", "role", "position", "note")
COLUMNS = ("page_id", "kind", "slug", "title", "summary", "shape", "content", "live_from")
REVIEW = ("reviewed_at", "reviewed_by")


class Moved(Exception):
    """The page has another address now: `url`."""

    def __init__(self, url):
        super().__init__(url)
        self.url = url


@dataclass(frozen=True)
class Shown:
    """A page as a reader gets it; `role`, `position` and `note` say how another page shows it.

    `along` holds every live page of the kinds that its model names in ALONG. What stands in `mentioned_by` has
    words only if it is dated.
    """

    page_id: int
    kind: str
    slug: str
    title: str
    summary: str
    words: dict
    live_from: object = None
    reviewed_at: object = None
    reviewed_by: str = ""
    role: str = ""
    position: int = 0
    note: str = ""
    mentions: list = field(default_factory=list)
    missing_roles: frozenset = frozenset()  # in which it mentions a page that is not live
    mentioned_by: list = field(default_factory=list)
    along: list = field(default_factory=list)

    @property
    def url(self):
        """The page's path; None for kinds that have no page of their own."""
        return address_of(self.kind, self.slug)

    @property
    def medically_reviewed_at(self):
        """When the oldest part of what stands here was approved; None unless all of it is.

        That is the page as it reads now and each clinical entry it shows, all by their latest reviews. A page that
        lacks an entry, which is not live, is not the one that was approved.
        """
        roles = Page.kinds()[self.kind].CLINICAL_ROLES
        if self.missing_roles.intersection(roles):
            return None
        parts = [self, *(entry for entry in self.mentions if entry.role in roles)]
        days = [part.reviewed_at for part in parts]
        return min(days) if all(days) else None

    def shows(self, *roles):
        """The entries this page mentions in `roles`, in their order."""
        return [entry for entry in self.mentions if entry.role in roles]

    def shown_by(self, kind):
        """The pages of `kind` that mention this one, by title, each once."""
        pages = {page.page_id: page for page in self.mentioned_by if page.kind == kind}
        return sorted(pages.values(), key=lambda page: page.title.casefold())

    def at_hand(self, kind):
        """The live pages of `kind`, one of its model's ALONG, by title."""
        return sorted((page for page in self.along if page.kind == kind), key=lambda page: page.title.casefold())

    def latest(self, kind, most=3):
        """At most `most` of the dated pages of `kind` that mention this one, the newest first."""
        return newest_first(self.shown_by(kind))[:most]


def newest_first(pages):
    """`pages` of a kind that is dated (words["dated_on"], as 2026-10-02) in the order of their days."""
    return sorted(pages, key=lambda page: page.words["dated_on"], reverse=True)


def moment(request):
    """The one moment at which everything on this response is read, kept on `request`."""
    if not hasattr(request, "moment"):
        request.moment = timezone.now()
    return request.moment


def compose(model, slug, at):
    """The page of kind `model` at the address `slug` as it is at the moment `at`, in three queries.

    Raises Moved for an address the page had before, and Http404 for one unknown, withdrawn or not yet live.
    """
    row = _at_address(_with_review(Edition.objects.live(at), at), model, slug, at)
    return _shown(row, **_around(row.pop("pk"), row["page_id"], at, model.ALONG))


def compose_edition(edition, at):
    """The page that `edition` makes, live or not, as it is with all around it at the moment `at`, in three queries."""
    row = _with_review(Edition.objects.filter(pk=edition.pk), at).get()
    return _shown(row, **_around(row.pop("pk"), row["page_id"], at, Page.kinds()[edition.kind].ALONG))


def shown_alone(model, slug, at):
    """As `compose`, with nothing around the page and no review: in one query."""
    return _shown(_at_address(Edition.objects.live(at).values(*COLUMNS), model, slug, at))


def _at_address(rows, model, slug, at):
    """Of `rows` of live editions the one at the address `slug`; raises what `compose` does."""
    row = rows.filter(page__in=Address.objects.filter(kind=model.KIND, slug=slug).values("page")).first()
    if row is None:
        raise Http404
    if row["slug"] != slug:
        was_here = Edition.objects.filter(
            page=row["page_id"], slug=slug, is_withdrawal=False, cancelled_at=None, live_from__lte=at
        )
        if not was_here.exists():
            raise Http404
        raise Moved(address_of(model.KIND, row["slug"]))
    return row


def live_pages(model, at):
    """All live pages of kind `model` at `at`, by title, in one query."""
    return shown_in(Edition.objects.live(at).filter(kind=model.KIND))


def live_pages_of(models, at):
    """All live pages at `at` of each of `models`, by title, with what each carries along (Page.CARRIED_ROLES).

    In one query for all of them, and one more where any carries something.
    """
    kinds = [model.KIND for model in models]
    roles = [role for model in models for role in model.CARRIED_ROLES]
    live = Edition.objects.live(at)
    mentions = Mention.objects.filter(edition__in=live.filter(kind__in=kinds).values("pk"), role__in=roles)
    mentions = list(mentions.values(*MENTION_COLUMNS)) if roles else []
    targets = {mention["target_id"] for mention in mentions}
    rows = list(live.filter(Q(kind__in=kinds) | Q(page__in=targets)).values(*COLUMNS, "pk"))
    by_page, carried = {row["page_id"]: row for row in rows}, {}
    for mention in mentions:
        carried.setdefault(mention["edition_id"], []).append((by_page.get(mention["target_id"]), mention))
    pages = [_shown(row, mentions=_entries(carried.get(row["pk"], ()))) for row in rows]
    pages.sort(key=lambda page: page.title.casefold())
    return {model: [page for page in pages if page.kind == model.KIND] for model in models}


def named_by(kind, pages, at):
    """By the key of each of `pages`: (slug, title) of every page of `kind` that shows it at `at`, in one query."""
    live = Edition.objects.live(at).filter(kind=kind)
    mentions = Mention.objects.filter(edition__in=live.values("pk"), target__in=[page.page_id for page in pages])
    found = {}
    for target, slug, title in mentions.order_by().values_list("target_id", "edition__slug", "edition__title"):
        found.setdefault(target, set()).add((slug, title))
    return found


def shown_in(editions):
    """A Shown for each of `editions`, by title, in one query; what they mention is left out."""
    rows = editions.values(*COLUMNS)
    return sorted((_shown(row) for row in rows), key=lambda page: page.title.casefold())


def preview(page):
    """`page`, an instance of its own kind, as its working rows would show it.

    What it shows of other pages are their working rows too; which pages show it is read from live editions.
    """
    draft = Draft.of(page)
    targets = working_pages(mention.target_id for mention in draft.mentions)
    beside = {key: _carried_by(target) for key, target in targets.items()}
    carried = working_pages(mention.target_id for some in beside.values() for mention in some)
    mentions = _working_entries(draft.mentions, targets)
    mentions = [
        replace(entry, mentions=_working_entries(beside[entry.page_id], carried)) if beside[entry.page_id] else entry
        for entry in mentions
    ]
    around = _around(None, page.pk, timezone.now(), page.ALONG)
    return _from_working(page, words=draft.words, **{**around, "mentions": mentions})


def _around(edition, page, at, along):
    """What stands around a page, by the names that Shown gives it, in two queries.

    That is what the edition with the key `edition` shows, what shows the page with the key `page`, and all of the kinds
    `along`.
    """
    live = Edition.objects.live(at)
    is_live = Exists(live.filter(pk=OuterRef("edition")))
    beside = live.filter(page__in=Mention.objects.filter(edition=edition).values("target")).values("pk")
    mentions = Mention.objects.filter(
        Q(edition=edition) | Q(is_live, target=page) | Q(edition__in=beside, role__in=_carried_roles())
    )
    mentions = list(mentions.values(*MENTION_COLUMNS).order_by("pk"))
    shown = [mention for mention in mentions if mention["edition_id"] == edition]
    showing = [mention for mention in mentions if mention["target_id"] == page]
    carrying = [mention for mention in mentions if mention["role"] in _carried_roles()]
    targets = [mention["target_id"] for mention in (*shown, *carrying)]
    editions = [mention["edition_id"] for mention in showing]
    rows = live.filter(Q(page__in=targets) | Q(pk__in=editions) | Q(kind__in=along))
    rows = _read_in_part(rows, at, whole=Q(page__in=targets), words=Q(kind__in=[*along, *_dated_kinds()]))
    by_page, by_key = {row["page_id"]: row for row in rows}, {row["pk"]: row for row in rows}
    carried = {}
    for mention in carrying:
        carried.setdefault(mention["edition_id"], []).append((by_page.get(mention["target_id"]), mention))
    return {
        "mentions": _entries(((by_page.get(mention["target_id"]), mention) for mention in shown), carried),
        "missing_roles": frozenset(mention["role"] for mention in shown if mention["target_id"] not in by_page),
        "mentioned_by": _entries((by_key.get(mention["edition_id"]), mention) for mention in showing),
        "along": [_shown(row) for row in rows if row["kind"] in along],
    }


def _read_in_part(editions, at, whole, words):
    """The rows of `editions`: in `whole` with words and review, in `words` without a review, others with neither.

    What shows a page can be hundreds of long pages, of which a reader sees the titles.
    """
    approved = {name: Case(When(whole, then=value), default=None) for name, value in _review(at).items()}
    plain = [name for name in COLUMNS if name != "content"]
    rows = editions.values(*plain, "pk", words=Case(When(whole | words, then=F("content")), default=None), **approved)
    return [{**row, "content": row.pop("words"), "reviewed_by": row["reviewed_by"] or ""} for row in rows]


def _dated_kinds():
    return [kind for kind, model in Page.kinds().items() if "dated_on" in model.WORDS]


def not_reviewed(page_ids, at):
    """Those of `page_ids` whose live edition at `at` no clinician has approved, or that have none."""
    rows = _with_review(Edition.objects.live(at).filter(page__in=page_ids), at)
    approved = {row["page_id"] for row in rows if row["reviewed_at"]}
    return [page_id for page_id in dict.fromkeys(page_ids) if page_id not in approved]


def _with_review(editions, at):
    """The rows of `editions`, each with when and by whom what it says was approved, if its latest review does."""
    return editions.values(*COLUMNS, "pk", **_review(at))


def _review(at):
    reviews = Review.objects.filter(page=OuterRef("page"), clinical_hash=OuterRef("clinical_hash"), at__lte=at)
    latest = reviews.order_by("-at", "-pk").annotate(
        approved_at=Case(When(decision=Review.Decision.APPROVED, then=Coalesce(F("keeps__at"), F("at")))),
        approved_by=Case(When(decision=Review.Decision.APPROVED, then=F("signed_as")), default=Value("")),
    )
    return {
        "reviewed_at": Subquery(latest.values("approved_at")[:1]),
        "reviewed_by": Coalesce(Subquery(latest.values("approved_by")[:1]), Value("")),
    }


def _carried_roles():
    return {role for model in Page.kinds().values() for role in model.CARRIED_ROLES}


def _entries(rows_with_mentions, carried=None):
    """What is mentioned, in its order; `carried` holds, by edition, what the mentioned pages carry along."""
    return _in_order(
        _shown(
            row,
            role=mention["role"],
            position=mention["position"],
            note=mention["note"],
            mentions=_entries(carried.get(row["pk"], ())) if carried else [],
        )
        for row, mention in rows_with_mentions
        if row  # what is mentioned but not live is not shown
    )


def _in_order(entries):
    return sorted(entries, key=lambda entry: (entry.position, entry.title.casefold()))


def _shown(row, **more):
    row = {name: row[name] for name in (*COLUMNS, *REVIEW) if name in row}
    shape, content = row.pop("shape"), row.pop("content")
    words = {} if content is None else words_in_shape(row["kind"], shape, content)
    return Shown(words=words, **row, **more)


def working_pages(page_ids):
    """Working rows of any kinds by their key, in one query for the kinds and one for each kind."""
    keys_by_kind = {}
    page_ids = set(page_ids)
    if not page_ids:
        return {}
    for key, kind in Page.objects.filter(pk__in=page_ids).values_list("pk", "kind"):
        keys_by_kind.setdefault(kind, []).append(key)
    found = {}
    for kind, keys in keys_by_kind.items():
        found.update(Page.kinds()[kind].working().in_bulk(keys))
    return found


def _carried_by(page):
    return [mention for mention in page.frozen_mentions() if mention.role in page.CARRIED_ROLES]


def _working_entries(mentions, targets):
    return _in_order(
        _from_working(targets[mention.target_id], role=mention.role, position=mention.position, note=mention.note)
        for mention in mentions
    )


def _from_working(page, words=None, **more):
    return Shown(
        page_id=page.pk,
        kind=page.kind,
        slug=page.slug,
        title=page.title,
        summary=page.summary,
        words=page.frozen_words() if words is None else words,
        **more,
    )
