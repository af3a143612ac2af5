"""What the admin's first page says to the person who is signed in."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conditions.models import Condition
from conditions.review_clock import due
from pages.models import Feedback
from publishing import desk
from publishing.checking import faulty_pages, in_short
from search.models import UnfoundWord

FIRST = 5


def cards(user):
    """The Cards for `user`, by what they may see."""
    cards = desk.cards(user, FIRST)
    if user.has_perm("conditions.view_condition"):
        conditions = due()
        url = f"{reverse('admin:conditions_condition_changelist')}?review=due"
        lines = [
            desk.Line(c.title, _form(c), _("condition"), date_format(c.next_review_on, "M j, Y"))
            for c in conditions[:FIRST]
        ]
        cards.append(desk.Card(_("To be reviewed within 30 days, or overdue"), len(conditions), url, lines))
    if user.has_perm("publishing.view_review"):
        cards += [
            _found(user, _("Pages with something to mend"), reverse("admin:findings")),
            _found(user, _("Pages whose words no clinician has approved"), reverse("admin:findings"), "review"),
        ]
    if user.has_perm("pages.view_feedback"):
        count = Feedback.objects.filter(answer=Feedback.Answer.NO).count()
        url = f"{reverse('admin:pages_feedback_changelist')}?answer__exact=no"
        cards.append(desk.Card(_("Readers for whom a page was not helpful"), count, url))
    if user.has_perm("search.view_unfoundword"):
        url = reverse("admin:search_unfoundword_changelist")
        cards.append(desk.Card(_("Words that search did not find"), UnfoundWord.objects.readable().count(), url))
    return cards


def _found(user, heading, address, rule=""):
    pages = faulty_pages(lambda page: user.has_perm(page.permission), rule)
    lines = [
        desk.Line(page.title, page.address, page.called, "" if rule else in_short(found))
        for page, found in pages[:FIRST]
    ]
    return desk.Card(heading, len(pages), f"{address}?rule={rule}" if rule else address, lines)


def _form(condition):
    return reverse(f"admin:{Condition._meta.label_lower.replace('.', '_')}_change", args=[condition.pk])
