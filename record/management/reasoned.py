"""Commands that ask why, and do nothing that isn't on record."""

from django.core.management import BaseCommand, CommandError

from record.noting import LONGEST_WHY, NotOnRecord

SHORTEST_REASON = 10


class ReasonedCommand(BaseCommand):
    """A command that takes `--reason` and calls `do` with it."""

    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--reason", default="", help=f"Why, in {SHORTEST_REASON} characters or more. It goes on record."
        )

    def handle(self, *args, reason, **options):
        reason = " ".join(reason.split())
        if not SHORTEST_REASON <= len(reason) <= LONGEST_WHY:
            raise CommandError(
                f'Say why, in {SHORTEST_REASON} to {LONGEST_WHY} characters: --reason "…". It goes on record; '
                "name no patient in it."
            )
        try:
            self.do(reason, **options)
        except NotOnRecord as error:
            raise CommandError("The record takes no row, so nothing was done. /readyz says why.") from error
