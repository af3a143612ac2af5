from django.conf import settings
from django.db import models
from django.db.models import Q

from .request import Request
from .sealed import SealedRow
from .template import Wording


class Inquiry(models.Model):
    """That somebody wants to see how a request stands, from a browser that holds a cookie of its own.

    It opens with a code that was sent to the patient. Of whoever named no request, or the wrong day of birth, it is a
    decoy: it has no request, is asked for a code as well, and none is right.
    """

    PLAIN = ("id", "cookie_hash", "code_hash", "tries", "request", "asked_at", "opened_at")
    SEALED = ()

    id = models.UUIDField(primary_key=True, editable=False)
    cookie_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, blank=True, help_text="Empty once it was used.")
    tries = models.PositiveSmallIntegerField(default=0)
    request = models.ForeignKey(Request, on_delete=models.CASCADE, null=True, related_name="inquiries")
    asked_at = models.DateTimeField(db_index=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "inquiries"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(request__isnull=False, code_hash=""),
                name="an_inquiry_opens_a_request_by_a_code_once",
            )
        ]

    def __str__(self):
        return f"inquiry {self.pk}"


class Message(SealedRow):
    """What the desk writes to a patient, to be read beside the status of the request."""

    PLAIN = (*SealedRow.PLAIN, "request", "by", "wording", "written_at")

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="messages")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    wording = models.ForeignKey(
        Wording,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Of the template it began with, if any.",
    )
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-written_at"]
        default_permissions = ()

    def __str__(self):
        return f"message {self.pk}"
