"""Puts every sign-in, sign-out and failed try on record, through whichever door.

Django's signals are called before a session is kept or an answer is shown: where the record takes no row, the error
leaves the person outside.
"""

from django.contrib.auth import get_user_model

from record.models import Action, Outcome
from record.noting import Thing, note

ACCOUNT = Thing("user")


def signed_in(sender, request, user, **kwargs):
    note(user, Action.SIGN_IN, user)


def signed_out(sender, request, user, **kwargs):
    if user is not None:
        note(user, Action.SIGN_OUT, user)


def refused(sender, credentials, request=None, **kwargs):
    """A name that belongs to no account is left out: some people type their password there."""
    typed = credentials.get("username") or ""
    user = get_user_model().objects.filter(username=typed).first() if "\0" not in typed else None
    note(user, Action.SIGN_IN, user or ACCOUNT, outcome=Outcome.REFUSED)
