"""Where a page is used, in the admin: listed, before it is withdrawn, and where that forbids deleting it."""

from django.contrib import messages
from django.db.models import ProtectedError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from .composing import moment
from .models import Edition, Page
from .sign_off import framed
from .state import states
from .uses import compose_without, lead_to, losses_without, uses_of


class WhereUsedAdmin:
    """The part of a page's admin that is about the pages that use it; `PageAdmin` has the rest."""

    def where_used_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path(f"<path:object_id>/{route}/", wrap(never_cache(view)), name=self._url_name(name))
            for route, view, name in (
                ("uses", self.uses_page, "uses"),
                ("without/<int:key>", self.without_page, "without"),
            )
        ]

    def uses_page(self, request, object_id):
        """Every place that uses the page: as patients read it, as planned, as saved."""
        return self._show_uses(request, self._page(request, object_id), _("Where it is used"))

    def _show_uses(self, request, page, title, *, is_held=False):
        now = timezone.now()
        uses = [(use, self._change_url_of(request, use.user)) for use in uses_of(page, now)]
        ((page, state),) = states([page], now)
        return self._show(request, page, state, None, title, "uses", uses=uses, is_held=is_held)

    def _change_url_of(self, request, page):
        """Where the form of `page` is; None for whoever may not see it."""
        other = self.admin_site.get_model_admin(type(page))
        return other._change_url(page) if other.has_view_permission(request) else None

    def delete_view(self, request, object_id, extra_context=None):
        """Deletes what nothing uses; lists the uses otherwise, so that somebody can end them first."""
        page = self.get_object(request, object_id)
        if page is None or not self.has_delete_permission(request, page):
            return super().delete_view(request, object_id, extra_context)
        if not any(use.holds for use in uses_of(page, timezone.now())):
            try:
                return super().delete_view(request, object_id, extra_context)
            except ProtectedError:  # somebody began to use it at this very moment
                messages.error(request, _("Somebody has just begun to use this page."))
        return self._show_uses(request, page, _("Can’t be deleted yet"), is_held=True)

    def _without(self, request, page):
        """What other pages say once `page` is withdrawn, for the screen that asks."""
        now = timezone.now()
        losses, linking = losses_without(page, now)
        return {
            "losses": [(loss, self._without_url(page, loss.edition)) for loss in losses],
            "linking": linking,
            "no_longer_led_to": lead_to(page, now) if page.URL_NAME else [],
        }

    def _without_url(self, page, edition):
        other = self.admin_site.get_model_admin(Page.kinds()[edition.kind])
        return self._url("without", page.pk, edition.page_id) if other.public_view else None

    def without_page(self, request, object_id, key):
        """Another live page as patients read it once this one is withdrawn."""
        page = self._page(request, object_id)
        edition = get_object_or_404(Edition.objects.live(moment(request)), page=key)
        its_admin = self.admin_site.get_model_admin(Page.kinds()[edition.kind])
        if its_admin.public_view is None or not its_admin.has_view_permission(request):
            raise Http404
        return framed(its_admin.public_view(request, compose_without(edition, page, moment(request))))
