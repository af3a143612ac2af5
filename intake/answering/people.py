"""Who may answer requests, and who may be asked to review one."""

from django.contrib.auth import get_user_model

from accounts.handing_over import OPEN
from accounts.roles import COORDINATOR, REVIEWING_PHYSICIAN


def coordinators():
    return _with(COORDINATOR)


def reviewers():
    return _with(REVIEWING_PHYSICIAN)


def name_of(person):
    return person.get_full_name() or person.get_username()


def _with(role):
    return get_user_model().objects.filter(**OPEN, groups__name=role).order_by("last_name", "username")
