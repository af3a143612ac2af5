from django.contrib.auth.management.commands import changepassword
from django.core.management import CommandError

from accounts.models import User
from record.models import Action
from record.noting import NotOnRecord, noted


class Command(changepassword.Command):
    """Django's, on record: a row before anything is typed, and another if nothing comes of it."""

    def handle(self, *args, **options):
        account = User.objects.filter(username=options["username"]).first()
        if account is None:
            raise CommandError("Name an account: manage.py changepassword USERNAME")
        try:
            with noted(None, Action.CHANGE_PASSWORD, account, detail="by a command"):
                return self.change(*args, **options)
        except NotOnRecord as error:
            raise CommandError("The record takes no row, so nothing was done. /readyz says why.") from error

    def change(self, *args, **options):
        try:
            return super().handle(*args, **options)
        except KeyboardInterrupt as error:
            raise CommandError("Nothing was changed.") from error
