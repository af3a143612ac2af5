from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .request import Kind, Request


class Erasure(models.Model):
    """That a request was erased, and what went with it. It names nobody, and stays when all else is gone."""

    PLAIN = ("id", "request", "reference", "kind", "outcome", "went", "key_number", "is_wish", "by", "erased_at")
    SEALED = ()

    request = models.UUIDField(unique=True, help_text="The key that it had, as it stands on record.")
    reference = models.CharField(max_length=14, help_text="The patient may ask by it whether it is erased.")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    outcome = models.CharField(max_length=20, choices=Request.Outcome.choices, blank=True)
    went = models.JSONField(help_text="How many of each thing went with it: erasing.THINGS.")
    key_number = models.CharField(
        max_length=8,
        blank=True,
        help_text="Of the key of INTAKE_KEYSET that sealed it: older backups open by it.",
    )
    is_wish = models.BooleanField(help_text="Somebody asked for it; else its time was over.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    erased_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("certificate of erasure")
        verbose_name_plural = _("certificates of erasure")
        ordering = ["-erased_at", "-pk"]
        default_permissions = ("view",)

    def __str__(self):
        return f"{self.reference}, erased"
