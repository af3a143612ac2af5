from functools import partial

from asgiref.sync import sync_to_async
from django.core.exceptions import PermissionDenied
from django.utils.functional import SimpleLazyObject

from record.models import Action, Outcome
from record.noting import Refused, Thing, note

from .sessions import whole_and_half


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
                match = request.resolver_match
                action = Action.VIEW if request.method in ("GET", "HEAD") else Action.CHANGE
                numbers = [value for value in map(str, match.kwargs.values()) if value.isascii() and value.isdigit()]
                thing = Thing(match.view_name[-50:], " ".join(numbers)[:64])
                note(who, action, thing, outcome=Outcome.REFUSED)


async def _whole(request):
    return (await sync_to_async(whole_and_half)(request))[0]
