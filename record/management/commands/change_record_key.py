from django.conf import settings
from django.core.management import CommandError

from record.heads import write_head
from record.management.reasoned import ReasonedCommand
from record.rekeying import change_key


class Command(ReasonedCommand):
    help = (
        "Tie the rows of the record together with a new key from now on. The keyset keeps the old keys, by which "
        "earlier rows are checked. The site may run meanwhile."
    )

    def do(self, reason, **options):
        if settings.RECORD_KEYSET is None:
            raise CommandError("There is no keyset file: this site is for debugging. Set RECORD_KEYSET.")
        try:
            entry = change_key(why=reason)
        except OSError as error:
            raise CommandError(f"The keyset can't be written, so nothing was changed: {error}") from error
        self.stdout.write(f"Row {entry.number} is the first by the new key {entry.key}.")
        write_head()
        self.stdout.write(f"Copy {settings.RECORD_KEYSET} to where you keep the keysets now, and heads/ with it.")
        self.stdout.write("Does the site run on more machines? Put this keyset on each before it writes another row.")
