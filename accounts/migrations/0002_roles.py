from django.db import migrations

from accounts.roles import ADMINISTRATOR, CLINICIAN, EDITOR, PUBLISHER, ROLES, grant

PAGES = (
    "conditions.Condition",
    "conditions.Symptom",
    "conditions.DiagnosticTest",
    "conditions.Treatment",
    "physicians.Physician",
    "glossary.Term",
)
ROWS = (
    "conditions.ConditionTerm",
    "conditions.ConditionSymptom",
    "conditions.ConditionTest",
    "conditions.ConditionTreatment",
    "conditions.ConditionPhysician",
)


def make_roles(apps, schema_editor):
    for role in ROLES:
        apps.get_model("auth", "Group").objects.get_or_create(name=role)
    for model in (*PAGES, *ROWS, "physicians.Location"):
        grant(apps, EDITOR, model, "add", "change", "delete", "view")
        for role in (CLINICIAN, PUBLISHER, ADMINISTRATOR):
            grant(apps, role, model, "view")
    grant(apps, PUBLISHER, "publishing.Page", "publish_page")
    for role in (EDITOR, CLINICIAN, PUBLISHER):
        grant(apps, role, "pages.SiteDetails", "view")
    grant(apps, ADMINISTRATOR, "pages.SiteDetails", "add", "change", "view")
    grant(apps, ADMINISTRATOR, "accounts.User", "add", "change", "view")


def drop_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_first"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("conditions", "0001_first"),
        ("glossary", "0001_first"),
        ("pages", "0001_first"),
        ("physicians", "0001_first"),
        ("publishing", "0001_first"),
    ]
    operations = [migrations.RunPython(make_roles, drop_roles)]
