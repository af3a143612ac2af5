"""How long a sign-in lasts yet, asked by a script on staff pages; and what becomes of a form sent after its end."""

from urllib.parse import urlsplit

from django.contrib import admin
from django.forms.utils import pretty_name
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from . import sessions

OPEN_PAGES = ("login", "logout", "code", "recovery", "second_factor", "stay")  # what needs no whole sign-in
FILES = "files_to_choose_again"  # names the fields of files through a second round
NEVER_CARRIED = ("csrfmiddlewaretoken", FILES)
MOST_CARRIED = 1_000_000  # characters


@never_cache
@require_http_methods(["GET", "POST"])
def stay(request):
    """Says who is signed in and for how many seconds yet; POST counts as use, GET does not. 204 where nobody is."""
    if not request.user.is_authenticated:
        return HttpResponse(status=204)
    left = sessions.left(request.session)
    return JsonResponse({"person": request.user.pk, "left": int(left), "token": get_token(request)})


stay.is_no_use = True


def can_be_carried(request):
    """Whether a form was sent from a page of this site to one that needs a sign-in, and is not too long."""
    match = request.resolver_match
    return (
        request.method == "POST"
        and match is not None
        and match.namespace == "admin"
        and match.url_name not in OPEN_PAGES
        and _comes_from_here(request)
        and sum(len(value) for _name, values in request.POST.lists() for value in values) <= MOST_CARRIED
    )


def carried(request):
    """The form once more, to be sent after signing in in another tab: nothing typed is lost but passwords.

    A file has to be chosen again; once the person is signed in, the page asks for it.
    """
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NEVER_CARRIED and ("password" not in name or name == "usable_password")
        for value in values
    ]
    files = sorted({*request.FILES, *request.POST.getlist(FILES)})
    is_signed_in = request.user.is_authenticated
    context = {
        **admin.site.each_context(request),
        "title": _("Please send it again") if is_signed_in else _("You were signed out before this was saved"),
        "is_signed_in": is_signed_in,
        "fields": fields,
        "files": {name: pretty_name(name) for name in files},
        "address": request.get_full_path(),
    }
    response = render(request, "admin/sign_in/carried.html", context, status=403)
    response["Cache-Control"] = "no-store"
    return response


def _comes_from_here(request):
    """What the browser says of where the form stood; one that says nothing is not believed."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    origin = urlsplit(request.headers.get("Origin", ""))
    return (origin.scheme, origin.netloc) == (request.scheme, request.get_host())
