"""What stands between a page and its readers: findings, each with its place and how to mend it.

A finding that stops has to be mended before the page is published. Any other is a warning, which a person may publish
in spite of with a reason that stays in the edition; a note asks for nothing. Apps add rules of their own by `rule`.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from django.conf import settings
from django.db.models import Count
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from . import reading
from .composing import not_reviewed
from .drafts import Draft
from .external_links import links_in
from .models import Address, Edition, ExternalLink, Mention, Page, Review
from .richtext import RichTextField

STOP, WARNING, NOTE = "stop", "warning", "note"
TARGET_GRADE = 8
FEWEST_WORDS = 20  # the grade of fewer says nothing
LONGEST_SENTENCE = 25  # words
SAYS_NOTHING = {"click here", "click", "here", "link", "this link", "this page", "more", "read more", "learn more"}
RULES = []
NAMES = {}  # what people call each rule, by its code


@dataclass(frozen=True)
class Finding:
    """`rule` names the kind of finding and `place` the field or list of rows, which editors know as `label`."""

    rule: str
    level: str
    place: str
    label: str
    text: str

    @property
    def stops(self):
        return self.level == STOP


@dataclass(frozen=True)
class Passage:
    """With which findings pages go to their readers, by the pages' keys, and for what reason (`despite`)."""

    findings: dict = field(default_factory=dict)
    despite: str = ""

    @property
    def has_warnings(self):
        return any(finding.level == WARNING for some in self.findings.values() for finding in some)

    def without(self, page, rule):
        """This passage as if `rule` had found nothing in `page`."""
        kept = [finding for finding in self.findings[page.pk] if finding.rule != rule]
        return Passage({**self.findings, page.pk: kept}, self.despite)

    def of(self, page):
        """What the edition of `page` keeps of it."""
        kept = [
            {"rule": finding.rule, "place": finding.label, "text": finding.text}
            for finding in self.findings.get(page.pk, ())
            if finding.level == WARNING
        ]
        return {"findings": kept, "despite": self.despite if kept else ""}


class Held(Exception):
    """Pages that may not be published as they are: `findings` holds what stops them, by page."""

    def __init__(self, findings):
        lines = [f"{page}: {_said(finding)}" for page, stops in findings.items() for finding in stops]
        super().__init__(" ".join(lines))
        self.findings = findings


def _said(finding):
    return f"{finding.label}: {finding.text}" if finding.label else finding.text


def let_through(pages, *, despite):
    """The Passage of `pages`, published together, warnings accepted for the reason `despite`; Held where one stops."""
    return passage_of(dict(zip(pages, findings_of(pages, beside=pages), strict=True)), despite=despite)


def passage_of(found, *, despite):
    """As `let_through`, of pages that the gate has looked at already: `found` holds what it says, by page."""
    if stopped := {page: [f for f in some if f.stops] for page, some in found.items() if any(f.stops for f in some)}:
        raise Held(stopped)
    return Passage({page.pk: some for page, some in found.items()}, despite)


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


def rule(**names):
    """Add to the gate a function that takes a Look and yields findings; `names` are its rules as people call them."""

    def add(look_for):
        RULES.append(look_for)
        NAMES.update(names)
        return look_for

    return add


def findings(page, at=None, beside=()):
    """Every Finding on the saved or typed row `page`, an instance of its own kind, at `at`; what stops comes first.

    `beside` are the pages that are published together with it.
    """
    return findings_of([page], at, beside)[0]


def findings_of(pages, at=None, beside=(), around=None):
    """As `findings`, for each of `pages`, in as many queries as for one.

    `around` is an Around of that moment, for whoever asks it more than this.
    """
    around = around or Around(at or timezone.now())
    around.looks = [Look(page, around, beside) for page in pages]
    return [_found(look) for look in around.looks]


def _found(look):
    found = [finding for look_for in RULES for finding in look_for(look)]
    return sorted(found, key=lambda finding: (STOP, WARNING, NOTE).index(finding.level))


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
        """The dead links to other sites, by their address."""
        wanted = {url for look in self.looks for url in look.external_links}
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


def grades(page):
    """(what editors call it, reading grade) for each part of `page` that is long enough to have one."""
    sections = [section for section in Look(page, Around(timezone.now())).sections if section.is_graded]
    return [(section.label, reading.grade(section.text)) for section in sections]


@rule(required=gettext_lazy("Empty, and required"), empty=gettext_lazy("Empty"))
def empty_parts(look):
    for name, roles in look.page.REQUIRED.items():
        if look.is_empty(name, roles):
            yield look.finding("required", _("This is empty, and no page may go without it. Write it."), name, STOP)
    for name, roles in look.page.EXPECTED.items():
        if look.is_empty(name, roles):
            yield look.finding("empty", _("This is empty. Readers look for it on every page of this kind."), name)


@rule(grade=gettext_lazy("Hard to read"))
def hard_sections(look):
    for section in look.sections:
        if not section.is_graded:
            continue
        grade = reading.grade(section.text)
        if round(grade, 1) > TARGET_GRADE:
            text = _("It reads at grade %(grade)s; aim for %(target)s or below. Use shorter sentences and words.")
            numbers = {"grade": f"{grade:.1f}", "target": TARGET_GRADE}
            yield look.finding("grade", text % numbers, section.name)


@rule(sentence=gettext_lazy("Long sentence"))
def long_sentences(look):
    summary = [Section("summary", "", look.page.summary)] if look.page.summary else []
    for section in [*summary, *look.sections]:
        for sentence in reading.sentences(section.text):
            length = len(reading.words(sentence))
            if length > LONGEST_SENTENCE:
                text = _("A sentence of %(length)d words: “%(beginning)s” Make two of it.")
                numbers = {"length": length, "beginning": Truncator(sentence).words(8)}
                yield look.finding("sentence", text % numbers, section.name)


@rule(headings=gettext_lazy("Heading out of order"))
def headings_out_of_order(look):
    for section in look.sections:
        levels = [int(level) for level in re.findall(r"<h([34])\b", section.html)]
        if levels and levels[0] == 4:
            text = _("It begins with a small heading that stands under no larger one. Make it the larger kind.")
            yield look.finding("headings", text, section.name)


@rule(link_words=gettext_lazy("Link that says nothing"))
def words_of_links(look):
    for section, said, _address in look.links:
        if said.strip(" .!…").lower() in SAYS_NOTHING or re.match(r"https?://|www\.", said):
            text = _("A link says “%s”. Say where it leads, such as “how to prepare for an MRI”.")
            yield look.finding("link_words", text % said, section.name)


@rule(link=gettext_lazy("Dead link"))
def dead_links(look):
    """Links within this site that lead to nothing patients can see."""
    if not look.links:
        return
    seen = {*look.around.seen, *((page.KIND, page.slug) for page in (look.page, *look.beside))}
    for section, said, address, kind, slug in look.links_on_this_site:
        if kind == ELSEWHERE or (kind, slug) in seen:
            continue
        if kind == NO_ADDRESS:
            why = _("The link “%s” has no full address. Begin it with “/” for a page of this site, or with “https://”.")
        elif (kind, slug) in look.around.saved:
            why = _("The link “%s” leads to a page that patients can’t see. Publish that one first, or take it out.")
        else:
            why = _("The link “%s” leads to no page of this site. Correct its address or take it out.")
        yield look.finding("link", f"{why % said} ({address})", section.name, STOP)


@rule(external_link=gettext_lazy("Dead link to another site"))
def dead_external_links(look):
    """Links to other sites of which housekeeping found on two days that they lead nowhere."""
    for url, name in look.external_links.items():
        if link := look.around.dead.get(url):
            text = _("The link to %(url)s seems dead since %(day)s: it %(trouble)s. Correct it, or take it out.")
            numbers = {"url": url, "day": link.failing_since.isoformat(), "trouble": link.trouble}
            yield look.finding("external_link", text % numbers, name)


ELSEWHERE, NO_ADDRESS, NOWHERE = "elsewhere", "no address", "nowhere"


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


@rule(review=gettext_lazy("Not approved"), review_of_entries=gettext_lazy("Shows what is not approved"))
def unreviewed_words(look):
    if not look.is_clinical:
        return
    latest = look.around.reviews.get((look.page.pk, look.draft.clinical_hash))
    if latest is None or latest.decision != Review.Decision.APPROVED:
        text = _("No clinician has approved these words. Ask for a review before you publish.")
        yield look.finding("review", text)
    if waiting := len(look.clinical_entries & look.around.not_approved):
        text = ngettext(
            "%d entry that it shows is not approved, so the page won’t say that it was reviewed.",
            "%d entries that it shows are not approved, so the page won’t say that it was reviewed.",
            waiting,
        )
        yield look.finding("review_of_entries", text % waiting)


@rule(overdue=gettext_lazy("Review overdue"))
def overdue_review(look):
    due = getattr(look.page, "next_review_on", None)
    if due and due < timezone.localdate(look.at):
        text = _("A clinician should have read this page again by %s. Ask for a review.")
        yield look.finding("overdue", text % due.isoformat(), "next_review_on")


@rule(address=gettext_lazy("New address"))
def changed_address(look):
    if look.live and look.live.slug != look.page.slug:
        text = _("The address changes from “%(old)s” to “%(new)s”. The old one will lead here, but people know it.")
        yield look.finding("address", text % {"old": look.live.slug, "new": look.page.slug}, "slug")


@rule(shown_on=gettext_lazy("Shown on other pages"))
def other_readers(look):
    count = look.around.shown_on.get(look.page.pk, 0)
    if count:
        text = ngettext(
            "%d live page shows this entry, and its new words with it.",
            "%d live pages show this entry, and its new words with it.",
            count,
        )
        yield look.finding("shown_on", text % count, level=NOTE)
