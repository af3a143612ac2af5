from django.db import migrations, models

from accounts.roles import COORDINATOR, PRIVACY_OFFICER, grant


def grant_to_roles(apps, schema_editor):
    for role in (COORDINATOR, PRIVACY_OFFICER):
        grant(apps, role, "intake.Request", "hold_request")


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_desk_settings")]

    operations = [
        migrations.AlterModelOptions(
            name="request",
            options={
                "default_permissions": ("view", "change"),
                "ordering": ["priority", "received_at"],
                "permissions": [("hold_request", "Can keep a request from being erased")],
                "verbose_name": "request",
                "verbose_name_plural": "requests",
            },
        ),
        migrations.AddField(
            model_name="request",
            name="is_held",
            field=models.BooleanField(
                default=False,
                help_text="Such as for a court; who said so and why is on record.",
                verbose_name="kept from being erased",
            ),
        ),
        migrations.RunPython(grant_to_roles, migrations.RunPython.noop),
    ]
