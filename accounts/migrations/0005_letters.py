import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import accounts.models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_sign_ins_ended")]
    operations = [
        migrations.AlterModelManagers(name="user", managers=[("objects", accounts.models.People())]),
        migrations.AddField(
            model_name="user",
            name="emergency_until",
            field=models.DateTimeField(
                editable=False,
                help_text="When an emergency account ends by itself; empty for anyone else.",
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("invitation", "Invitation"), ("reset", "New password")], max_length=10),
                ),
                ("asked_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(account__isnull=False) | Q(sent_at=None), name="a_letter_goes_to_an_account"
                    )
                ],
            },
        ),
    ]
