"""Pages by which a request is kept from being erased, or erased because somebody asked for it."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from record.models import Action
from record.noting import noted, refuse

from .. import actions, erasing, finding
from ..forms import EraseForm, ReferenceForm, WhyForm
from ..models import Request
from ..roles import may


class Keeping:
    """Mixed into RequestAdmin. Who reads no requests finds one by its reference, and sees nothing of what is in it."""

    def has_hold_permission(self, request, obj=None):
        return may(request, "hold_request")

    def find_view(self, request):
        if not self.has_hold_permission(request):
            refuse(request, Action.SEARCH, Request, detail="reference, to keep one")
        with noted(request, Action.SEARCH, Request, detail="reference, to keep one"):
            form = ReferenceForm(request.POST if request.method == "POST" else None)
            if request.method == "POST" and form.is_valid():
                key = form.cleaned_data["reference"]
                return HttpResponseRedirect(reverse("admin:intake_request_hold", args=[key]))
            context = self._context(
                request,
                title=_("Keep a request from being erased"),
                words=_("You see nothing of what the patient wrote: only how far the request is."),
                form=form,
                button=_("Find"),
            )
            return render(request, "admin/intake/ask.html", context)

    def hold_view(self, request, key):
        """Asks why, then has the request kept, or no longer."""
        is_change = request.method == "POST"
        action = Action.CHANGE if is_change else Action.VIEW
        found = self.at_hand(request, key, action, may=self.has_hold_permission)
        form = WhyForm(request.POST if is_change else None)
        if is_change and form.is_valid():
            is_release = request.POST.get("act") == "release"  # said by the form, so that sending it twice does no more
            act = actions.release if is_release else actions.hold
            act(found, by=request, why=form.cleaned_data["why"])
            said = _("It is kept no longer.") if is_release else _("It is kept until further notice.")
            messages.success(request, said)
            page = "change" if self.has_view_permission(request) else "hold"
            return HttpResponseRedirect(reverse(f"admin:intake_request_{page}", args=[found.pk]))
        context = self._context(request, found=found, form=form) | (RELEASING if found.is_held else HOLDING)
        with noted(request, Action.VIEW, found, detail="to keep it?"):
            return render(request, "admin/intake/ask.html", context)

    def has_erase_permission(self, request, obj=None):
        return may(request, "erase_request")

    def erase_view(self, request, key):
        """Lists what would go, and erases it when that is confirmed."""
        is_change = request.method == "POST"
        action = Action.DELETE if is_change else Action.VIEW
        found = self.at_hand(request, key, action, may=self.has_erase_permission)
        others = list(finding.same_patient(found))
        form = EraseForm(others, request.POST if is_change else None)
        with noted(request, Action.VIEW, found, detail="to erase it?"):
            if is_change and form.is_valid():
                chosen = [other for other in others if str(other.pk) in form.cleaned_data["others"]]
                try:
                    certificates = erasing.erase_on_wish([found, *chosen], by=request, why=form.cleaned_data["why"])
                except erasing.Held as held:
                    form.add_error(None, str(held))
                else:
                    context = self._context(
                        request, title=_("Erased"), certificates=certificates, things=erasing.THINGS
                    )
                    return render(request, "admin/intake/erased.html", context)
            context = self._context(request, found=found, form=form, title=_("Erase this request for good"))
            context["going"] = [
                (one, [(words, going[name]) for name, words in erasing.THINGS.items()])
                for one, going in ((one, erasing.what_goes(one)) for one in (found, *others))
            ]
            return render(request, "admin/intake/erase.html", context)


HOLDING = {
    "title": _("Keep this request from being erased"),
    "words": _(
        "A closed request is erased when its time is over. Keep it longer where somebody who may ask for it does, such "
        "as a court or the legal office. It stays until you or someone else takes this back."
    ),
    "button": _("Keep it"),
    "act": "hold",
}
RELEASING = {
    "title": _("Keep this request no longer"),
    "words": _(
        "It is then erased when its time is over: within the hour, if it was closed as long ago as requests are kept. "
        "Nobody can bring it back."
    ),
    "button": _("Keep it no longer"),
    "act": "release",
}
