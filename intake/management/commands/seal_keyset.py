from django.conf import settings
from django.core.management import BaseCommand, CommandError

from intake import kms
from record.keyset_files import replace


class Command(BaseCommand):
    help = (
        "Seal the keyset of patients' requests by the hospital's key service (INTAKE_KMS_URI), once, in its place. "
        "Then reload the site. Copies of the file from before open the requests still: destroy them."
    )

    def handle(self, *args, **options):
        if not (settings.INTAKE_KMS_URI and settings.INTAKE_KEYSET):
            raise CommandError("Set INTAKE_KMS_URI to the key's address and INTAKE_KEYSET to the file.")
        text = settings.INTAKE_KEYSET.read_text(encoding="utf-8")
        if kms.is_sealed(text):
            self.stdout.write("No change: it is sealed already.")
            return
        try:
            sealed = kms.seal(text, settings.INTAKE_KMS_URI)
            kms.unseal(sealed, settings.INTAKE_KMS_URI)  # else nothing would ever open it
        except kms.Unreachable as error:
            raise CommandError(f"Nothing was changed: {error}.") from error
        replace(settings.INTAKE_KEYSET, sealed)
        self.stdout.write(f"{settings.INTAKE_KEYSET} is sealed. Reload the site, and destroy older copies of the file.")
