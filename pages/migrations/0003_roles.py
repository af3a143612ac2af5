from django.db import migrations

from accounts.roles import ADMINISTRATOR, CLINICIAN, EDITOR, PUBLISHER, grant


def grant_to_roles(apps, schema_editor):
    grant(apps, EDITOR, "pages.InformationPage", "add", "change", "delete", "view")
    for role in (CLINICIAN, PUBLISHER, ADMINISTRATOR):
        grant(apps, role, "pages.InformationPage", "view")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles"), ("pages", "0002_information_pages")]
    operations = [migrations.RunPython(grant_to_roles, migrations.RunPython.noop)]
