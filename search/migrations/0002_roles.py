from django.db import migrations

from accounts.roles import EDITOR, PUBLISHER, grant


def grant_to_roles(apps, schema_editor):
    grant(apps, EDITOR, "search.UnfoundWord", "view", "delete")
    grant(apps, PUBLISHER, "search.UnfoundWord", "view")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles"), ("search", "0001_first")]
    operations = [migrations.RunPython(grant_to_roles, migrations.RunPython.noop)]
