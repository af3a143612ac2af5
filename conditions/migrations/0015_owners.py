import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def person(help_text):
    return models.ForeignKey(
        blank=True,
        help_text=help_text,
        limit_choices_to={"is_active": True, "emergency_until": None},
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_letters"),
        ("conditions", "0014_how_people_say_a_sign"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField("condition", "backup_owner", person("Who does so when the owner can't.")),
        migrations.AddField(
            "condition", "owner", person("Who sees to it that this page is right. Patients don't see it.")
        ),
    ]
