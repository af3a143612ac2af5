"""Puts every step of a sign-in, every sign-out and every failed try on record, through whichever door.

Django's signals are called before a session is kept or an answer is shown: where the record takes no row, the error
leaves the person outside.
"""

from django.apps import apps
from django.contrib.auth import get_user_model

from record.models import Action, Outcome
from record.noting import Thing, note

from . import lockout, sessions
from .factors import has_factor, needs_factor

ACCOUNT = Thing("user")
HALF = "password right, second factor to come"


def password_was_right(sender, request, user, **kwargs):
    """That is a whole sign-in only for those who neither need nor have a second factor."""
    sessions.begin(request, user)
    if has_factor(user) or needs_factor(user):
        note(user, Action.SIGN_IN, user, detail=HALF)
    else:
        note(user, Action.SIGN_IN, user)
        lockout.free(user.get_username())


def signed_out(sender, request, user, **kwargs):
    if user is not None:
        note(user, Action.SIGN_OUT, user)


def password_was_wrong(sender, credentials, request=None, **kwargs):
    """A name that belongs to no account is left out: some people type their password there."""
    typed = credentials.get("username") or ""
    user = get_user_model().objects.known_as(typed)
    is_locked = getattr(request, "sign_in_answer", None) == lockout.Answer.LOCKED
    not_let_in(user, "locked" if is_locked else "")


def not_let_in(user, detail):
    note(user, Action.SIGN_IN, user or ACCOUNT, detail=detail, outcome=Outcome.REFUSED)


def is_about_rows(match):
    """Whether the address behind a resolver's `match` is in the admin of a model."""
    return _model(match) is not None


def asked_for(match):
    """What the address behind a resolver's `match` is about: a row of a model in the admin as a look at it names it."""
    numbers = [value for value in map(str, match.kwargs.values()) if value.isascii() and value.isdigit()]
    model = _model(match)
    return Thing(model._meta.model_name if model else match.view_name[-50:], " ".join(numbers)[:64])


def _model(match):
    _admin, app, model, *_ = [*match.route.split("/"), "", "", ""]
    try:
        return apps.get_model(app, model) if match.app_name == "admin" else None
    except LookupError:
        return None
