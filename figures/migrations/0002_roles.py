from django.db import migrations

from accounts.roles import ADMINISTRATOR, CLINICIAN, EDITOR, PUBLISHER, grant


def grant_to_roles(apps, schema_editor):
    grant(apps, EDITOR, "figures.Figure", "add", "change", "delete", "view")
    for role in (CLINICIAN, PUBLISHER, ADMINISTRATOR):
        grant(apps, role, "figures.Figure", "view")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles"), ("figures", "0001_first")]
    operations = [migrations.RunPython(grant_to_roles, migrations.RunPython.noop)]
