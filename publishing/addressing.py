"""The addresses of a page in the admin: today's, earlier ones, and those it had on the department's earlier site."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from record.models import Action
from record.noting import refuse

from .actions import thing
from .fields import PlainTextarea, lines
from .models import address_of
from .old_addresses import set_old_addresses
from .state import states


class OldAddressesForm(forms.Form):
    """Asks for the addresses, one a line."""

    old = forms.CharField(
        label=gettext_lazy("Addresses on our earlier site"),
        help_text=gettext_lazy("One a line: “/condition/sciatica”. Whoever comes by one of them is led to this page."),
        required=False,
        max_length=20_000,
        widget=PlainTextarea(attrs={"rows": 6, "cols": 60}),
    )


class AddressingAdmin:
    """The part of a page's admin that is about its addresses; `PageAdmin` has the rest."""

    def addressing_urls(self):
        wrap, name = self.admin_site.admin_view, self._url_name("addresses")
        return [path("<path:object_id>/addresses/", wrap(never_cache(self.addresses_page)), name=name)]

    def addresses_page(self, request, object_id):
        """Shows the page's addresses and takes those of the earlier site."""
        page = self._page(request, object_id)
        if self.model.found_at("a") is None:
            raise Http404
        if not self.has_change_permission(request, page):
            refuse(request, Action.CHANGE, thing(page))
        held = "\n".join(page.old_addresses.values_list("path", flat=True))
        form = OldAddressesForm(request.POST or None, initial={"old": held})
        if request.method == "POST" and form.is_valid():
            try:
                set_old_addresses(page, lines(form.cleaned_data["old"]), by=request.user)
            except ValidationError as wrong:
                form.add_error("old", wrong)
            else:
                self.log_change(request, page, "Old addresses.")
                messages.success(request, _("Saved. They lead here as long as patients can read the page."))
                return HttpResponseRedirect(self._change_url(page))
        ((page, state),) = states([page], timezone.now())
        earlier = page.addresses.exclude(slug=page.slug).values_list("slug", flat=True)
        context = {
            "today": self.model.found_at(page.slug),
            "earlier": [address_of(page.KIND, slug) for slug in earlier if page.URL_NAME],
        }
        return self._show(request, page, state, form, _("Addresses"), "addresses", **context)
