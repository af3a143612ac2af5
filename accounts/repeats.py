"""A form that began another session and is sent twice, as by a double click, gets one answer.

A browser drops the answer to the first sending, often with its cookie. So the second, which still comes with the old
session, is led to where the first led and gets the same new session.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import salted_hmac

KEPT_FOR = timedelta(seconds=10)
TOKEN = "csrfmiddlewaretoken"  # noqa: S105


def remember(request, to, said=""):
    """Keep for a moment that this form led to the address `to`; `said` is for whoever sends it again.

    Belongs into the transaction of what the form did.
    """
    if TOKEN not in request.POST:
        return
    from django.contrib.sessions.models import Session  # not before the apps are loaded

    request.session.save()
    key = request.session.session_key
    answer = {"session": key, "to": to, "said": said, "csrf": request.META.get("CSRF_COOKIE")}
    for held in {request.COOKIES.get(settings.SESSION_COOKIE_NAME), key} - {None}:
        Session.objects.save(_place(request, held), answer, timezone.now() + KEPT_FOR)


def answer(request):
    """The answer to this very form, which the same browser sent a moment ago; None where there was none."""
    held = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not held or TOKEN not in request.POST:
        return None
    kept = SessionStore(_place(request, held)).load()
    session = SessionStore(kept.get("session"))
    if SESSION_KEY not in session:
        return None
    session.modified = True  # so that its cookie is sent
    request.session = session
    if kept["csrf"]:
        request.META.update({"CSRF_COOKIE": kept["csrf"], "CSRF_COOKIE_NEEDS_UPDATE": True})
    if kept["said"]:
        messages.warning(request, kept["said"])
    return redirect(kept["to"])


def _place(request, held):
    """The key, in the table of sessions, of the answer to this form under the session `held`.

    Nobody finds it without that session and the whole form; nor can a password in the form be guessed from it, since
    the token in the form is long, random and kept nowhere.
    """
    form = sorted((name, values) for name, values in request.POST.lists())
    return salted_hmac("accounts.repeats", repr((held, request.path, form)), algorithm="sha256").hexdigest()[:40]
