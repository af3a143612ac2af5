import time

from django.conf import settings
from django.core.management import CommandError

from intake import kms, rehashing, rekeying
from record.management.reasoned import ReasonedCommand
from record.models import Action
from record.noting import Thing, noted

LONGEST_REQUEST = 60  # seconds: whoever sealed something by the old key has stored it by then


class Command(ReasonedCommand):
    help = (
        "Give the sealed requests a new key: put it into INTAKE_KEYSET, seal the key of every row by it, then drop the "
        "old key. The site may run meanwhile. Cut short, it goes on where it was when it is called again. "
        "With --hashes it changes HASH_KEYSET instead, by which requests are found."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--wait",
            type=int,
            default=LONGEST_REQUEST,
            help="Seconds before the old key is dropped, for whoever is storing something sealed by it (default: 60).",
        )
        parser.add_argument(
            "--leave-unreadable",
            action="store_true",
            help="Drop the old key even if some rows open by no key.",
        )
        parser.add_argument("--hashes", action="store_true", help="Change the key of HASH_KEYSET.")

    def do(self, reason, *, wait, leave_unreadable, hashes, **options):
        name = "HASH_KEYSET" if hashes else "INTAKE_KEYSET"
        if getattr(settings, name) is None:
            raise CommandError(f"There is no keyset file: this site is for debugging. Set {name}.")
        with noted(None, Action.CHANGE_KEY, Thing("request"), why=reason):
            try:
                with rekeying.alone():
                    (self.rotate_hashes if hashes else self.rotate)(wait, leave_unreadable)
            except rekeying.Busy as error:
                raise CommandError("Somebody is changing the key already.") from error
            except kms.Unreachable as error:
                raise CommandError(f"Call this again: {error}") from error
            except OSError as error:
                raise CommandError(f"The keyset can't be written; call this again when it can: {error}") from error

    def rotate(self, wait, leave_unreadable):
        number, is_new = rekeying.begin()
        begun = "seals from now on" if is_new else "was begun before; going on"
        self.stdout.write(f"The key {number:08x} {begun}. Copy {settings.INTAKE_KEYSET} to where you keep the keysets.")
        rekeying.seal_anew(self.tell)
        late = None
        while late != 0:
            self.stdout.write(f"Waiting {wait} seconds for whoever is storing something by the old key.")
            time.sleep(wait)
            late, unreadable = rekeying.seal_anew()
            self.stdout.write(f"{late} more rows sealed anew.")
        for row in unreadable:
            self.stdout.write(f"  {row} opens by no key.")
        if unreadable and not leave_unreadable:
            raise CommandError(
                "The old key stays, since some rows do not open: see docs/operators.md, “Requests”. Then call this "
                "again, or with --leave-unreadable if they are lost for good."
            )
        rekeying.drop_old_keys()
        self.stdout.write(f"The old key is dropped. Copy {settings.INTAKE_KEYSET} once more.")

    def rotate_hashes(self, wait, leave_unreadable):
        number, is_new = rehashing.begin()
        begun = "hashes from now on" if is_new else "was begun before; going on"
        self.stdout.write(f"The key {number:08x} {begun}. Copy {settings.HASH_KEYSET} to where you keep the keysets.")
        rehashing.hash_anew(self.tell)
        late = None
        while late != 0:
            self.stdout.write(f"Waiting {wait} seconds for whoever is storing something by the old key.")
            time.sleep(wait)
            late, unreadable = rehashing.hash_anew()
        for row in unreadable:
            self.stdout.write(f"  {row} does not open, so it can't be found by name any more.")
        if unreadable and not leave_unreadable:
            raise CommandError(
                "The old key stays: see docs/operators.md, “Requests”. Or call it with --leave-unreadable."
            )
        if codes := rehashing.codes_of_the_old_key():
            self.stdout.write(
                f"The old key stays: {codes} codes that patients hold were made by it. Call this again in a week; "
                "until then requests are found under both keys."
            )
            return
        rehashing.drop_old_keys()
        self.stdout.write(f"The old key is dropped. Copy {settings.HASH_KEYSET} once more.")

    def tell(self, done, of):
        self.stdout.write(f"{done} of {of} rows")
