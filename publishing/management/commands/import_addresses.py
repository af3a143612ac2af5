import csv
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.urls import Resolver404, resolve

from publishing.models import Address, Page
from publishing.old_addresses import set_old_addresses


class Command(BaseCommand):
    help = (
        "Read a table (CSV, two columns: an address of the earlier site, an address of this one) and let the old ones "
        "lead to the pages of today. All of it is saved, or nothing; addresses that lead somewhere already stay."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.csv", type=Path)

    def handle(self, *args, file, **options):
        try:
            rows = [row for row in csv.reader(file.read_text(encoding="utf-8-sig").splitlines()) if any(row)]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{file} can't be read as a table in UTF-8: {error}") from error
        wrong, wanted = [], {}
        for number, row in enumerate(rows, start=1):
            page = _page_at(row[1].strip()) if len(row) == 2 else None
            if page is None:
                wrong.append(f"line {number}: give an old address and the address of a page of this site")
            else:
                wanted.setdefault(page, []).append(row[0])
        with transaction.atomic():
            for page, texts in wanted.items():
                try:
                    set_old_addresses(page, [*page.old_addresses.values_list("path", flat=True), *texts], by=None)
                except ValidationError as error:
                    wrong += [f"{page}: {message}" for message in error.messages]
            transaction.set_rollback(bool(wrong))
        if wrong:
            raise CommandError("\n".join([*wrong, "Nothing is saved."]))
        self.stdout.write(f"{len(rows)} old addresses lead to {len(wanted)} pages.")


def _page_at(address):
    """The page that has `address` on this site or had it before; None where there is none."""
    try:
        found = resolve(address)
    except Resolver404:
        return None
    for kind, model in Page.kinds().items():
        if model.URL_NAME and found.view_name == model.URL_NAME:
            at = {"kind": kind, "slug": found.kwargs["slug"]}
            known = Address.objects.filter(**at).select_related("page").first()
            return known.page if known else Page.objects.filter(**at).first()
    return None
