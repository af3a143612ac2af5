"""What waits for whom: the lists behind the numbers on the admin's first page."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .checking import overview
from .models import Edition, Page, ReviewRequest

PER_PAGE = 50
LATELY = datetime.timedelta(days=14)
PUBLISH = "publishing.publish_page"


@dataclass(frozen=True)
class Line:
    """A line of a list: the page it is about, where it leads, and what to know of it; `key` is set if it waits."""

    title: str
    url: str
    called: str
    detail: str = ""
    key: int | None = None


@dataclass(frozen=True)
class Card:
    """A number on the first page with the list behind it; `lines` are its first."""

    heading: str
    count: int
    url: str
    lines: list = field(default_factory=list)


@dataclass(frozen=True)
class List:
    """A list of the desk: who may see it (a permission, or what is asked of a user), and its lines for them."""

    heading: str
    nothing: str
    permission: str | Callable
    lines: Callable

    def is_for(self, user):
        return self.permission(user) if callable(self.permission) else user.has_perm(self.permission)


def _address(kind, key, view="change"):
    options = Page.kinds()[kind]._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_{view}", args=[key])


def _line(page, detail="", view="change"):
    called = Page.kinds()[page.kind]._meta.verbose_name
    return Line(page.title, _address(page.kind, page.pk, view), str(called), detail)


def _moment(at):
    return date_format(timezone.localtime(at), "M j, Y, g:i A")


def _reviews(user):
    waiting = ReviewRequest.objects.waiting_for(user).select_related("page", "asked_by").order_by("asked_at")
    return [
        _line(
            request.page,
            _("%(who)s asked on %(day)s")
            % {"who": request.asked_by.get_full_name() or request.asked_by, "day": _moment(request.asked_at)},
            "review",
        )
        for request in waiting
    ]


def _drafts(user, only=lambda draft, user: True):
    return [
        Line(draft.title, _address(draft.kind, draft.key), draft.called, draft.detail, draft.key)
        for draft in overview().drafts
        if only(draft, user) and user.has_perm(f"{draft.model._meta.app_label}.view_{draft.model._meta.model_name}")
    ]


def _writes(user):
    options = [model._meta for model in Page.kinds().values()]
    return any(user.has_perm(f"{each.app_label}.change_{each.model_name}") for each in options)


def _own_drafts(user):
    return _drafts(user, lambda draft, user: draft.saved_by == user.pk)


def _planned(user):
    planned = Edition.objects.planned(timezone.now()).order_by("live_from").select_related("page")
    said = {False: _("%s: patients read edition %s"), True: _("%s: patients no longer see it (edition %s)")}
    return [_line(e.page, said[e.is_withdrawal] % (_moment(e.live_from), e.number)) for e in planned]


def _published(user):
    now = timezone.now()
    lately = Edition.objects.filter(cancelled_at=None, live_from__lte=now, live_from__gt=now - LATELY)
    lately = lately.order_by("-live_from", "-pk").select_related("page", "made_by").defer("content")
    return [_line(e.page, f"{_moment(e.live_from)}: {e.change}", "history") for e in lately]


LISTS = {
    "reviews": List(
        gettext_lazy("Waiting for my review"),
        gettext_lazy("No page waits for your review."),
        "publishing.review_page",
        _reviews,
    ),
    "my-drafts": List(
        gettext_lazy("My drafts"),
        gettext_lazy("Patients read everything that you saved last."),
        _writes,
        _own_drafts,
    ),
    "drafts": List(
        gettext_lazy("Not published yet"),
        gettext_lazy("Patients read everything as it is saved."),
        PUBLISH,
        _drafts,
    ),
    "planned": List(
        gettext_lazy("Planned next"), gettext_lazy("Nothing is planned."), "publishing.view_review", _planned
    ),
    "published": List(
        gettext_lazy("Published in the last two weeks"),
        gettext_lazy("Nothing was published in the last two weeks."),
        "publishing.view_review",
        _published,
    ),
}


def cards(user, most=5):
    """The Cards of the lists that `user` may see, each with its first `most` lines."""
    cards = []
    for name, each in LISTS.items():
        if each.is_for(user):
            lines = each.lines(user)
            cards.append(Card(str(each.heading), len(lines), reverse("admin:desk", args=[name]), lines[:most]))
    return cards


def list_page(site, request, name):
    """One of the lists, whole."""
    if name not in LISTS:
        raise Http404
    shown = LISTS[name]
    if not shown.is_for(request.user):
        raise PermissionDenied
    lines = Paginator(shown.lines(request.user), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        **site.each_context(request),
        "title": shown.heading,
        "nothing": shown.nothing,
        "lines": lines,
        "to_publish": [line.key for line in lines if line.key] if request.user.has_perm(PUBLISH) else [],
    }
    return render(request, "admin/publishing/list.html", context)
