from django.db import migrations

from accounts.roles import REVIEWING_PHYSICIAN


def make_role(apps, schema_editor):
    apps.get_model("auth", "Group").objects.get_or_create(name=REVIEWING_PHYSICIAN)


def drop_role(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name=REVIEWING_PHYSICIAN).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_sealed_factors")]
    operations = [migrations.RunPython(make_role, drop_role)]
