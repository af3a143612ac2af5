import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .request import Request
from .sealed import SealedRow

TRIED_FOR = timedelta(days=3)


class Notice(SealedRow):
    """Something to be told by mail, written beside what it tells of. What only one person may read of it is sealed.

    Mails of the desk are held together: `mail` is the key of the notice that speaks for all of one mail. It is written
    before the mail is sent, and names the mail, so that one sent twice is the same mail.
    """

    class Kind(models.TextChoices):
        DESK = "desk", _("to the desk: a request waits")
        ARRIVED = "arrived", _("to a patient: your request has come")
        RESUME = "resume", _("to a patient: the code to finish a request")
        STATUS = "status", _("to a patient: the code to see a request's status")
        MESSAGE = "message", _("to a patient: a message waits on the status page")

    PLAIN = (*SealedRow.PLAIN, "kind", "request", "mail", "made_at", "tried_until", "sent_at", "failed_at")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    request = models.ForeignKey(Request, on_delete=models.CASCADE, null=True, related_name="notices")
    mail = models.UUIDField(null=True, help_text="The notice whose mail tells this one too.")
    made_at = models.DateTimeField()
    tried_until = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["desk", "arrived", "resume", "status", "message"]),
                name="a_notice_is_of_a_known_kind",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(failed_at=None), name="a_notice_is_sent_or_has_failed"
            ),
        ]
        indexes = [
            models.Index(fields=["made_at"], condition=Q(sent_at=None, failed_at=None), name="notices_to_be_sent"),
        ]

    def __str__(self):
        return f"notice {self.pk}"

    @classmethod
    def write(cls, kind, *, request=None, words=None, tried_for=TRIED_FOR):
        """Have housekeeping send a notice once the open transaction is over; `words` are sealed with it."""
        now = timezone.now()
        notice = cls(id=uuid.uuid4(), kind=kind, request=request, made_at=now, tried_until=now + tried_for)
        if kind != cls.Kind.DESK:
            notice.mail = notice.pk
        if words:
            notice.seal(words)
        notice.save(force_insert=True)
        return notice
