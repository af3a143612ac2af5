"""What is done to accounts: invited, given a password, closed, opened again. Each is on record before it commits."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from record.models import Action
from record.noting import failures_noted, note

from . import handing_over, letters, links, lockout
from .factors import forget_factor
from .models import Letter, User
from .on_record import ACCOUNT

EMERGENCY_LASTS = timedelta(days=1)
SHORTEST_REASON = 10


class Refused(Exception):
    """Something that was not done; its text tells a person why and what to do."""


# Passwords come by mail


@failures_noted()
@transaction.atomic
def invite(account, *, by):
    """Ask for the letter by which a person sets their first password; the link of an earlier one is dead from now."""
    account = _locked(account)
    if not links.may_have(account, Letter.Kind.INVITATION):
        raise Refused(_("This person has a password, or the account is closed. Send a link for a new password."))
    note(by, Action.INVITE, account, detail="again" if account.last_invitation else "")
    return Letter.objects.create(kind=Letter.Kind.INVITATION, account=account, asked_at=timezone.now())


@failures_noted()
@transaction.atomic
def send_reset(account, *, by):
    """Ask for the letter by which a person sets a new password."""
    if not links.may_have(account, Letter.Kind.RESET):
        raise Refused(_("This person has not set a password yet, or the account is closed. Invite them again."))
    note(by, Action.ASK_RESET, account)
    return Letter.objects.create(kind=Letter.Kind.RESET, account=account, asked_at=timezone.now())


@failures_noted()
@transaction.atomic
def ask_for_reset(typed):
    """Somebody who can't sign in typed a user name or an email address.

    The same is done whoever it belongs to: housekeeping finds out who gets a letter.
    """
    account = User.objects.known_as(typed)
    note(None, Action.ASK_RESET, account or ACCOUNT)
    Letter.objects.create(kind=Letter.Kind.RESET, account=account, asked_at=timezone.now())


@failures_noted()
@transaction.atomic
def set_password(code, password):
    """Use up the link that `code` came with; raises links.Dead. Every session ends, the second factor stays."""
    account, kind = links.opened(code, accounts=User.objects.select_for_update())
    action = Action.ACCEPT if kind == Letter.Kind.INVITATION else Action.CHANGE_PASSWORD
    note(account, action, account, detail="by the link in a mail")
    account.set_password(password)
    account.save(update_fields=["password", "has_short_password"])
    account.end_sign_ins()
    if kind == Letter.Kind.RESET:
        letters.tell(account, Letter.Kind.PASSWORD_CHANGED)


# Closing and opening


@failures_noted()
@transaction.atomic
def close(account, *, by, to=None):
    """Close an account for good or until it is opened again, and hand over what it owns.

    `by` is a user or a request, or None for housekeeping. `to` maps kinds of handing_over to the account that each
    goes to. Raises Refused.
    """
    account = _locked_with_all(account)
    _check_closing(account, by)
    owned = _to_successors(account, to or {})
    note(by, Action.CLOSE, account)
    _hand_over(account, owned, by=by)
    for role in account.groups.order_by("name").values_list("name", flat=True):
        note(by, Action.TAKE_ROLE, account, detail=role)
    account.groups.clear()
    account.user_permissions.clear()
    account.is_active = account.is_superuser = False
    account.set_unusable_password()
    account.save(update_fields=["is_active", "is_superuser", "password"])
    forget_factor(account)


@failures_noted()
@transaction.atomic
def hand_over(account, *, by, to):
    """Hand over all that an account owns, which stays open; `by` and `to` as for `close`. Raises Refused."""
    account = _locked_with_all(account)
    _hand_over(account, _to_successors(account, to), by=by)


def _to_successors(account, to):
    """(kind, how many, who takes them over) for all that `account` owns. Raises Refused where somebody can't."""
    owned = [(kind, count, to.get(kind)) for kind, count in handing_over.owned_by(account)]
    for kind, _count, successor in owned:
        if successor is None or not kind.successors(account).filter(pk=successor.pk).exists():
            raise Refused(_("Say who takes over: %(kind)s.") % {"kind": kind.label})
    return owned


def _hand_over(account, owned, *, by):
    for kind, count, successor in owned:
        note(by, Action.HAND_OVER, account, detail=f"{kind.name}: {count} to user {successor.pk}")
        kind.hand_over(account, successor)


@failures_noted()
@transaction.atomic
def reopen(account, *, by):
    """Open a closed account by another invitation; its roles are given anew."""
    account = _locked(account)
    if account.is_active or account.emergency_until:
        raise Refused(_("This account is not closed, or was one for an emergency."))
    note(by, Action.REOPEN, account)
    account.is_active = True
    account.save(update_fields=["is_active"])
    return invite(account, by=by)


@failures_noted()
@transaction.atomic
def unlock(account, *, by, why=""):
    """Forget the wrong tries that keep an account locked. `by` is None, with a reason, for the command."""
    note(by, Action.CHANGE, account, detail="lock after wrong tries taken off", why=why)
    lockout.free(account.get_username())


@failures_noted()
@transaction.atomic
def unlock_address(address, *, why):
    """Let those behind an address sign in again at once. The record keeps no address."""
    note(None, Action.CHANGE, ACCOUNT, detail="lock of an address taken off", why=why)
    lockout.free_address(address)


def _check_closing(account, by):
    if not account.is_active:
        raise Refused(_("This account is closed already."))
    if by is None:
        return
    user = getattr(by, "user", by)
    if not User.objects.filter(pk=user.pk, is_active=True).exists():
        raise Refused(_("Your own account was closed just now."))
    if account == user:
        raise Refused(_("Nobody closes their own account. Ask another administrator."))
    if account.is_superuser and not user.is_superuser:
        raise Refused(_("Only a superuser closes the account of a superuser."))
    if is_last_administrator(account):
        raise Refused(_("This is the last person who administers the site. Give someone else the role first."))


def is_last_administrator(account):
    people = User.objects.who_administer()
    return people.filter(pk=account.pk).exists() and not people.exclude(pk=account.pk).exists()


# From the machine itself


@failures_noted()
@transaction.atomic
def reset_factor(account, *, why):
    """Forget a lost second factor; the next sign-in sets up another."""
    note(None, Action.CHANGE_FACTOR, account, detail="forgotten, by a command", why=why)
    forget_factor(account)
    letters.tell(account, Letter.Kind.FACTOR_CHANGED)


@failures_noted()
@transaction.atomic
def open_emergency(*, why):
    """Make a superuser's account that ends by itself after EMERGENCY_LASTS; return it and its password."""
    at = timezone.now()
    name = f"emergency-{at:%Y%m%d-%H%M%S}"
    password = secrets.token_urlsafe(18)
    account = User.objects.create_user(
        name,
        f"{name}@emergency.invalid",
        password,
        is_staff=True,
        is_superuser=True,
        emergency_until=at + EMERGENCY_LASTS,
    )
    note(None, Action.OPEN_EMERGENCY, account, why=why)
    return account, password


def emergencies_over():
    """Emergency accounts whose time has passed; nobody can sign in with one, and housekeeping closes it."""
    return User.objects.filter(is_active=True, emergency_until__lte=timezone.now()).order_by("pk")


def close_emergency(account):
    return lambda: close(account, by=None)


def _locked(account):
    return User.objects.select_for_update().get(pk=account.pk)


def _locked_with_all(account):
    """Two people who close each other's account at once leave one open: all are locked, in the order of their keys."""
    return {one.pk: one for one in User.objects.select_for_update().order_by("pk")}[account.pk]
