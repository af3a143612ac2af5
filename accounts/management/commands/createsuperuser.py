import getpass
import os

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.db import DEFAULT_DB_ALIAS, IntegrityError

from accounts.models import User
from record.noting import NotOnRecord

FIELDS = {"username": "User name", "email": "Email address"}


class Command(createsuperuser.Command):
    """Django's, by the rules that every account keeps; `People.create_superuser` puts it on record."""

    def handle(self, *args, **options):
        if options["database"] != DEFAULT_DB_ALIAS:
            raise CommandError("Accounts are in the site's own database: leave --database out.")
        try:
            account, password = self.typed(options) if options["interactive"] else given(options)
            User.objects.create_superuser(account.username, account.email, password)
        except NotOnRecord as error:
            raise CommandError("The record takes no row, so nothing was done. /readyz says why.") from error
        except IntegrityError as error:
            raise CommandError("Someone got this user name or email address just now. Nothing was made.") from error
        except (KeyboardInterrupt, EOFError) as error:
            raise CommandError("Nothing was made.") from error
        self.stdout.write("Superuser created successfully.")
        if password is None:
            self.stdout.write(f"To sign in they need a password: manage.py changepassword {account.username}")

    def typed(self, options):
        if hasattr(self.stdin, "isatty") and not self.stdin.isatty():
            raise CommandError("Nobody can type here. Use --noinput with --username, --email and the variable "
                               "DJANGO_SUPERUSER_PASSWORD.")  # fmt: skip
        account = User()
        for field, words in FIELDS.items():
            value = options[field]
            while not self.takes(judge, account, field, input(f"{words}: ").strip() if value is None else value):
                value = None
        password = None
        while password is None or not self.takes(validate_password, password, account):
            password = getpass.getpass()
            if password != getpass.getpass("Password (again): "):
                self.stderr.write("The two passwords differ. Type the same one twice.")
                password = None
        return account, password

    def takes(self, check, *values):
        """Whether `check` has nothing to say; what it says is told."""
        try:
            check(*values)
        except ValidationError as error:
            self.stderr.write("\n".join(error.messages))
            return False
        return True


def given(options):
    account = User()
    for field, words in FIELDS.items():
        value = options[field] or os.environ.get(f"DJANGO_SUPERUSER_{field.upper()}")
        if not value:
            raise CommandError(f"You must use --{field} with --noinput.")
        _check(words, judge, account, field, value)
    password = os.environ.get("DJANGO_SUPERUSER_PASSWORD")
    if password is not None:
        _check("DJANGO_SUPERUSER_PASSWORD", validate_password, password, account)
    return account, password


def judge(account, field, value):
    """Give `account` this value, if anyone may have it."""
    others = [other.name for other in User._meta.fields if other.name != field]
    setattr(account, field, value)
    account.clean_fields(others)
    account.clean()
    account.validate_unique(others)


def _check(what, check, *values):
    try:
        check(*values)
    except ValidationError as error:
        raise CommandError(f"{what}: {' '.join(error.messages)}") from error
