from functools import partial

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions import middleware
from django.core.exceptions import PermissionDenied
from django.utils.functional import SimpleLazyObject

from record.models import Action, Outcome
from record.noting import Refused, note

from .on_record import asked_for
from .sessions import whole_and_half


class SessionMiddleware(middleware.SessionMiddleware):
    """Django's, but only signing out takes the cookie of a session away.

    Django does so whenever it knows no session of that name; such an answer may come after another one which brought a
    newer cookie, and would sign the person out. A cookie whose session has ended is worth nothing.
    """

    def process_response(self, request, response):
        response = super().process_response(request, response)
        cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and not cookie.value and not getattr(request, "signs_out", False):
            del response.cookies[settings.SESSION_COOKIE_NAME]
        return response


class SignInMiddleware:
    """Makes a stranger, for the whole site, of whoever is signed in by half or has been away too long.

    Stands after Django's AuthenticationMiddleware and takes its place: `request.user` is one whose sign-in is whole.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.user = SimpleLazyObject(lambda: whole_and_half(request)[0])
        request.auser = partial(_whole, request)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        request.is_no_use = getattr(view, "is_no_use", False) and request.method == "GET"

    def process_exception(self, request, error):
        """Puts someone known who is refused a page on record, unless `record.noting.refuse` has."""
        if isinstance(error, PermissionDenied) and not isinstance(error, Refused):
            who = next((person for person in whole_and_half(request) if person and person.pk), None)
            if who is not None:
                action = Action.VIEW if request.method in ("GET", "HEAD") else Action.CHANGE
                note(who, action, asked_for(request.resolver_match), outcome=Outcome.REFUSED)


async def _whole(request):
    return (await sync_to_async(whole_and_half)(request))[0]
