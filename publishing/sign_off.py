"""A page's sign-off in the admin: an editor asks, a clinician reads and decides."""

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpResponseRedirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from record.models import Action
from record.noting import refuse

from . import actions, gate, reviewing
from .comparing import Said, differences
from .drafts import Draft
from .models import Review, ReviewRequest
from .review_forms import AskForReviewForm, ReviewForm
from .reviewing import lists_to_read
from .state import states

FRAMES = {"frame-src": ["'self'"]}


class SignOffAdmin:
    """The part of a page's admin that is about its review; `PageAdmin` has the rest."""

    def sign_off_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path(f"<path:object_id>/{route}/", wrap(never_cache(view)), name=self._url_name(name))
            for route, view, name in (
                ("review", self.review_page, "review"),
                ("ask-for-review", self.ask_for_review_page, "ask_for_review"),
                ("take-back", self.take_back_page, "take_back"),
            )
        ]

    def sign_off(self, request, page):
        """How the review of `page` stands, for the box on its form; empty for a page that no clinician answers for."""
        if not self.is_clinical:
            return {}
        waiting = ReviewRequest.objects.open().filter(page=page.pk).select_related("asked_by", "clinician").first()
        latest = Review.objects.filter(page=page.pk).select_related("keeps").order_by("-at", "-pk").first()
        is_of_these_words = latest is not None and latest.clinical_hash == Draft.of(page).clinical_hash
        return {"review_waits": waiting, "latest_review": latest, "is_review_of_these_words": is_of_these_words}

    def review_page(self, request, object_id):
        """Shows a clinician the page, what changed and what the gate finds, and keeps what they decide."""
        page = self._page(request, object_id)
        if not self.has_review_permission(request):
            refuse(request, Action.REVIEW, actions.thing(page))
        form = ReviewForm(request.POST or None, page=page, by=request.user)
        if request.method == "POST" and form.is_valid():
            try:
                review = form.act(by=request.user)
            except actions.Stale as stale:
                form = form.of_today()
                form.add_error(None, str(stale))
            except actions.Refused as refused:
                form.add_error(None, str(refused))
            else:
                self.log_change(request, page, f"Review: {review.get_decision_display()}")
                messages.success(request, form.done(review))
                return HttpResponseRedirect(self._change_url(page))
        ((page, state),) = states([page], timezone.now())
        found = [finding for finding in gate.findings(page) if finding.rule != "review"]
        context = {
            "words": self._words_to_read(page),
            "lists": lists_to_read(page),
            "changes": self._since_live(page, state),
            "found": [(page, found)] if found else [],
            "decided": self.sign_off(request, page),
            "request_for_it": ReviewRequest.objects.open().filter(page=page.pk).select_related("asked_by").first(),
        }
        response = self._show(request, page, state, form, _("Review"), "review", **context)
        response._csp_update = FRAMES
        return response

    def _since_live(self, page, state):
        """What differs from what patients read now; None where they read nothing yet."""
        if not state.is_live:
            return None
        return differences(self.model, Said.by_edition(state.edition), Said.by_draft(Draft.of(page)))

    def _words_to_read(self, page):
        """(name, words) for the title, the summary and each clinical field of `page` that says something."""
        names = ["title", "summary", *self.model.CLINICAL_WORDS]
        found = [(self.opts.get_field(name).verbose_name, self.as_read(page, name)) for name in names]
        return [(name, words) for name, words in found if words]

    def ask_for_review_page(self, request, object_id):
        """Asks whom to ask and for what, and asks them."""
        page = self._page(request, object_id)
        if not (self.is_clinical and self.has_change_permission(request, page)):
            refuse(request, Action.CHANGE, actions.thing(page))
        form = AskForReviewForm(request.POST or None, clinicians=clinicians())
        if request.method == "POST" and form.is_valid():
            try:
                asked = reviewing.ask_for_review(page, by=request.user, **form.cleaned_data)
            except actions.Refused as refused:
                form.add_error(None, str(refused))
            else:
                self.log_change(request, page, f"Asked {asked.clinician or _('any clinician')} for a review.")
                who = asked.clinician.get_full_name() or asked.clinician if asked.clinician else _("every clinician")
                messages.success(request, _("Asked. It stands on the first page of %s, who also gets a mail.") % who)
                return HttpResponseRedirect(self._change_url(page))
        ((page, state),) = states([page], timezone.now())
        return self._show(request, page, state, form, _("Ask for a review"))

    def take_back_page(self, request, object_id):
        """Asks whether to take back what was asked, and does."""
        page = self._page(request, object_id)
        if not (self.is_clinical and self.has_change_permission(request, page)):
            refuse(request, Action.CHANGE, actions.thing(page))
        if request.method == "POST":
            try:
                reviewing.take_back_request(page)
            except actions.Refused as refused:
                messages.info(request, str(refused))
            else:
                self.log_change(request, page, "Took back the request for a review.")
                messages.success(request, _("Taken back. No clinician is asked to read this page."))
            return HttpResponseRedirect(self._change_url(page))
        ((page, state),) = states([page], timezone.now())
        waiting = ReviewRequest.objects.open().filter(page=page.pk).select_related("asked_by", "clinician").first()
        return self._show(request, page, state, None, _("Take back the request"), "take_back", waiting=waiting)


def clinicians():
    """Who may be asked for a review, by name."""
    people = get_user_model().objects.with_perm("publishing.review_page", include_superusers=False)
    return people.filter(is_active=True).order_by("last_name", "first_name", "username")


def framed(response):
    """`response`, a preview, which pages of this site may show in a frame."""
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response._csp_replace = {"frame-ancestors": ["'self'"]}
    return response
