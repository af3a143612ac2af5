"""Public pages, composed from editions alone and all at one moment."""

from dataclasses import dataclass, field

from django.db.models import F
from django.http import Http404
from django.utils import timezone

from .drafts import Draft
from .models import Edition, Page, address_of, words_in_shape

COLUMNS = ("page_id", "slug", "title", "summary", "shape", "content", "live_from", "page__kind")


class Moved(Exception):
    """The page has another address now: `url`."""

    def __init__(self, url):
        super().__init__(url)
        self.url = url


@dataclass(frozen=True)
class Shown:
    """A page as a reader gets it; `role`, `position` and `note` say how another page shows it."""

    page_id: int
    kind: str
    slug: str
    title: str
    summary: str
    words: dict
    live_from: object = None
    role: str = ""
    position: int = 0
    note: str = ""
    mentions: list = field(default_factory=list)
    mentioned_by: list = field(default_factory=list)

    @property
    def url(self):
        """The page's path; None for kinds that have no page of their own."""
        return address_of(self.kind, self.slug)

    def shows(self, *roles):
        """The entries this page mentions in `roles`, in their order."""
        return [entry for entry in self.mentions if entry.role in roles]

    def shown_by(self, kind):
        """The pages of `kind` that mention this one, by title, each once."""
        pages = {page.page_id: page for page in self.mentioned_by if page.kind == kind}
        return sorted(pages.values(), key=lambda page: page.title.casefold())


def moment(request):
    """The one moment at which everything on this response is read, kept on `request`."""
    if not hasattr(request, "moment"):
        request.moment = timezone.now()
    return request.moment


def compose(model, slug, at):
    """The page of kind `model` at the address `slug` as it is at the moment `at`, in three queries.

    Raises Moved for an address the page had before, and Http404 for one unknown, withdrawn or not yet live.
    """
    here = Edition.objects.live(at).filter(page__addresses__kind=model.KIND, page__addresses__slug=slug)
    row = here.values(*COLUMNS, "pk").first()
    if row is None:
        raise Http404
    if row["slug"] != slug:
        was_here = Edition.objects.filter(
            page=row["page_id"], slug=slug, is_withdrawal=False, cancelled_at=None, live_from__lte=at
        )
        if not was_here.exists():
            raise Http404
        raise Moved(address_of(model.KIND, row["slug"]))
    edition = row.pop("pk")
    shown = _with_role(Edition.objects.live(at).filter(page__mentioned_in__edition=edition), "page__mentioned_in")
    showing = _with_role(Edition.objects.live(at).filter(mentions__target=row["page_id"]), "mentions")
    return _shown(row, mentions=_entries(shown), mentioned_by=_entries(showing))


def live_pages(model, at):
    """All live pages of kind `model` at `at`, by title, in one query."""
    rows = Edition.objects.live(at).filter(page__kind=model.KIND).values(*COLUMNS)
    return sorted((_shown(row) for row in rows), key=lambda page: page.title.casefold())


def preview(page):
    """`page`, an instance of its own kind, as its working rows would show it.

    What it shows of other pages are their working rows too; which pages show it is read from live editions.
    """
    draft = Draft.of(page)
    targets = _working(mention.target_id for mention in draft.mentions)
    mentions = _in_order(
        _from_working(targets[mention.target_id], role=mention.role, position=mention.position, note=mention.note)
        for mention in draft.mentions
    )
    showing = _with_role(Edition.objects.live(timezone.now()).filter(mentions__target=page.pk), "mentions")
    return _from_working(page, words=draft.words, mentions=mentions, mentioned_by=_entries(showing))


def _with_role(editions, mention):
    return editions.values(
        *COLUMNS, role=F(f"{mention}__role"), position=F(f"{mention}__position"), note=F(f"{mention}__note")
    )


def _entries(rows):
    return _in_order(_shown(row) for row in rows)


def _in_order(entries):
    return sorted(entries, key=lambda entry: (entry.position, entry.title.casefold()))


def _shown(row, **more):
    row = dict(row)
    kind = row.pop("page__kind")
    words = words_in_shape(kind, row.pop("shape"), row.pop("content"))
    return Shown(kind=kind, words=words, **row, **more)


def _working(page_ids):
    """Working rows of any kinds by their key, in one query for the kinds and one for each kind."""
    keys_by_kind = {}
    for key, kind in Page.objects.filter(pk__in=set(page_ids)).values_list("pk", "kind"):
        keys_by_kind.setdefault(kind, []).append(key)
    found = {}
    for kind, keys in keys_by_kind.items():
        found.update(Page.kinds()[kind].working().in_bulk(keys))
    return found


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
