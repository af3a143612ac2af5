from django.contrib.auth.management.commands import createsuperuser
from django.core.management import CommandError

from record.noting import NotOnRecord


class Command(createsuperuser.Command):
    """Django's; `People.create_superuser` puts it on record."""

    def handle(self, *args, **options):
        try:
            return super().handle(*args, **options)
        except NotOnRecord as error:
            raise CommandError("The record takes no row, so nothing was done. /readyz says why.") from error
