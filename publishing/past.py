"""A page's line of time in the admin: every save, edition and review, each to be read, compared and brought back."""

import datetime
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from record.models import Action
from record.noting import refuse

from . import actions
from .comparing import Said, differences
from .composing import compose_edition, preview
from .drafts import Draft
from .fields import is_key
from .forms import LiveAgainForm, moment_field
from .models import Edition, Review, Revision
from .revisions import as_saved
from .sign_off import framed
from .state import states

PER_PAGE = 50
NOW = "now"


@dataclass(frozen=True)
class Event:
    """Something that happened to a page: `code` names the state it left, if it left one that can be compared."""

    at: datetime.datetime
    what: str
    detail: str
    by: str
    code: str = ""
    edition: Edition | None = None
    revision: Revision | None = None


class DayForm(forms.Form):
    """Asks for a moment of the past."""

    at = moment_field(gettext_lazy("What patients read on"), initial=timezone.now)


class PastAdmin:
    """The part of a page's admin that is about what the page said before; `PageAdmin` has the rest."""

    def past_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path(f"<path:object_id>/{route}", wrap(never_cache(view)), name=self._url_name(name))
            for route, view, name in (
                ("compare/", self.compare_page, "compare"),
                ("read/", self.read_page, "read"),
                ("saves/<int:number>/", self.save_page, "save"),
                ("saves/<int:number>/bring-back/", self.bring_back_page, "bring_back"),
                ("editions/<int:number>/", self.edition_page, "edition"),
                ("editions/<int:number>/live-again/", self.live_again_page, "live_again"),
            )
        ]

    def history_view(self, request, object_id, extra_context=None):
        """Saves, editions and reviews in one line of time, the newest first."""
        page = self._page(request, object_id)
        events = Paginator(_events(page), PER_PAGE).get_page(request.GET.get("p"))
        context = {
            "events": events,
            "day_form": DayForm(),
            "can_preview": self.public_view is not None,
            "can_bring_back": self.has_change_permission(request, page),
            "can_publish": self.has_publish_permission(request),
            "change_url": self._change_url(page),
        }
        return super().history_view(request, object_id, context | (extra_context or {}))

    def compare_page(self, request, object_id):
        """What differs between two states of the page, named in ?from= and ?to=."""
        page = self._page(request, object_id)
        codes = [request.GET.get("from", NOW), request.GET.get("to", NOW)]
        before, after = (self._state(page, code) for code in codes)
        (_page, state), *_none = states([page], timezone.now())
        context = {
            "names": [before.name, after.name],
            "differences": differences(self.model, before.said, after.said),
            "before": before,
            "after": after,
            "can_bring_back": self.has_change_permission(request, page),
            "history_url": self._url("history", page.pk),
        }
        return self._show(request, page, state, None, _("Compare"), "compare", **context)

    def _state(self, page, code):
        """The state that `code` names: “now”, “s” with the number of a save, or “e” with that of an edition."""
        if code == NOW:
            return Compared(_("the page as it is saved now"), Said.by_draft(Draft.of(page)))
        letter, number = code[:1], code[1:]
        if letter not in ("s", "e") or not is_key(number):
            raise Http404
        if letter == "s":
            revision = get_object_or_404(Revision.objects.select_related("page"), page=page.pk, number=number)
            return Compared(_("save %s") % number, Said.by_draft(Draft.of(as_saved(revision)[0])), revision)
        edition = get_object_or_404(Edition.objects.prefetch_related("mentions"), page=page.pk, number=number)
        return Compared(_("edition %s") % number, Said.by_edition(edition))

    def save_page(self, request, object_id, number):
        """The page as a save left it, with the entries it shows as they are now."""
        page = self._page(request, object_id)
        revision = get_object_or_404(Revision.objects.select_related("page"), page=page.pk, number=number)
        if self.public_view is None:
            raise Http404
        return framed(self.public_view(request, preview(as_saved(revision)[0])))

    def edition_page(self, request, object_id, number):
        """The page as an edition shows it at its first moment, with what surrounds it then."""
        page = self._page(request, object_id)
        edition = get_object_or_404(Edition, page=page.pk, number=number, is_withdrawal=False)
        return self._read(request, edition, edition.live_from)

    def read_page(self, request, object_id):
        """The page exactly as patients read it at a moment."""
        page = self._page(request, object_id)
        form = DayForm(request.GET)
        if not form.is_valid():
            messages.error(request, _("Give a day and a time, such as 2026-03-02 and 09:30."))
            return HttpResponseRedirect(self._url("history", page.pk))
        at = form.cleaned_data["at"]
        edition = Edition.objects.live(at).filter(page=page.pk).first()
        if edition is None:
            messages.info(request, _("Patients could not read this page then."))
            return HttpResponseRedirect(self._url("history", page.pk))
        return self._read(request, edition, at)

    def _read(self, request, edition, at):
        if self.public_view is None:
            raise Http404
        request.moment = at
        return framed(self.public_view(request, compose_edition(edition, at)))

    def bring_back_page(self, request, object_id, number):
        """Asks whether to put what a save kept in place of the page as it is saved now, and shows what that changes."""
        page = self._page(request, object_id)
        if not self.has_change_permission(request, page):
            refuse(request, Action.CHANGE, actions.thing(page))
        revision = get_object_or_404(Revision.objects.select_related("page"), page=page.pk, number=number)
        saved, gone = as_saved(revision)
        changes = differences(self.model, Said.by_draft(Draft.of(page)), Said.by_draft(Draft.of(saved)))
        form = BringBackForm(request.POST or None, initial={"version": page.version})
        if request.method == "POST" and form.is_valid():
            try:
                actions.bring_back(revision, by=request.user, version=form.cleaned_data["version"])
            except actions.Stale as stale:
                form = BringBackForm.refused(page, str(stale))
            except ValidationError as refusal:
                form = BringBackForm.refused(page, refusal.messages)
            else:
                self.log_change(request, page, f"Brought back save {number}.")
                said = _("Save %s is back. Patients read nothing of it until it is published.")
                messages.success(request, said % number)
                return HttpResponseRedirect(self._change_url(page))
        ((page, state),) = states([page], timezone.now())
        context = {"differences": changes, "gone": _gone(gone)}
        return self._show(request, page, state, form, _("Bring back save %s") % number, "bring_back", **context)

    def live_again_page(self, request, object_id, number):
        """Asks why an old edition should be live again, and makes it so by a new one."""
        page, state = self._page_to_publish(request, object_id, Action.PUBLISH)
        edition = get_object_or_404(
            Edition.objects.prefetch_related("mentions"), page=page.pk, number=number, is_withdrawal=False
        )
        form = LiveAgainForm(request.POST or None, page=page, edition=edition, state=state, by=request.user)
        context = {"differences": []}
        if state.is_live:
            now_live = Said.by_edition(state.edition)
            context["differences"] = differences(self.model, now_live, Said.by_edition(edition))
        return self._ask(request, page, state, form, _("Make edition %s live again") % number, "live_again", **context)


@dataclass(frozen=True)
class Compared:
    """A state of a page that is held against another; `revision` is set if it can be brought back."""

    name: str
    said: Said
    revision: Revision | None = None


class BringBackForm(forms.Form):
    """Carries the version that the person looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def refused(cls, page, why):
        """The form for `page` as it is saved now, with the reason why the one that was sent did nothing."""
        form = cls({"version": page.version})
        form.full_clean()
        form.add_error(None, why)
        return form


def _gone(count):
    words = ngettext(
        "%d entry that this save shows was deleted since, so it stays out.",
        "%d entries that this save shows were deleted since, so they stay out.",
        count,
    )
    return words % count if count else ""


def _events(page):
    """Every save, edition and review of `page` as an Event, the newest first."""
    key = page.pk
    revisions = Revision.objects.filter(page=key).defer("content").select_related("saved_by")
    editions = Edition.objects.filter(page=key).defer("content").select_related("made_by", "revision")
    reviews = Review.objects.filter(page=key).select_related("clinician", "kept_by")
    events = [_saved(revision) for revision in revisions]
    events += [_made(edition) for edition in editions]
    events += [_decided(review) for review in reviews]
    return sorted(events, key=lambda event: event.at, reverse=True)


def _saved(revision):
    what = _("Saved (%s)") % revision.number
    by = str(revision.saved_by or "")
    return Event(revision.saved_at, what, revision.note, by, f"s{revision.number}", revision=revision)


def _decided(review):
    by = f"{review.signed_as} ({review.clinician})"
    if review.kept_by is None:
        return Event(review.at, review.get_decision_display(), review.comment, by)
    what = _("The approval of %s stands: only the wording changed") % by
    return Event(review.at, what, review.comment, str(review.kept_by))


def _made(edition):
    what = _("Withdrawn by edition %s") if edition.is_withdrawal else _("Edition %s")
    by, code = str(edition.made_by or ""), "" if edition.is_withdrawal else f"e{edition.number}"
    return Event(edition.made_at, what % edition.number, edition.change, by, code, edition=edition)
