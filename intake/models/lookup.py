from django.db import models
from django.db.models import Q

from .request import Request


class Lookup(models.Model):
    """By what a request is found, as a keyed hash that tells nothing: intake.finding."""

    class Purpose(models.TextChoices):
        NAME = "name"
        BORN = "born"
        PHONE = "phone"
        EMAIL = "email"

    PLAIN = ("id", "request", "purpose", "hash")
    SEALED = ()

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="lookups")
    purpose = models.CharField(max_length=5, choices=Purpose.choices)
    hash = models.CharField(max_length=32)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=["name", "born", "phone", "email"]), name="a_lookup_has_a_known_purpose"
            ),
            models.UniqueConstraint(fields=["hash", "request"], name="one_lookup_for_each_hash"),
        ]

    def __str__(self):
        return f"lookup {self.pk}"
