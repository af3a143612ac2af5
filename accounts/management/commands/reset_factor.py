from django.core.management import CommandError

from accounts import actions
from accounts.management.reasoned import ReasonedCommand
from accounts.models import User


class Command(ReasonedCommand):
    help = "Forget a person's second factor and recovery codes. At the next sign-in they set up another."

    def add_arguments(self, parser):
        parser.add_argument("username")
        super().add_arguments(parser)

    def do(self, reason, username, **options):
        account = User.objects.filter(username=username).first()
        if account is None:
            raise CommandError("No account has this user name.")
        actions.reset_factor(account, why=reason)
        self.stdout.write(f"{username} has no second factor now and is signed out everywhere.")
        self.stdout.write("At the next sign-in the site asks them to set up another.")
