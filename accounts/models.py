from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac


class User(AbstractUser):
    """Someone who works on the site; readers and patients have no account."""

    email = models.EmailField("email address", help_text="Their own work address. Nobody shares an account.")
    sign_ins_ended = models.PositiveIntegerField(default=0, editable=False)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_per_email",
                violation_error_message="Another account has this email address. Each person has one account.",
            ),
        ]

    def end_sign_ins(self):
        """Have every session of this person end at its next click."""
        type(self).objects.filter(pk=self.pk).update(sign_ins_ended=F("sign_ins_ended") + 1)
        self.refresh_from_db(fields=["sign_ins_ended"])

    def _get_session_auth_hash(self, secret=None):
        """What a session must have been begun with to go on; Django asks this for each of its secrets."""
        parts = (self.password, self.sign_ins_ended, self.is_staff, self.is_superuser)
        return salted_hmac("accounts.User.session", repr(parts), secret=secret, algorithm="sha256").hexdigest()
