from django.db import migrations

from accounts.roles import EDITOR, PUBLISHER, grant


def grant_to_roles(apps, schema_editor):
    for role in (EDITOR, PUBLISHER):
        grant(apps, role, "pages.Feedback", "view", "delete")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles"), ("pages", "0004_feedback")]
    operations = [migrations.RunPython(grant_to_roles, migrations.RunPython.noop)]
