"""How long a sign-in lasts, and whether it is a whole one; times are kept in the session, on the server."""

import time

from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from record.models import Action
from record.noting import failures_noted, note

from .factors import has_factor, needs_factor
from .roles import SEES_REQUESTS

MINUTE = 60
IDLE = 120 * MINUTE
IDLE_WITH_REQUESTS = 15 * MINUTE
LONGEST = 12 * 60 * MINUTE
HALF = 15 * MINUTE  # from the password to the code, or to having set up a factor
WARNING = 2 * MINUTE
FINENESS = 5  # seconds between uses that are told apart
RECENTLY = 5 * MINUTE

BEGAN, USED, IDLE_LIMIT, FACTOR, PASSWORD = "began_at", "used_at", "idle_limit", "factor_at", "password_at"


def begin(request, user):
    """Start the clocks, after a right password. What this session knew of a factor or a password before is void."""
    session = request.session
    for name in (FACTOR, PASSWORD):
        session.pop(name, None)
    session[BEGAN] = session[USED] = time.time()
    sees_requests = user.is_superuser or user.groups.filter(name__in=SEES_REQUESTS).exists()
    session[IDLE_LIMIT] = IDLE_WITH_REQUESTS if sees_requests else IDLE


def complete(request):
    """The factor was right: from here on the sign-in is a whole one, under another session id."""
    request.session.cycle_key()
    request.session[FACTOR] = request.session[BEGAN] = request.session[USED] = time.time()


def left(session):
    """Seconds until a whole sign-in ends if nobody uses it; not above 0 where it has ended."""
    now = time.time()
    ends = [session.get(USED, 0) + session.get(IDLE_LIMIT, 0), session.get(BEGAN, 0) + LONGEST]
    return min(ends) - now


def use(session):
    """Somebody is there: the idle time begins anew."""
    now = time.time()
    if now - session.get(USED, 0) >= FINENESS:
        session[USED] = now


def note_password(session):
    """The password was given again just now."""
    session[PASSWORD] = time.time()


def knows_password(session):
    """Whether the password was given again lately, by someone who was signed in."""
    return time.time() - session.get(PASSWORD, 0) < RECENTLY


def whole_and_half(request):
    """Who is signed in with all that it takes, and who has given a right password alone: one of the two, or neither."""
    if not hasattr(request, "_whole_and_half"):
        request._whole_and_half = _look(request)
    return request._whole_and_half


def half_signed_in(request):
    """The person who has still to give a code or set up a factor; None where there is none."""
    return whole_and_half(request)[1]


def remove_ended():
    """Of sessions that nobody will ask for again; an unused one ends at its next click, whenever that is."""
    from django.contrib.sessions.models import Session  # not before the apps are loaded

    Session.objects.filter(expire_date__lt=timezone.now()).delete()


def _look(request):
    session = request.session
    user = auth.get_user(request)
    if not user.is_authenticated:
        return AnonymousUser(), None
    if FACTOR not in session and (has_factor(user) or needs_factor(user)):
        if time.time() - session.get(BEGAN, 0) < HALF:
            return AnonymousUser(), user
    elif left(session) > 0:
        if not getattr(request, "is_no_use", False):
            use(session)
        return user, None
    _end(session, user)
    return AnonymousUser(), None


def _end(session, user):
    """Sign out who was away too long, on record once, however many requests meet it at the same time."""
    from django.contrib.sessions.models import Session  # not before the apps are loaded

    with failures_noted(), transaction.atomic():
        ended, _by_model = Session.objects.filter(session_key=session.session_key).delete()
        if ended:
            note(user, Action.SIGN_OUT, user, detail=_why_ended(session))
    session.flush()


def _why_ended(session):
    if FACTOR not in session and left(session) > 0:
        return "no second factor in time"
    return "twelve hours over" if time.time() >= session.get(BEGAN, 0) + LONGEST else "unused for too long"
