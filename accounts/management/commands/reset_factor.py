from django.core.management import CommandError

from accounts import actions
from accounts.factors import does_more_than_write
from accounts.models import SHORTEST_PASSWORD, User
from record.management.reasoned import ReasonedCommand


class Command(ReasonedCommand):
    help = "Forget a person's second factor and recovery codes. Whoever needs one sets up another at the next sign-in."

    def add_arguments(self, parser):
        parser.add_argument("username")
        super().add_arguments(parser)

    def do(self, reason, username, **options):
        account = User.objects.named(username)
        if account is None:
            raise CommandError("No account has this user name.")
        actions.reset_factor(account, why=reason)
        self.stdout.write(f"{account.get_username()} has no second factor now and is signed out everywhere.")
        if does_more_than_write(account):
            self.stdout.write("At the next sign-in the site asks them to set up another before anything else.")
        else:
            self.stdout.write(
                f"If their password has fewer than {SHORTEST_PASSWORD} characters, the site asks them to set up "
                "another at the next sign-in. If not, the password alone is enough until they do so of themselves."
            )
