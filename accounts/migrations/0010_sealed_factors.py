from django.db import migrations

from accounts.sealing import seal, unseal


def _each(apps, schema_editor, change):
    devices = apps.get_model("otp_totp", "TOTPDevice").objects.using(schema_editor.connection.alias)
    for pk, key in list(devices.values_list("pk", "key")):
        devices.filter(pk=pk).update(key=change(key, pk))


def seal_all(apps, schema_editor):
    _each(apps, schema_editor, seal)


def unseal_all(apps, schema_editor):
    _each(apps, schema_editor, unseal)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_news_of_changes"),
        ("otp_totp", "0003_add_timestamps"),
    ]
    operations = [migrations.RunPython(seal_all, unseal_all)]
