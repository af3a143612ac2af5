from django.db import migrations

from accounts.roles import COORDINATOR, grant


def grant_to_roles(apps, schema_editor):
    grant(apps, COORDINATOR, "intake.Request", "view")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_privacy_officer"), ("intake", "0001_first")]
    operations = [migrations.RunPython(grant_to_roles, migrations.RunPython.noop)]
