"""The second factor: who needs one, setting it up, and what it takes for a right code."""

import secrets
import time
import unicodedata
from base64 import b32encode, b64encode
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from . import sealing
from .roles import WITHOUT_FACTOR

RECOVERY_CODES = 10
RECOVERY_BYTES = 10  # 80 bits, so that a fast hash of one is as good as a slow one


def needs_factor(user):
    """Whether the password alone is too little: for all but an Editor's work it is, and for that a short one."""
    return user.has_short_password or does_more_than_write(user)


def does_more_than_write(user):
    """Whether this person may do more than an Editor."""
    return user.is_superuser or user.groups.exclude(name__in=WITHOUT_FACTOR).exists() or user.user_permissions.exists()


def has_factor(user):
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def is_set_up_with(user, key):
    """Whether the factor of `user` is the app with `key`."""
    device = _app(user)
    return device is not None and secrets.compare_digest(key_of(device), key)


def factor_since(user):
    """When the factor was set up; None without one."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).values_list("created_at", flat=True).first()


@transaction.atomic
def forget_factor(user):
    """Take away the second factor and the recovery codes; every session of this person ends."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    user.end_sign_ins()


def new_key():
    return secrets.token_hex(20)


def key_of(device):
    """The secret that the app shares with the site, hexadecimal. Raises sealing.Unreadable."""
    return sealing.unseal(device.key, device.pk)


def step_of(key, code, after=None):
    """The time step, later than `after`, for which an app with `key` shows `code` now; None where it shows another."""
    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time()
    code = _normal(code)
    first = None if after is None else after + 1
    return totp.t() if _is_totp(code) and totp.verify(int(code), tolerance=1, min_t=first) else None


@transaction.atomic
def enroll(user, key, step):
    """Make an app with `key` the factor of `user` in place of one before, and return new recovery codes.

    The code of `step` counts as used. Every session of this person ends.
    """
    forget_factor(user)
    keep_app(user, key, step)
    return new_recovery_codes(user)


@transaction.atomic
def keep_app(user, key, step=-1):
    """Make an app with `key` a factor of `user`; the key is kept sealed, in the place that the row's number names."""
    device = TOTPDevice.objects.create(user=user, name="app", key="", last_t=step)
    device.key = sealing.seal(key, device.pk)
    device.save(update_fields=["key"])
    return device


def takes(user, code):
    """Whether `code` is right, of the app or for recovery; a right one is used up."""
    code = _normal(code)
    with transaction.atomic():
        if _is_totp(code):
            device = _app(user, TOTPDevice.objects.select_for_update())
            step = device and step_of(key_of(device), code, after=device.last_t)
            used = TOTPDevice.objects.filter(pk=device and device.pk)
            return step is not None and used.update(last_t=step, last_used_at=timezone.now()) == 1
        used, _ = StaticToken.objects.filter(device__user=user, token=_kept(user, code)).delete()
        return used == 1


def is_recovery_code(code):
    """Whether it looks like one, not like the app's."""
    return not _is_totp(_normal(code))


@transaction.atomic
def new_recovery_codes(user):
    """Make the codes anew and return them; the database keeps only what they are known by."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    codes = [b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode() for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_kept(user, code)) for code in codes)
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]


def recovery_codes_left(user):
    return StaticToken.objects.filter(device__user=user).count()


def _app(user, devices=TOTPDevice.objects):
    return devices.filter(user=user, confirmed=True).first()


def _normal(code):
    """As people type and paste them: with blanks and hyphens, in small letters, in wide digits."""
    return "".join(unicodedata.normalize("NFKC", code).split()).replace("-", "").upper()


def _is_totp(code):
    return len(code) == 6 and code.isascii() and code.isdigit()


def _kept(user, code):
    """What is kept of a recovery code: 96 bits of a hash over it and its owner."""
    return b64encode(sha256(f"{user.pk} {code}".encode()).digest()[:12]).decode()
