from django.conf import settings
from django.utils import timezone

from accounts import actions
from record.management.reasoned import ReasonedCommand


class Command(ReasonedCommand):
    help = (
        "Make a superuser's account for an emergency, which ends by itself after a day. Its password is printed once. "
        "It needs the databases and nothing else."
    )

    def do(self, reason, **options):
        account, password = actions.open_emergency(why=reason)
        until = timezone.localtime(account.emergency_until)
        self.stdout.write(f"Sign in at {settings.SITE_URL}/admin/ as {account.username} with the password {password}")
        self.stdout.write("It is shown this once. Have a phone with an app for one-time codes at hand.")
        self.stdout.write(f"The account ends by itself on {until:%B %d at %H:%M %Z}. All staff see that it is open.")
