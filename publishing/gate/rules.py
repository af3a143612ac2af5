"""The rules that hold for pages of every kind; apps add their own by `rule`."""

import re

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import reading
from ..models import Review
from .finding import NOTE, STOP
from .look import ELSEWHERE, NO_ADDRESS, Section

TARGET_GRADE = 8
LONGEST_SENTENCE = 25  # words
SAYS_NOTHING = {"click here", "click", "here", "link", "this link", "this page", "more", "read more", "learn more"}
RULES = []
NAMES = {}  # what people call each rule, by its code


def rule(**names):
    """Add to the gate a function that takes a Look and yields findings; `names` are its rules as people call them."""

    def add(look_for):
        RULES.append(look_for)
        NAMES.update(names)
        return look_for

    return add


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
            numbers = {"url": url, "day": date_format(link.failing_since, "F j, Y"), "trouble": link.trouble}
            yield look.finding("external_link", text % numbers, name)


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
        yield look.finding("overdue", text % date_format(due, "F j, Y"), "next_review_on")


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
