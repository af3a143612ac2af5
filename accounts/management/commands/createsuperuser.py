import os

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError

from record.noting import NotOnRecord


class Command(createsuperuser.Command):
    """Django's; `People.create_superuser` puts it on record."""

    def handle(self, *args, **options):
        if not options["interactive"]:
            _check(os.environ.get("DJANGO_SUPERUSER_PASSWORD"))
        try:
            return super().handle(*args, **options)
        except NotOnRecord as error:
            raise CommandError("The record takes no row, so nothing was done. /readyz says why.") from error


def _check(password):
    """Django checks the password that somebody types, not the one of the environment."""
    try:
        if password is not None:
            validate_password(password)
    except ValidationError as error:
        raise CommandError(f"DJANGO_SUPERUSER_PASSWORD: {' '.join(error.messages)}") from error
