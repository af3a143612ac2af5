from django.db import migrations

from accounts.roles import ADMINISTRATOR, CLINICIAN, EDITOR, PUBLISHER, grant

MODELS = (
    "conditions.ConditionFigure",
    "conditions.SymptomFigure",
    "conditions.DiagnosticTestFigure",
    "conditions.TreatmentFigure",
)


def grant_to_roles(apps, schema_editor):
    for model in MODELS:
        grant(apps, EDITOR, model, "add", "change", "delete", "view")
        for role in (CLINICIAN, PUBLISHER, ADMINISTRATOR):
            grant(apps, role, model, "view")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles"), ("conditions", "0007_figures")]
    operations = [migrations.RunPython(grant_to_roles, migrations.RunPython.noop)]
