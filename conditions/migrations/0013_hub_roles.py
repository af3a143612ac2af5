from django.db import migrations

from accounts.roles import ADMINISTRATOR, CLINICIAN, EDITOR, PUBLISHER, grant


def grant_to_roles(apps, schema_editor):
    grant(apps, EDITOR, "conditions.Hub", "add", "change", "delete", "view")
    for role in (CLINICIAN, PUBLISHER, ADMINISTRATOR):
        grant(apps, role, "conditions.Hub", "view")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles"), ("conditions", "0012_hubs")]
    operations = [migrations.RunPython(grant_to_roles, migrations.RunPython.noop)]
