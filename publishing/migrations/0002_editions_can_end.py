from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_first")]
    operations = [
        migrations.AddField(model_name="edition", name="ends_at", field=models.DateTimeField(null=True)),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at", None), ("ends_at__gt", models.F("live_from")), _connector="OR"),
                name="an_edition_ends_after_it_starts",
            ),
        ),
    ]
