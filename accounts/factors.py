"""The second factor: who needs one, who has one."""

from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from .roles import WITHOUT_FACTOR


def needs_factor(user):
    """Whether the password alone is too little for what this person may do: for all but an Editor's work it is."""
    return user.is_superuser or user.groups.exclude(name__in=WITHOUT_FACTOR).exists() or user.user_permissions.exists()


def has_factor(user):
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


@transaction.atomic
def forget_factor(user):
    """Take away the second factor and the recovery codes; every session of this person ends."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    user.end_sign_ins()
