from pathlib import Path

from django.core.management import BaseCommand, CommandError

from conditions.importer.blocks import Unreadable
from conditions.importer.files import content
from conditions.importer.saving import import_document


class Command(BaseCommand):
    help = (
        "Read documents (.txt, .md, .html, .docx), one condition each, and save them as working copies. "
        "Each file is saved whole or not at all; the report says what has no place. Running it again changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument(
            "--publish", action="store_true", help="Publish the conditions and whatever of theirs never was."
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="Overwrite the working copy of a condition that exists and differs; what is live stays.",
        )

    def handle(self, *args, files, publish, replace, **options):
        refused = 0
        for number, name in enumerate(files, start=1):
            count = f"{number} of {len(files)}  " if len(files) > 1 else ""
            try:
                report = import_document(content(name), Path(name).name, publish=publish, replace=replace)
            except Unreadable as refusal:
                refused += 1
                self.stdout.flush()
                self.stderr.write(f"{count}{name}: {refusal}")
                continue
            self.stdout.write(f"{count}{name}")
            for line in report.lines():
                self.stdout.write(f"  {line}")
            self.stdout.flush()
        if refused:
            raise CommandError(f"{refused} of {len(files)} files could not be imported.")
