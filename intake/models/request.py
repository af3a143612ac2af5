from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .sealed import SealedRow


class Kind(models.TextChoices):
    APPOINTMENT = "appointment", _("Appointment")
    SECOND_OPINION = "second_opinion", _("Second opinion")


class Draft(SealedRow):
    """A request that somebody is writing. Once it is sent its words are gone, and it says only that it was.

    Whoever holds the cookie holds the draft; the database knows a hash of it.
    """

    PLAIN = (*SealedRow.PLAIN, "kind", "cookie_hash", "resume_hash", "started_at", "saved_at", "is_sent")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    cookie_hash = models.CharField(max_length=64, unique=True)
    resume_hash = models.CharField(max_length=64, blank=True, help_text="Of the code for another device, if any.")
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField(db_index=True)
    is_sent = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="a_draft_is_of_a_known_kind"),
            models.UniqueConstraint(
                fields=["resume_hash"], condition=~Q(resume_hash=""), name="one_draft_for_each_code"
            ),
        ]

    def __str__(self):
        return f"draft {self.pk}"


class RequestQuerySet(models.QuerySet):
    def kept_long_enough(self, since):
        """Closed at `since` or before, and held by nobody."""
        return self.filter(closed_at__lte=since, is_held=False)


class Request(SealedRow):
    """What a patient sent. Its key is that of the draft, so that a draft is sent once, however often it is tried."""

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        NEEDS_ANSWER = "needs_answer", _("We need something from you")
        WITH_DOCTOR = "with_doctor", _("A doctor is reviewing it")
        SCHEDULED = "scheduled", _("Scheduled")
        OPINION_SENT = "opinion_sent", _("Opinion sent")
        CLOSED = "closed", _("Closed")

    class Priority(models.IntegerChoices):
        EMERGENCY = 1, _("Has a sign that calls for 911")
        TODAY = 2, _("Has a sign that calls for help today")
        ROUTINE = 3, _("Routine")

    PLAIN = (
        *SealedRow.PLAIN,
        "reference",
        "kind",
        "status",
        "priority",
        "consent_version",
        "received_at",
        "answer_by",
        "closed_at",
        "is_held",
    )

    reference = models.CharField(max_length=14, unique=True, help_text="As the patient has it: “RK4P-7XMA-9QTC”.")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.RECEIVED)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.ROUTINE)
    consent_version = models.CharField(max_length=20, help_text="Of the words that the patient agreed to.")
    received_at = models.DateTimeField(db_index=True)
    answer_by = models.DateField(help_text="The day that the patient was promised an answer by.")
    closed_at = models.DateTimeField(null=True, blank=True)
    is_held = models.BooleanField(
        _("kept from being erased"), default=False, help_text="Such as for a court; who said so and why is on record."
    )

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["priority", "received_at"]
        default_permissions = ("view", "change")
        permissions = [("hold_request", "Can keep a request from being erased")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="a_request_is_of_a_known_kind"),
            models.CheckConstraint(
                condition=Q(
                    status__in=["received", "needs_answer", "with_doctor", "scheduled", "opinion_sent", "closed"]
                ),
                name="a_request_has_a_known_status",
            ),
            models.CheckConstraint(condition=Q(priority__in=[1, 2, 3]), name="a_request_has_a_known_priority"),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False) | (~Q(status="closed") & Q(closed_at=None)),
                name="a_request_is_closed_at_a_moment",
            ),
        ]

    def __str__(self):
        return self.reference
