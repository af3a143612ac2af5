from django.db import migrations

from accounts.roles import PRIVACY_OFFICER, grant


def make_role(apps, schema_editor):
    grant(apps, PRIVACY_OFFICER, "record.Entry", "view")


def drop_role(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name=PRIVACY_OFFICER).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles"), ("record", "0001_first")]
    operations = [migrations.RunPython(make_role, drop_role)]
