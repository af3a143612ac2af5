from django.core.management import BaseCommand, CommandError

from record.heads import folder, read_heads
from record.models import Entry
from record.verifying import faults

MOST = 100
TOLD_EVERY = 250_000


class Command(BaseCommand):
    help = (
        "Look through the record of who did and saw what, and name each row that was changed, removed or put in the "
        "place of another, and whether rows are gone from its end since the last head that was written outside."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--heads", action="append", default=[], metavar="PATH",
            help="A file or folder of heads that were copied elsewhere, beside those in the data folder. Repeatable.",
        )  # fmt: skip

    def handle(self, *args, heads, **options):
        try:
            known = [head for place in (*written_here(), *heads) for head in read_heads(place)]
        except (OSError, ValueError) as error:
            raise CommandError(f"The heads can't be read: {error}") from error
        found = 0
        for fault in faults(known, looked_at=self.tell):
            found += 1
            if found <= MOST:
                self.stdout.write(fault)
        if found:
            raise CommandError(
                f"The record is not as it was written: {found} faults. docs/operators.md says what to do."
            )
        last = Entry.objects.order_by("-number").values_list("number", flat=True).first() or 0
        head = max(known).number if known else "none"
        self.stdout.write(f"The record is whole: {last} rows, last head {head}.")

    def tell(self, number):
        if number % TOLD_EVERY == 0:
            self.stdout.write(f"{number} rows …")


def written_here():
    return [folder()] if folder().exists() else []
