from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower


class User(AbstractUser):
    """Someone who works on the site; readers and patients have no account."""

    email = models.EmailField("email address", help_text="Their own work address. Nobody shares an account.")

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_per_email",
                violation_error_message="Another account has this email address. Each person has one account.",
            ),
        ]
