from django.db import migrations

from accounts.roles import ADMINISTRATOR, CLINICIAN, EDITOR, PUBLISHER, grant


def grant_to_roles(apps, schema_editor):
    grant(apps, CLINICIAN, "publishing.Review", "review_page")
    for role in (EDITOR, CLINICIAN, PUBLISHER, ADMINISTRATOR):
        grant(apps, role, "publishing.Review", "view")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles"), ("publishing", "0005_reviews")]
    operations = [migrations.RunPython(grant_to_roles, migrations.RunPython.noop)]
