"""The links by which a person sets a password: for one person, once, for a while.

A link ends in `#` and a code. A browser sends what follows the `#` to nobody, so the code is in no log and no Referer,
and a program that opens the links of a mail can't use it up.
"""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.http import base36_to_int, int_to_base36

from .models import Letter, User

LONGEST_CODE = 100


class Dead(Exception):
    """The code is none of ours, or used, or too old."""


class Tokens(PasswordResetTokenGenerator):
    """Django's, with a time limit for each kind of letter and bound to more of the account.

    It dies with the password, the email address, a sign-in, the end of all sign-ins and the account's closing; that of
    an invitation with the next invitation too.
    """

    def __init__(self, kind):
        super().__init__()
        self.kind = kind
        self.key_salt = f"accounts.links.{kind}"

    def check_token(self, account, token):
        return super().check_token(account, token) and self._age(token) <= Letter.VALID_FOR[self.kind].total_seconds()

    def _age(self, token):
        return self._num_seconds(self._now()) - base36_to_int(token.partition("-")[0])

    def _make_hash_value(self, account, timestamp):
        last = account.last_invitation if self.kind == Letter.Kind.INVITATION else None
        return repr(
            (account.pk, account.password, account.email, account.is_active, account.sign_ins_ended)
            + (str(account.last_login), last and last.pk, timestamp)
        )

    def _now(self):
        return datetime.now(UTC).replace(tzinfo=None)  # Django's is local time, which summer's end sets back an hour


TOKENS = {kind: Tokens(kind) for kind in Letter.VALID_FOR}


def code_for(letter):
    account = User.objects.get(pk=letter.account_id)
    return f"{letter.kind[0]}{int_to_base36(account.pk)}-{TOKENS[letter.kind].make_token(account)}"


def address_for(code):
    return f"{settings.SITE_URL}{reverse('new_password')}#{code}"


def opened(code, *, accounts=User.objects):
    """The account and the kind of letter that `code` was sent for; raises Dead. `accounts` may lock what it finds."""
    kind = next((kind for kind in TOKENS if kind[0] == code[:1]), None)
    key, _hyphen, token = code[1:].partition("-")
    try:
        account = accounts.get(pk=base36_to_int(key))
    except (ValueError, OverflowError, User.DoesNotExist) as error:
        raise Dead from error
    if kind is None or not may_have(account, kind) or not TOKENS[kind].check_token(account, token):
        raise Dead
    return account, kind


def may_have(account, kind):
    """Whether a letter of this kind is for them: the first password is set by invitation, never by a reset."""
    is_open = account.is_active and account.emergency_until is None
    return is_open and account.has_usable_password() == (kind == Letter.Kind.RESET)
