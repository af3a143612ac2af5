from django.db import migrations

from accounts.roles import ADMINISTRATOR, CLINICIAN, EDITOR, PUBLISHER, grant

MODELS = ("conditions.WarningSign", "conditions.ConditionWarningSign", "conditions.SymptomWarningSign")


def grant_to_roles(apps, schema_editor):
    for model in MODELS:
        grant(apps, EDITOR, model, "add", "change", "delete", "view")
        for role in (CLINICIAN, PUBLISHER, ADMINISTRATOR):
            grant(apps, role, model, "view")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles"), ("conditions", "0003_warning_signs")]
    operations = [migrations.RunPython(grant_to_roles, migrations.RunPython.noop)]
