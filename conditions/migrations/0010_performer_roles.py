from django.db import migrations

from accounts.roles import ADMINISTRATOR, CLINICIAN, EDITOR, PUBLISHER, grant


def grant_to_roles(apps, schema_editor):
    grant(apps, EDITOR, "conditions.TreatmentPhysician", "add", "change", "delete", "view")
    for role in (CLINICIAN, PUBLISHER, ADMINISTRATOR):
        grant(apps, role, "conditions.TreatmentPhysician", "view")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles"), ("conditions", "0009_who_performs_a_treatment")]
    operations = [migrations.RunPython(grant_to_roles, migrations.RunPython.noop)]
