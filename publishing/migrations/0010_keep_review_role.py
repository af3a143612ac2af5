from django.db import migrations

from accounts.roles import PUBLISHER, grant


def grant_to_role(apps, schema_editor):
    grant(apps, PUBLISHER, "publishing.Review", "keep_review")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles"), ("publishing", "0009_review_requests")]
    operations = [migrations.RunPython(grant_to_role, migrations.RunPython.noop)]
