"""A page as the rules look at it, and what they ask of the site around it."""

from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from django.conf import settings
from django.db.models import Count
from django.urls import Resolver404, resolve

from .. import reading
from ..composing import not_reviewed
from ..drafts import Draft
from ..external_links import links_in
from ..models import Address, Edition, ExternalLink, Mention, Page, Review
from ..richtext import RichTextField
from .finding import WARNING, Finding

FEWEST_WORDS = 20  # the grade of fewer says nothing
ELSEWHERE, NO_ADDRESS, NOWHERE = "elsewhere", "no address", "nowhere"


@dataclass(frozen=True)
class Section:
    """A part of a page that readers read in one go; `html` is empty for notes and other plain text."""

    name: str
    label: str
    text: str
    html: str = ""

    @property
    def is_graded(self):
        return len(reading.words(self.text)) >= FEWEST_WORDS


class Around:
    """What rules ask of the site about the pages that are looked at (`looks`) at a moment: once for all of them."""

    def __init__(self, at, live=None):
        """`live` spares it a query where the live edition of each page is known, by the page's key."""
        self.at = at
        if live is not None:
            self.live = live
        self.looks = []
        self._known = {}

    def once(self, ask):
        """What `ask()` says, asked once."""
        if ask not in self._known:
            self._known[ask] = ask()
        return self._known[ask]

    @cached_property
    def keys(self):
        return [look.page.pk for look in self.looks if look.page.pk]

    @cached_property
    def live(self):
        """The live edition of each page, by the page's key, without its words."""
        rows = Edition.objects.live(self.at).filter(page__in=self.keys).defer("content") if self.keys else ()
        return {edition.page_id: edition for edition in rows}

    @cached_property
    def shown_on(self):
        """How many live pages show each page, by its key."""
        live = Edition.objects.live(self.at)
        mentions = Mention.objects.filter(target__in=self.keys, edition__in=live.values("pk")).order_by()
        counts = mentions.values("target").annotate(count=Count("edition__page", distinct=True))
        return dict(counts.values_list("target", "count")) if self.keys else {}

    @cached_property
    def reviews(self):
        """The latest review, by the page's key and the hash of the words."""
        rows = Review.objects.filter(page__in=self.keys).select_related("keeps").order_by("at", "pk")
        return {(review.page_id, review.clinical_hash): review for review in rows} if self.keys else {}

    def approval_of_live(self, page):
        """The approval of what is live of `page`, which could stand for other words of it; None without one."""
        live = self.live.get(page.pk)
        latest = live and self.reviews.get((page.pk, live.clinical_hash))
        return latest.approval if latest else None

    @cached_property
    def not_approved(self):
        """The keys of entries shown whose live words no clinician has approved."""
        keys = {key for look in self.looks if look.is_clinical for key in look.clinical_entries}
        return set(not_reviewed(keys, self.at)) if keys else set()

    @cached_property
    def seen(self):
        """(kind, slug) of each page of this site that a link leads to and patients can see."""
        live = Edition.objects.live(self.at).values("page")
        held = Address.objects.filter(slug__in=self.linked, page__in=live)
        return set(held.values_list("kind", "slug")) if self.linked else set()

    @cached_property
    def saved(self):
        """As `seen`, of each page that is saved, whether patients can see it or not."""
        return set(Page.objects.filter(slug__in=self.linked).values_list("kind", "slug"))

    @cached_property
    def linked(self):
        """The last part of each address on this site that a link leads to."""
        return {slug for look in self.looks for *_link, slug in look.links_on_this_site if slug}

    @cached_property
    def dead(self):
        """The dead links to other sites, by their address; where none is looked at, nothing is known of any."""
        wanted = settings.CHECK_LINKS and {url for look in self.looks for url in look.external_links}
        return {link.url: link for link in ExternalLink.objects.dead().filter(url__in=wanted)} if wanted else {}


@dataclass
class Look:
    """A page as the rules look at it; what several of them need is read once."""

    page: Page
    around: Around
    beside: tuple = ()
    draft: Draft = field(init=False)

    def __post_init__(self):
        self.draft = Draft.of(self.page)

    def finding(self, rule, text, place="", level=WARNING):
        return Finding(rule, level, place, self.page.part_label(place) if place else "", text)

    @cached_property
    def sections(self):
        """Its texts as Sections in the order of the page: rich texts, and the notes of each list as one."""
        sections = []
        for name, value in self.draft.words.items():
            if value and self.is_rich(name):
                sections.append(Section(name, self.page.part_label(name), reading.text_of(value), value))
        notes = {}
        for mention in self.draft.mentions:
            if mention.note:
                notes.setdefault(mention.role, []).append(f"- {mention.note}")
        return sections + [Section(role, self.page.part_label(role), "\n".join(lines)) for role, lines in notes.items()]

    def is_rich(self, name):
        return name in {field.name for field in self.page._meta.get_fields() if isinstance(field, RichTextField)}

    @property
    def names(self):
        """What the page is called, its title first."""
        return [self.page.title, *(name for names in self.page.NAMES for name in self.draft.words[names])]

    @cached_property
    def links(self):
        """(section, words, address) of each link."""
        return [
            (section, " ".join(link.get_text().split()), link.get("href", ""))
            for section in self.sections
            if "<a" in section.html
            for link in BeautifulSoup(section.html, "lxml").find_all("a")
        ]

    def is_empty(self, name, roles=()):
        """Whether the field `name` says nothing and no mention in `roles` does in its place."""
        value = getattr(self.page, name)
        return not reading.words(reading.text_of(value) if self.is_rich(name) else value) and not self.mentions_in(
            *roles
        )

    @property
    def at(self):
        return self.around.at

    @property
    def live(self):
        """The live edition of the page, or None."""
        return self.around.live.get(self.page.pk)

    @cached_property
    def links_on_this_site(self):
        """As `links`, each with the kind and slug of what it leads to (see _on_this_site)."""
        return [(section, said, address, *_on_this_site(address)) for section, said, address in self.links]

    @cached_property
    def external_links(self):
        """The field in which each link to another site stands, by its address."""
        return {url: name for name, words in self.draft.words.items() for url in links_in(words)}

    @cached_property
    def clinical_entries(self):
        return {mention.target_id for mention in self.mentions_in(*self.page.CLINICAL_ROLES)}

    @property
    def is_clinical(self):
        return bool(self.page.CLINICAL_WORDS or self.page.CLINICAL_ROLES)

    def mentions_in(self, *roles):
        return [mention for mention in self.draft.mentions if mention.role in roles]


def _on_this_site(address):
    """(kind, slug) of the page of this site at `address`; one of the above and no slug where there is none."""
    parts = urlsplit(address)
    other_host = parts.netloc and parts.hostname != urlsplit(settings.SITE_URL).hostname
    if parts.scheme in ("mailto", "tel") or address.startswith("#") or other_host:
        return ELSEWHERE, ""
    if not parts.path.startswith("/"):
        return NO_ADDRESS, ""
    try:
        found = resolve(unquote(parts.path))
    except Resolver404:
        return NOWHERE, ""
    kinds = [kind for kind, model in Page.kinds().items() if found.view_name == model.URL_NAME]
    return (kinds[0], found.kwargs["slug"]) if kinds else (ELSEWHERE, "")
