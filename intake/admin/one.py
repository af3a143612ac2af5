"""One request on one page: what the patient answered, what came with it, what happened, and what can be done."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from record.models import Action
from record.noting import note, note_failure, noted, refuse

from .. import drafts, finding
from ..answering import actions, forms, timeline
from ..answering.people import name_of
from ..files import staff
from ..flow import url_of_step
from ..forms import SearchForm
from ..kms import Unreachable
from ..models import Request
from ..models.request import Kind
from ..roles import may
from ..sealing import Unreadable
from ..steps import Signs
from .queue import next_in_line


class OnePage:
    """Mixed into RequestAdmin."""

    def has_act_permission(self, request, obj=None):
        return may(request, "change_request") or self.is_reviewer(request, obj)

    def is_reviewer(self, request, found):
        """Whether somebody sees this request because they review it, and for nothing else."""
        return (
            found is not None
            and found.reviewer_id == request.user.pk
            and may(request, "review_request")
            and not may(request, "view_request")
        )

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        return self._one(request, obj, note(request, Action.VIEW, obj))

    @method_decorator(require_POST)
    def act_view(self, request, key, act):
        """Does one thing about a request, or shows the page again with what was wrong."""
        found = self.at_hand(request, key, Action.CHANGE, may=self.has_act_permission)
        is_review = self.is_reviewer(request, found)
        form = forms.ACTS.get(act)
        if form is None:
            raise Http404
        if (is_review and not form.FOR_REVIEWERS) or not (form.FOR_CLOSED or not found.closed_at):
            refuse(request, Action.CHANGE, found, detail=act)
        form = form(found, request.user, request.POST, is_review=is_review)
        if form.is_valid():
            try:
                is_new = form.act(by=request)
            except actions.Stale as stale:
                form.add_error(None, str(stale))
            else:
                messages.success(request, form.DONE if is_new else _("This was done already; once is enough."))
                return HttpResponseRedirect(reverse("admin:intake_request_change", args=[found.pk]))
        form.see_anew()
        return self._one(request, found, note(request, Action.VIEW, found), sent=form)

    @method_decorator(require_safe)
    def print_view(self, request, key):
        """The request on paper, for the chart."""
        found = self.at_hand(request, key, Action.PRINT, may=self.has_view_permission)
        return self._one(request, found, note(request, Action.PRINT, found), template="admin/intake/paper.html")

    def _one(self, request, found, entry, *, sent=None, template="admin/intake/one.html"):
        context = self._context(request, found=found, is_urgent=found.priority != Request.Priority.ROUTINE)
        try:
            checked = found.unsealed()["checked"]
        except (Unreadable, Unreachable, OSError):
            note_failure(entry)
            context["title"] = _("This request can't be opened")
            return render(request, "admin/intake/unreadable.html", context, status=500)
        files = staff.listed(found)
        is_review = self.is_reviewer(request, found)
        may_act = self.has_act_permission(request, found)
        come = timeline.records_come(found)
        context |= {
            "title": _("Request %s") % found.reference,
            "checked": checked,
            "files": files,
            "series": staff.series_in(files),
            "unscanned": sum(row["is_unscanned"] for row in files),
            "may_download_all": any(row["is_ready"] for row in files),
            "timeline": timeline.lines_of(found),
            "come": [label for name, label in forms.record_lines() if name in come],
            "owner": name_of(found.owner) if found.owner else "",
            "reviewer": name_of(found.reviewer) if found.reviewer else "",
            "is_overdue": found.due_at is not None and found.due_at < timezone.now(),
            "acts": forms.offered(found, request.user, is_review=is_review, sent=sent) if may_act else [],
            "sent_act": sent and sent.NAME,
            "same_patient": [] if is_review else finding.same_patient(found)[:20],
            "next": next_in_line(request.user, found) if may(request, "change_request") else None,
            "may_hold": self.has_hold_permission(request),
            "printed_at": timezone.now(),
        }
        return render(request, template, context)

    # Requests that come by telephone

    def phone_view(self, request):
        """Begins a request of a patient who is on the phone, through the pages that patients use."""
        if not may(request, "change_request"):
            refuse(request, Action.ADD, Request)
        kind = request.POST.get("kind", "")
        with noted(request, Action.ADD if request.method == "POST" else Action.VIEW, Request, detail="by phone"):
            if request.method == "POST" and kind in Kind.values:
                draft, token = drafts.begin(kind, {}, taken_by=request.user)
                response = redirect(url_of_step(draft.kind, Signs))
                drafts.give_cookie(response, draft.kind, token)
                return response
            context = self._context(request, title=_("Take down a request on the phone"), kinds=Kind.choices)
            return render(request, "admin/intake/phone.html", context)

    # Looking for one

    def search_view(self, request):
        """Finds requests by name, date of birth, phone or email; what was typed stands in no address."""
        if not self.has_view_permission(request) or not may(request, "view_request"):
            refuse(request, Action.SEARCH, Request, detail="names")
        form = SearchForm(request.POST if request.method == "POST" else None)
        found = None
        is_search = request.method == "POST" and form.is_valid()
        detail = ", ".join(form.used) if is_search else "nothing yet"
        with noted(request, Action.SEARCH, Request, detail=detail):
            if is_search:
                found = list(form.found()[: SearchForm.MOST])
            context = self._context(request, title=_("Look for a patient's request"), form=form, results=found)
            return render(request, "admin/intake/search.html", context)
