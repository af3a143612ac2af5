"""Holds off whoever tries passwords or codes, in django-axes' table (docs/adr/0012-sign-in.md).

After TRIES wrong ones in a row an account is locked for a while, longer each time; after MOST until someone frees it.
An address is locked while TRIES of its tries within a minute were wrong. A right one inside a lock is refused.
"""

from datetime import timedelta
from ipaddress import ip_address

from axes.backends import AxesBackend
from axes.exceptions import AxesBackendRequestParameterRequired
from axes.handlers.base import AxesHandler
from axes.models import AccessFailureLog
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Count, Max, Q
from django.db.models.enums import TextChoices
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .addresses import household, sender_of
from .names import key_of

TRIES = 5
MOST = 100
MINUTE = timedelta(minutes=1)
PAUSES = [minutes * MINUTE for minutes in (1, 2, 4, 8, 15)]  # after the first TRIES, the second, …; then the last
KEPT_FOR = timedelta(days=30)
ADDRESSES_KEPT_FOR = timedelta(days=1)
LOCK = 0x10C4  # any number that nothing else in the database locks


class Answer(TextChoices):
    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


def attempt(request, username, is_right):
    """The Answer to a try to be `username`. `is_right()` is asked unless a lock holds, and counted if it says no.

    One try is answered at a time, so that many at once get no more answers than many in a row.
    """
    account, address = _account(username), _address(request)
    with transaction.atomic():
        wait_in_line()
        if _is_locked(account, address):
            return Answer.LOCKED
        if is_right():
            return Answer.RIGHT
        AccessFailureLog.objects.create(username=account, ip_address=address)
        return Answer.WRONG


def wait_in_line():
    """Until the transaction ends nobody else is answered; SQLite's transactions begin with its one lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def free(username):
    """Forget the wrong tries of an account: after a whole sign-in, or because someone who may says so."""
    return AccessFailureLog.objects.filter(username=_account(username)).delete()[0]


def free_address(address):
    """Lift the lock of an address; what was tried from there goes on counting for the accounts it was tried for."""
    AccessFailureLog.objects.filter(ip_address=_kept(household(address))).update(ip_address=None)


def is_locked(username):
    """Whether this account is locked, from whatever address."""
    return _is_locked(_account(username), None)


def forget_old_tries():
    at = timezone.now()
    AccessFailureLog.objects.filter(attempt_time__lt=at - KEPT_FOR).delete()
    AccessFailureLog.objects.filter(attempt_time__lt=at - ADDRESSES_KEPT_FOR).update(ip_address=None)


class Backend(AxesBackend):
    """Django's own accounts, by user name or email address, behind the lock-out.

    Both count for one account, and each try costs the hash of one password, whoever it is for.
    """

    def authenticate(self, request, username=None, password=None, **kwargs):
        if request is None:
            raise AxesBackendRequestParameterRequired("Without a request nobody can tell where a try comes from.")
        account = get_user_model().objects.known_as(username or "")
        name = account.get_username() if account else username
        user = ModelBackend.authenticate(self, request, username=name, password=password, **kwargs)
        request.sign_in_answer = attempt(request, name or "", lambda: user is not None)
        if request.sign_in_answer == Answer.LOCKED:
            raise PermissionDenied
        if user is not None:
            user.note_length(password)
        return user

    def user_can_authenticate(self, user):
        return user.is_active and user.is_staff and not user.emergency_is_over

    def get_all_permissions(self, user_obj, obj=None):
        """Django's, but one query for a person's own and those of their roles."""
        asks_much = obj is not None or user_obj.is_superuser or not user_obj.is_active or user_obj.is_anonymous
        if not asks_much and not hasattr(user_obj, "_perm_cache"):
            given = Permission.objects.filter(Q(user=user_obj) | Q(group__user=user_obj)).distinct()
            names = given.values_list("content_type__app_label", "codename").order_by()
            user_obj._perm_cache = {f"{app}.{codename}" for app, codename in names}
        return super().get_all_permissions(user_obj, obj)


class Handler(AxesHandler):
    """Lets django-axes count nothing of its own; `attempt` counts."""

    def is_allowed(self, request, credentials=None):
        return True


def _is_locked(account, address):
    at = timezone.now()
    failures = AccessFailureLog.objects.all()
    count, last = failures.filter(username=account).aggregate(count=Count("pk"), last=Max("attempt_time")).values()
    if count >= MOST:
        return True
    if count and count % TRIES == 0 and at < last + PAUSES[min(count // TRIES, len(PAUSES)) - 1]:
        return True
    here = failures.filter(ip_address=address, attempt_time__gt=at - MINUTE)
    return address is not None and here.count() >= TRIES


def _account(username):
    """What stands for a typed name in the table: some people type their password there."""
    return salted_hmac("accounts.lockout", key_of(username), algorithm="sha256").hexdigest()


def _address(request):
    try:
        return _kept(sender_of(request))
    except ValueError:
        return None


def _kept(sender):
    return str(ip_address(sender.removesuffix("/64")))
