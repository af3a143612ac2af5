"""Where a page stands between its working row and what patients read."""

from dataclasses import dataclass, field

from .drafts import changes_since
from .models import Edition


@dataclass(frozen=True)
class State:
    """`edition` is the one in force, a withdrawal too; `changes` names what is unpublished since; `plans` wait."""

    edition: Edition | None
    changes: list | None
    plans: list = field(default_factory=list)

    @property
    def is_live(self):
        return self.code in ("changed", "live")

    @property
    def code(self):
        if self.edition is None:
            return "new"
        if self.edition.is_withdrawal:
            return "withdrawn"
        if self.changes is None:
            return "ended"
        return "changed" if self.changes else "live"

    @property
    def label(self):
        return {
            "new": "Never published",
            "withdrawn": "Withdrawn",
            "ended": "Ended",
            "changed": "Live, with unpublished changes",
            "live": "Live",
        }[self.code]


def states(pages, at):
    """Each page of `pages` (working rows of one kind) with its State at `at`, in two queries."""
    editions = Edition.objects.current(at) | Edition.objects.planned(at)
    current, plans = {}, {}
    for edition in editions.filter(page__in=[page.pk for page in pages]).order_by("live_from"):
        if edition.live_from <= at:
            current[edition.page_id] = edition
        else:
            plans.setdefault(edition.page_id, []).append(edition)
    live = [edition for edition in current.values() if edition.is_live(at)]
    changes = changes_since(pages, live)
    return [(page, State(current.get(page.pk), changes[page.pk], plans.get(page.pk, []))) for page in pages]
