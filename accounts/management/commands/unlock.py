from ipaddress import ip_address

from django.core.management import CommandError

from accounts import actions, lockout
from accounts.models import User
from record.management.reasoned import ReasonedCommand


class Command(ReasonedCommand):
    help = "Take off the lock of an account, or of an address, after wrong passwords or codes."

    def add_arguments(self, parser):
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("username", nargs="?")
        whose.add_argument("--address", help="the IP address from which too much was tried")
        super().add_arguments(parser)

    def do(self, reason, username=None, address=None, **options):
        if address:
            self.unlock_address(address, reason)
            return
        account = User.objects.named(username)
        if account is None:
            raise CommandError("No account has this user name.")
        was_locked = lockout.is_locked(account.get_username())
        actions.unlock(account, by=None, why=reason)
        what = "The lock is taken off" if was_locked else "It was not locked; its wrong tries are forgotten"
        self.stdout.write(f"{what}. {account.get_username()} signs in with their own password and code.")

    def unlock_address(self, address, reason):
        try:
            ip_address(address)
        except ValueError as error:
            raise CommandError("This is no IP address, such as 203.0.113.7.") from error
        actions.unlock_address(address, why=reason)
        self.stdout.write("Whoever comes from there may try again. Accounts that are locked stay locked.")
