from django.contrib.auth.management.commands import changepassword
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.db import transaction

from accounts.letters import tell
from accounts.models import Letter, User
from record.models import Action
from record.noting import NotOnRecord, noted

TRIES = 3
CLOSED = "This account is closed. Whoever opens it again in the admin invites the person."


class Command(changepassword.Command):
    """Django's, on record: a row before anything is typed, and another if nothing comes of it."""

    def handle(self, *args, **options):
        account = User.objects.named(options["username"] or "")
        if account is None:
            raise CommandError("Name an account: manage.py changepassword USERNAME")
        if account.state == User.State.CLOSED:
            raise CommandError(CLOSED)
        try:
            with noted(None, Action.CHANGE_PASSWORD, account, detail="by a command"):
                keep(account, self.typed(account))
        except NotOnRecord as error:
            raise CommandError("The record takes no row, so nothing was done. /readyz says why.") from error
        return f"Password changed successfully for user '{account}'"

    def typed(self, account):
        self.stdout.write(f"Changing password for user '{account}'")
        try:
            for _try in range(TRIES):
                password = self._get_pass()
                if password != self._get_pass("Password (again): "):
                    self.stderr.write("The two passwords differ. Type the same one twice.")
                elif self.takes(password, account):
                    return password
        except (KeyboardInterrupt, EOFError) as error:
            raise CommandError("Nothing was changed.") from error
        raise CommandError(f"Nothing was changed after {TRIES} tries.")

    def takes(self, password, account):
        try:
            validate_password(password, account)
        except ValidationError as error:
            self.stderr.write("\n".join(error.messages))
            return False
        return True


@transaction.atomic
def keep(account, password):
    """Typing took its time: the account may have been closed, or changed, since it was found."""
    account = User.objects.select_for_update().get(pk=account.pk)
    if account.state == User.State.CLOSED:
        raise CommandError(CLOSED)
    account.set_password(password)
    account.save(update_fields=["password", "has_short_password"])
    tell(account, Letter.Kind.PASSWORD_CHANGED)
