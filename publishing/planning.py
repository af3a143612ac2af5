"""What is to happen to a page later, in the admin: a planned edition is looked at ahead of its moment, or canceled."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from record.models import Action

from . import actions
from .drafts import changes_since
from .models import Edition


class PlanningAdmin:
    """The part of a page's admin that is about its planned editions; `PageAdmin` has the rest."""

    def planning_urls(self):
        wrap, route = self.admin_site.admin_view, "<path:object_id>/editions/<int:number>/cancel/"
        return [path(route, wrap(never_cache(self.cancel_page)), name=self._url_name("cancel"))]

    def _plans(self, request, page, state):
        """What is planned: (edition, where to read it ahead, where to cancel it, what it says otherwise than the form).

        Both addresses are for those who may alone. Of a withdrawal the last is None.
        """
        may_cancel = self.has_publish_permission(request)
        return [
            (
                plan,
                None if plan.is_withdrawal or self.public_view is None else self._plan_url("edition", page, plan),
                self._plan_url("cancel", page, plan) if may_cancel else None,
                None if plan.is_withdrawal else changes_since([page], [plan])[page.pk],
            )
            for plan in state.plans
        ]

    def _plan_url(self, name, page, plan):
        return reverse(f"{self.admin_site.name}:{self._url_name(name)}", args=[page.pk, plan.number])

    def cancel_page(self, request, object_id, number):
        """Asks whether to cancel a planned edition, says what patients read then, and cancels it."""
        page, state = self._page_to_publish(request, object_id, Action.CANCEL)
        edition = get_object_or_404(Edition, page=page.pk, number=number)
        if request.method == "POST":
            try:
                actions.cancel(edition, by=request.user)
            except actions.Refused as refused:
                messages.error(request, str(refused))
            else:
                self.log_change(request, page, f"Canceled edition {number}.")
                messages.success(request, _("Edition %s is canceled. It stays in the history.") % number)
            return HttpResponseRedirect(self._change_url(page))
        if edition.cancelled_at or edition.live_from <= timezone.now():
            messages.info(request, _("Edition %s is no longer planned: it has started or was canceled.") % number)
            return HttpResponseRedirect(self._change_url(page))
        context = {"edition": edition, "follows": self._follows(edition)}
        return self._show(request, page, state, None, _("Cancel edition %s") % number, "cancel", **context)

    def _follows(self, edition):
        """What patients read from the moment of `edition` on if it is canceled, in words."""
        others = Edition.objects.filter(page=edition.page_id, cancelled_at=None).exclude(pk=edition.pk)
        before = others.filter(live_from__lt=edition.live_from).order_by("-live_from").first()
        if before is None or before.is_withdrawal:
            return _("Patients then don’t see this page.")
        date = date_format(timezone.localtime(before.live_from), "F j, Y, g:i A")
        return _("Patients then go on reading edition %(number)s, of %(date)s.") % {
            "number": before.number,
            "date": date,
        }
