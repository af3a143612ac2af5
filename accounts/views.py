"""The pages by which people get a password without being signed in."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from . import actions, links
from .forms import DEAD, ForgottenPasswordForm, NewPasswordForm
from .limits import seconds_to_wait
from .sign_in import page

MOST_ASKED_IN_AN_HOUR = 10  # from one address, which may be a whole hospital's


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten_password(request):
    """Asks who it is, and says the same whoever that is."""
    form = ForgottenPasswordForm(request.POST if request.method == "POST" else None, label_suffix="")
    title, is_asked, wait = _("Forgot your password?"), False, 0
    if request.method == "POST" and form.is_valid():
        wait = seconds_to_wait(request, "reset", MOST_ASKED_IN_AN_HOUR)
        if wait:
            form.add_error(None, _("Too many people here asked within this hour. Try again later."))
        else:
            actions.ask_for_reset(form.cleaned_data["who"])
            title, is_asked = _("Look in your mail"), True
    response = page(request, "accounts/forgotten_password.html", title, {"form": form, "is_asked": is_asked})
    if wait:
        response.status_code, response["Retry-After"] = 429, str(wait)
    return response


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_password(request):
    """Where a mailed link leads; the code in it comes with the form alone."""
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_password(form.cleaned_data["code"], form.cleaned_data["password"])
        except links.Dead:  # used a moment ago, by a second click
            form.add_error("code", DEAD)
        else:
            messages.success(request, _("Your new password is set. Sign in with it."))
            return HttpResponseRedirect(reverse("admin:index"))
    return page(request, "accounts/new_password.html", _("Set your password"), {"form": form})
