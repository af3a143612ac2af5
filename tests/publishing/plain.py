"""What publishing promises, as a plain model: each page is a list of (moment, what) and nothing is ever computed ahead.

Whatever is asked of it answers with the error that the site has to answer with, or with None once it is done.
"""

import datetime
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from publishing.actions import PlansWait, Refused, Stale

TICK = datetime.timedelta(microseconds=1)


@dataclass(frozen=True)
class Words:
    """What a page says: `said` stands for its text."""

    said: str
    slug: str
    shows_entry: bool = False


@dataclass(eq=False)
class PlainEdition:
    words: Words | None  # None withdraws the page
    made_at: datetime.datetime
    live_from: datetime.datetime
    is_cancelled: bool = False

    def is_planned(self, now):
        return not self.is_cancelled and self.live_from > max(now, self.made_at)


@dataclass(eq=False)
class PlainPage:
    kind: str
    words: Words
    version: int = 1
    saves: list = field(default_factory=list)
    editions: list = field(default_factory=list)

    def live(self, at):
        """The Words that patients read at `at`, or None."""
        started = [edition for edition in self.editions if not edition.is_cancelled and edition.live_from <= at]
        last = max(started, key=lambda edition: edition.live_from, default=None)
        return last and last.words

    def plans(self, now):
        return [edition for edition in self.editions if edition.is_planned(now)]

    def was_at(self, slug, at):
        return any(
            edition.words and edition.words.slug == slug
            for edition in self.editions
            if not edition.is_cancelled and edition.live_from <= at
        )


class PlainSite:
    """Pages that show an `entry` or not."""

    def __init__(self, pages, entry):
        self.pages = [*pages, entry]
        self.entry = entry
        self.owners = {}
        for page in self.pages:
            page.saves.append(page.words)

    # What a reader gets

    def read_at(self, kind, slug, at):
        """What is said at an address, by its page and by what it shows; the slug it moved to; or 404."""
        page = self.owners.get((kind, slug))
        said = self.said_at(kind, slug, at)
        if isinstance(said, set):
            words = self.showing(at) if page is self.entry else self.shown_by(page, at)
            said = said | {one.said for one in words}
        return said

    def said_at(self, kind, slug, at):
        """As `read_at`, of its page alone."""
        page = self.owners.get((kind, slug))
        words = page and page.live(at)
        if not words:
            return 404
        if words.slug != slug:
            return f"moved to {words.slug}" if page.was_at(slug, at) else 404
        return {words.said}

    def shown_by(self, page, at):
        entry = self.entry.live(at)
        return [entry] if entry and page.live(at).shows_entry else []

    def showing(self, at):
        """The Words of every live page that shows the entry."""
        return [words for page in self.pages if (words := page.live(at)) and words.shows_entry]

    # What an editor does

    def save(self, page, words):
        others = [other for other in self.pages if other is not page and other.kind == page.kind]
        if self.is_taken(page, words) or any(other.words.slug == words.slug for other in others):
            return ValidationError
        page.words = words
        page.version += 1
        if page.saves[-1] != words:
            page.saves.append(words)

    def bring_back(self, page, words, version):
        return Stale if version != page.version else self.save(page, words)

    def is_taken(self, page, words):
        return self.owners.get((page.kind, words.slug), page) is not page

    # What a publisher does

    def publish(self, page, version, now, at, waiting):
        return self.publish_with_entries(page, [], version, now, at, waiting)

    def publish_with_entries(self, page, entries, version, now, at, waiting):
        """All or none."""
        wanted = [Placing(self, entry, entry.words, now, at, "keep") for entry in entries]
        refused = [placing.refused for placing in wanted if placing.refused]
        last = Placing(self, page, page.words, now, at, waiting)
        why_not = [*refused, *([Stale] if version != page.version else []), last.refused]
        if why_not[0]:
            return why_not[0]
        for placing in [*wanted, last]:
            placing.carry_out()

    def withdraw(self, page, now, at, waiting):
        if not page.live(now) and not any(plan.words for plan in page.plans(now)):
            return Refused
        return Placing(self, page, None, now, at, waiting).carried_out()

    def make_live_again(self, page, edition, now, waiting):
        if edition.words is None:
            return Refused
        return Placing(self, page, edition.words, now, None, waiting).carried_out()

    def cancel(self, edition, now):
        if not edition.is_planned(now):
            return Refused
        edition.is_cancelled = True


class Placing:
    """An edition that is about to take its place among those of its page; `refused` says why not, if not."""

    def __init__(self, site, page, words, now, at, waiting):
        self.site, self.page, self.words, self.at, self.waiting = site, page, words, at, waiting
        self.made_at = self.moment(now)
        self.refused = self.why_not()

    @property
    def starts(self):
        return [edition.live_from for edition in self.page.editions if not edition.is_cancelled]

    def moment(self, now):
        """The clock's time, or a tick after what has started, should the clock have stood still."""
        plans = self.page.plans(now)
        started = [e.live_from for e in self.page.editions if not e.is_cancelled and e not in plans]
        moment = max([now, *(start + TICK for start in started)])
        while moment in self.starts:
            moment += TICK
        return moment

    def why_not(self):
        if self.words and self.site.is_taken(self.page, self.words):
            return Refused
        plans = self.page.plans(self.made_at)
        if plans and self.waiting is None:
            return PlansWait
        cancelled = [plan.live_from for plan in plans] if self.waiting == "cancel" else []
        if self.at and (self.at <= self.made_at or (self.at in self.starts and self.at not in cancelled)):
            return Refused
        return None

    def carry_out(self):
        for plan in self.page.plans(self.made_at) if self.waiting == "cancel" else ():
            plan.is_cancelled = True
        if self.words:
            self.site.owners[self.page.kind, self.words.slug] = self.page
        self.page.editions.append(PlainEdition(self.words, self.made_at, self.at or self.made_at))

    def carried_out(self):
        if not self.refused:
            self.carry_out()
        return self.refused
