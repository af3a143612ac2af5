from django.db import migrations, models
from django.db.models import Q

KINDS = [
    ("invitation", "Invitation"),
    ("reset", "New password"),
    ("email_changed", "Email address changed"),
    ("password_changed", "Password changed"),
    ("factor_changed", "Second factor changed"),
]


def drop_news(apps, schema_editor):
    letters = apps.get_model("accounts", "Letter").objects.using(schema_editor.connection.alias)
    letters.exclude(kind__in=("invitation", "reset")).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_sendings")]
    operations = [
        migrations.RunPython(migrations.RunPython.noop, drop_news),
        migrations.AlterField("letter", "kind", models.CharField(choices=KINDS, max_length=20)),
        migrations.AddField(
            "letter",
            "to",
            models.EmailField(
                blank=True,
                default="",
                help_text="The address at the moment of the change, kept until news of it is sent there; a link goes "
                "to the one of now.",
                max_length=254,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "letter",
            "given_up_at",
            models.DateTimeField(help_text="When it was too late to send it.", null=True),
        ),
        migrations.AddConstraint(
            "letter",
            models.CheckConstraint(condition=Q(to="") | Q(sent_at=None), name="a_sent_letter_keeps_no_address"),
        ),
    ]
