from pathlib import Path

from django.core.management import BaseCommand, CommandError

from publishing.takeout.writing import TooMuch, write
from record.noting import NotOnRecord


class Command(BaseCommand):
    help = (
        "Write all content to one archive: pages as they are saved and as patients read them, now and earlier, their "
        "reviews, pictures and recordings, and a plain document of each page. Accounts, requests and the record stay."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.zip", type=Path)
        parser.add_argument("--overwrite", action="store_true", help="Replace the file if there is one.")

    def handle(self, *args, file, overwrite, **options):
        if file.exists() and not overwrite:
            raise CommandError(f"{file} is there already. Choose another name, or add --overwrite.")
        try:
            pages, missing = write(file)
        except OSError as error:
            raise CommandError(f"{file} can't be written: {error.strerror}. Nothing is left of it.") from error
        except TooMuch as too_much:
            raise CommandError(f"{too_much} Nothing is written.") from too_much
        except NotOnRecord as error:
            raise CommandError("The record takes no row, so nothing was done. /readyz says why.") from error
        for name in missing:
            self.stderr.write(f"The stored file {name} is missing; pages that show it lack it.")
        self.stdout.write(f"{pages} pages are in {file}.")
