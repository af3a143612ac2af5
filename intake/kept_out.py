"""Keeps programs and floods out without asking people to prove anything."""

from datetime import timedelta

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

TRAP = "website"  # people do not see it; programs that fill in forms fill it in too
SOONEST = timedelta(seconds=4)  # in which nobody answers all the questions


def is_person(request, form, draft=None):
    """Whether a person seems to have sent this `form`; if not, it says what to do."""
    form.is_valid()
    if request.POST.get(TRAP):
        form.has_sprung_trap = True
        form.add_error(
            None,
            _(
                "Something filled in a box that has to stay empty. It stands below, as “Leave this empty”: please "
                "empty it and press the button again."
            ),
        )
        return False
    if draft and timezone.now() - draft.started_at < SOONEST:
        form.add_error(None, _("That was very quick. Please look at your answers and press the button again."))
        return False
    return True


def too_many(request, seconds, words=""):
    """The page for whoever sends too much, from now for so many seconds; `words` say of what, if not of requests."""
    response = render(request, "intake/too_many.html", {"words": words}, status=429)
    response["Retry-After"] = seconds
    return response
