from pathlib import Path

from django.core.management import BaseCommand, CommandError

from publishing.takeout.reading import Refused, read
from record.noting import NotOnRecord


class Command(BaseCommand):
    help = (
        "Put the content of an archive that export_content wrote on this site, which has none yet. All of it is "
        "imported or nothing. Import what you trust: what it says was published is published."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.zip", type=Path)
        parser.add_argument(
            "--same-people",
            action="store_true",
            help="Accounts of this site with user names that the content names are the same people.",
        )

    def handle(self, *args, file, same_people, **options):
        try:
            pages = read(file, same_people=same_people, tell=self._tell)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        except NotOnRecord as error:
            raise CommandError("The record takes no row, so nothing was done. /readyz says why.") from error
        self.stdout.write(f"{pages} pages are imported. Patients read what they read on the site that was exported.")

    def _tell(self, missing):
        for name in missing:
            self.stderr.write(f"The archive was written without the stored file {name}; pages that show it lack it.")
