from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_passwords_that_need_a_factor")]
    operations = [
        migrations.CreateModel(
            name="Sending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=30)),
                ("hour", models.PositiveIntegerField(help_text="Since 1970.")),
                ("sender", models.CharField(help_text="A keyed hash that is another one each hour.", max_length=64)),
                ("count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("what", "hour", "sender"), name="one_count_per_sender_and_hour")
                ],
            },
        ),
    ]
