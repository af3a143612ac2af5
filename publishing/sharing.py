"""The links to previews of a page in the admin: made, listed and ended."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.cache import never_cache

from record.models import Action
from record.noting import refuse

from .actions import thing
from .fields import is_key
from .models import PreviewLink
from .preview_links import end_link, make_link
from .state import states

DAYS = (1, 7, 14)
USUAL_DAYS = 7


class LinkForm(forms.Form):
    """Asks for how long."""

    days = forms.TypedChoiceField(
        label=gettext_lazy("For how long?"),
        choices=[(days, ngettext_lazy("%d day", "%d days", days) % days) for days in DAYS],
        coerce=int,
        initial=USUAL_DAYS,
    )


class SharingAdmin:
    """The part of a page's admin that is about such links; `PageAdmin` has the rest."""

    def sharing_urls(self):
        wrap, name = self.admin_site.admin_view, self._url_name("preview_links")
        return [path("<path:object_id>/preview-links/", wrap(never_cache(self.links_page)), name=name)]

    def links_page(self, request, object_id):
        """Lists the open links to the page, makes a new one and ends one."""
        page = self._page(request, object_id)
        if self.public_view is None:
            raise Http404
        if not self.has_change_permission(request, page):
            refuse(request, Action.ADD, thing(page))
        links = PreviewLink.objects.open(timezone.now()).filter(revision__page=page.pk).select_related("revision__page")
        form = LinkForm(request.POST if "days" in request.POST else None)
        if "end" in request.POST:
            key = request.POST["end"]
            end_link(get_object_or_404(links, pk=key if is_key(key) else None), by=request.user)
            messages.success(request, _("The link has ended. Whoever opens it is told so."))
            return HttpResponseRedirect(request.path)
        if form.is_valid():
            make_link(page, by=request.user, days=form.cleaned_data["days"])
            messages.success(request, _("The link is made. Copy it from the list below."))
            return HttpResponseRedirect(request.path)
        ((page, state),) = states([page], timezone.now())
        context = {
            "links": [
                (link, f"{settings.SITE_URL}{link.get_absolute_url()}")
                for link in links.select_related("revision", "made_by").order_by("-made_at")
            ]
        }
        return self._show(request, page, state, form, _("Link to a preview"), "preview_links", **context)
