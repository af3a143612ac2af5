from django.core.management import CommandError
from django.db import migrations, models

import accounts.names
from accounts.names import key_of

ADVICE = (
    "Nothing was changed. From this version on two people may not have names that differ in large and small letters "
    "alone, nor may anyone's user name be the email address of someone else. These accounts share a name: {}. Start "
    "the version from before, give all but one of them another user name or address at Users in the admin, and update "
    "again."
)
ONE_PER_EMAIL = "Another account has this email address. Each person has one account."
ONE_PER_NAME = "Someone has this user name already, maybe with other large or small letters."


def write_keys(apps, schema_editor):
    accounts = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    by_key = {}
    for account in accounts.order_by("pk"):
        for key in sorted({key_of(account.username), key_of(account.email)}):
            by_key.setdefault(key, []).append(f"{account.username} (number {account.pk})")
    if clashes := [" and ".join(names) for names in by_key.values() if len(names) > 1]:
        raise CommandError(ADVICE.format("; ".join(clashes)))
    for pk, username, email in list(accounts.values_list("pk", "username", "email")):
        accounts.filter(pk=pk).update(username_key=key_of(username), email_key=key_of(email))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_letters")]
    operations = [
        migrations.AddField("user", "username_key", accounts.names.KeyField(of="username", default=""), False),
        migrations.AddField("user", "email_key", accounts.names.KeyField(of="email", default=""), False),
        migrations.RunPython(write_keys, migrations.RunPython.noop),
        migrations.RemoveConstraint("user", "one_account_per_email"),
        migrations.AddConstraint(
            "user",
            models.UniqueConstraint(
                fields=["email_key"], name="one_account_per_email", violation_error_message=ONE_PER_EMAIL
            ),
        ),
        migrations.AddConstraint(
            "user",
            models.UniqueConstraint(
                fields=["username_key"], name="one_account_per_username", violation_error_message=ONE_PER_NAME
            ),
        ),
    ]
