"""What stands between a page and its readers: findings, each with its place and how to mend it.

A finding that stops has to be mended before the page is published. Any other is a warning, which a person may publish
in spite of with a reason that stays in the edition; a note asks for nothing. Apps add rules of their own by `rule`.
"""

from django.utils import timezone

from .. import reading
from .finding import NOTE, STOP, WARNING, Finding, Held, Passage
from .look import Around, Look, Section
from .rules import NAMES, RULES, rule

__all__ = [
    "NAMES",
    "NOTE",
    "STOP",
    "WARNING",
    "Around",
    "Finding",
    "Held",
    "Look",
    "Passage",
    "Section",
    "findings",
    "findings_of",
    "grades",
    "let_through",
    "passage_of",
    "rule",
]


def let_through(pages, *, despite):
    """The Passage of `pages`, published together, warnings accepted for the reason `despite`; Held where one stops."""
    return passage_of(dict(zip(pages, findings_of(pages, beside=pages), strict=True)), despite=despite)


def passage_of(found, *, despite):
    """As `let_through`, of pages that the gate has looked at already: `found` holds what it says, by page."""
    if stopped := {page: [f for f in some if f.stops] for page, some in found.items() if any(f.stops for f in some)}:
        raise Held(stopped)
    return Passage({page.pk: some for page, some in found.items()}, despite)


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


def grades(page):
    """(what editors call it, reading grade) for each part of `page` that is long enough to have one."""
    sections = [section for section in Look(page, Around(timezone.now())).sections if section.is_graded]
    return [(section.label, reading.grade(section.text)) for section in sections]
