from django.conf import settings
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

    PLAIN = (*SealedRow.PLAIN, "kind", "cookie_hash", "resume_hash", "started_at", "saved_at", "is_sent", "taken_by")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    cookie_hash = models.CharField(max_length=64, unique=True)
    resume_hash = models.CharField(max_length=64, blank=True, help_text="Of the code for another device, if any.")
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField(db_index=True)
    is_sent = models.BooleanField(default=False)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who takes it by phone.",
    )

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
    def open(self):
        """Those that somebody has still to do something about."""
        return self.filter(closed_at=None)


class Request(SealedRow):
    """What a patient sent. Its key is that of the draft, so that a draft is sent once, however often it is tried."""

    class Status(models.TextChoices):
        """How far it is, as the desk says it; intake.status says it to the patient."""

        NEW = "new", _("New")
        NEEDS_INFORMATION = "needs_information", _("Needs information")
        IN_REVIEW = "in_review", _("In clinical review")
        ACCEPTED = "accepted", _("Accepted")
        SCHEDULED = "scheduled", _("Scheduled")
        OPINION_IN_PROGRESS = "opinion_in_progress", _("Opinion in progress")
        OPINION_SENT = "opinion_sent", _("Opinion sent")
        DECLINED = "declined", _("Declined and referred on")
        NO_REPLY = "no_reply", _("No reply")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        DUPLICATE = "duplicate", _("Duplicate")

    class Outcome(models.TextChoices):
        """How it ended; "" while it is open."""

        SEEN = "seen", _("Came to the visit")
        NOT_SEEN = "not_seen", _("Did not come to the visit")
        OPINION_SENT = "opinion_sent", _("Opinion sent")
        DECLINED = "declined", _("Declined and referred on")
        NO_REPLY = "no_reply", _("No reply")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        DUPLICATE = "duplicate", _("Duplicate")

    class Priority(models.IntegerChoices):
        EMERGENCY = 1, _("Urgent: call at once")
        TODAY = 2, _("Urgent: call today")
        ROUTINE = 3, _("Routine")

    PLAIN = (
        *SealedRow.PLAIN,
        "reference",
        "kind",
        "status",
        "outcome",
        "outcome_on",
        "priority",
        "consent_version",
        "received_at",
        "answer_by",
        "due_at",
        "contacted_at",
        "visit_on",
        "closed_at",
        "is_held",
        "owner",
        "reviewer",
        "taken_by",
        "duplicate_of",
        "counted",
    )

    reference = models.CharField(max_length=14, unique=True, help_text="As the patient has it: “RK4P-7XMA-9QTC”.")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.NEW)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    outcome_on = models.DateField(null=True, blank=True, help_text="The day of the visit, the letter, the last call.")
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.ROUTINE)
    consent_version = models.CharField(max_length=20, help_text="Of the words that the patient agreed to.")
    received_at = models.DateTimeField(db_index=True)
    answer_by = models.DateField(help_text="The day that the patient was promised an answer by.")
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="When the desk has to have done the next thing; none once it is closed."
    )
    contacted_at = models.DateTimeField(null=True, blank=True, help_text="When the patient first heard from a person.")
    visit_on = models.DateField(_("day of the visit"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    is_held = models.BooleanField(
        _("kept from being erased"), default=False, help_text="Such as for a court; who said so and why is on record."
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who wrote it down while the patient was on the phone.",
    )
    counted = models.PositiveSmallIntegerField(
        default=0, help_text="Which of figures.counting.STAGES the figures hold, as bits."
    )
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="duplicates"
    )

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["priority", "received_at"]
        default_permissions = ("view", "change")
        permissions = [
            ("hold_request", "Can keep a request from being erased"),
            ("review_request", "Can see the requests that are theirs to review"),
            ("erase_request", "Can erase a request before its time"),
            ("count_request", "Can see how many requests there were"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="a_request_is_of_a_known_kind"),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "new",
                        "needs_information",
                        "in_review",
                        "accepted",
                        "scheduled",
                        "opinion_in_progress",
                        "opinion_sent",
                        "declined",
                        "no_reply",
                        "withdrawn",
                        "duplicate",
                    ]
                ),
                name="a_request_has_a_known_status",
            ),
            models.CheckConstraint(condition=Q(priority__in=[1, 2, 3]), name="a_request_has_a_known_priority"),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="", due_at__isnull=False)
                | Q(
                    closed_at__isnull=False,
                    due_at=None,
                    outcome_on__isnull=False,
                    outcome__in=[
                        "seen",
                        "not_seen",
                        "opinion_sent",
                        "declined",
                        "no_reply",
                        "withdrawn",
                        "duplicate",
                    ],
                ),
                name="an_open_request_is_due_and_a_closed_one_has_an_outcome",
            ),
        ]
        indexes = [
            models.Index(  # all that the queue orders and counts by, so that it reads nothing sealed
                fields=["priority", "due_at", "received_at", "owner", "reviewer", "status", "kind"],
                condition=Q(closed_at=None),
                name="requests_to_be_answered",
            ),
            models.Index(fields=["closed_at"], name="requests_by_closing"),
        ]

    def __str__(self):
        return self.reference
