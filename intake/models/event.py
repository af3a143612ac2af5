from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .request import Request
from .sealed import SealedRow


class Event(SealedRow):
    """Something that was done about a request, or written of it. It is never changed: `intake.models.triggers`.

    Its key comes with the form that brought it, so that a form sent twice does nothing more.
    """

    class Kind(models.TextChoices):
        CAME = "came", _("came")
        MOVED = "moved", _("status")
        ASSIGNED = "assigned", _("assigned")
        REVIEWER = "reviewer", _("review")
        PRIORITY = "priority", _("priority")
        DUE = "due", _("due")
        CONTACT = "contact", _("contact")
        NOTE = "note", _("note")
        MESSAGE = "message", _("message")
        RECORDS = "records", _("records")
        LINKED = "linked", _("linked")

    PLAIN = (*SealedRow.PLAIN, "request", "kind", "by", "at")

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "came", "moved", "assigned", "reviewer", "priority", "due", "contact", "note", "message",
                        "records", "linked",
                    ]
                ),
                name="an_event_is_of_a_known_kind",
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["request", "at"], name="events_of_a_request")]

    def __str__(self):
        return f"event {self.pk}"
