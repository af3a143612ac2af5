from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import migrations, models


def mark_all(apps, schema_editor):
    """Nobody can tell how long a hashed password is: each counts as short until its owner signs in with a long one."""
    accounts = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    accounts.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).update(has_short_password=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_names_as_people_mean_them")]
    operations = [
        migrations.AddField(
            "user",
            "has_short_password",
            models.BooleanField(
                default=False, editable=False, help_text="Too short to be all that it takes to sign in."
            ),
        ),
        migrations.RunPython(mark_all, migrations.RunPython.noop),
    ]
