from django.core.management import BaseCommand, CommandError

from intake import drafts, erasing
from record.noting import NotOnRecord

OFTEN = 100


class Command(BaseCommand):
    help = (
        "Erase for good what was kept as long as it should be: requests that were begun and not sent in seven days, "
        "and requests that were closed as long ago as the desk settings say, unless someone holds them. Housekeeping "
        "does the same each hour."
    )

    def handle(self, *args, **options):
        begun = drafts.erase_old()
        try:
            requests = erasing.erase_old(self.tell, most=None)
        except NotOnRecord as error:
            raise CommandError("The record takes no row, so nothing more was erased. /readyz says why.") from error
        if begun or requests:
            self.stdout.write(f"Erased: {begun} begun and {requests} closed requests.")
        else:
            self.stdout.write("Nothing is to be erased.")

    def tell(self, done, of):
        if done % OFTEN == 0 or done == of:
            self.stdout.write(f"{done} of {of} closed requests")
