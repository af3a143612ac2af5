from django.conf import settings
from django.db import models
from django.db.models import Q

from .page import Page


class Review(models.Model):
    """What a clinician decided on a page as it read: on all that its clinical hash covers.

    The latest decision on a page and hash counts. Rows are only ever added. One that `keeps` another says that an
    approval stands although the wording changed: it has the clinician and the name of that other, and counts from its
    day; `kept_by` says so, for the reason in `comment`.
    """

    class Decision(models.TextChoices):
        APPROVED = "approved", "Approved"
        CHANGES = "changes", "Changes asked for"

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="reviews")
    clinical_hash = models.CharField(max_length=64)
    clinician = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews")
    signed_as = models.CharField(max_length=120)
    at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision.choices)
    comment = models.TextField(blank=True)
    keeps = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="kept_reviews"
    )

    class Meta:
        indexes = [models.Index(fields=["page", "clinical_hash", "at"], name="reviews_of_a_page")]
        constraints = [
            models.CheckConstraint(condition=Q(decision__in=["approved", "changes"]), name="a_review_decides"),
            models.CheckConstraint(condition=~Q(signed_as=""), name="a_review_is_signed"),
            models.CheckConstraint(
                condition=Q(decision="approved") | ~Q(comment=""), name="whoever_asks_for_changes_says_which"
            ),
            models.CheckConstraint(
                condition=Q(keeps=None, kept_by=None)
                | Q(~Q(comment=""), keeps__isnull=False, kept_by__isnull=False, decision="approved"),
                name="a_review_is_kept_by_someone_for_a_reason",
            ),
        ]
        permissions = [
            ("review_page", "Can approve pages as a clinician"),
            ("keep_review", "Can say that only the wording of an approved page changed"),
        ]
        default_permissions = ("view",)

    def __str__(self):
        return f"{self.get_decision_display()} by {self.signed_as}"

    @property
    def approval(self):
        """The approval that this one is, or keeps; None where it asks for changes."""
        return (self.keeps or self) if self.decision == self.Decision.APPROVED else None


class ReviewRequestQuerySet(models.QuerySet):
    def open(self):
        return self.filter(review=None, taken_back_at=None)

    def waiting_for(self, user):
        """Open ones that `user` is asked to answer, by name or as any clinician."""
        return self.open().filter(Q(clinician=user) | Q(clinician=None))


class ReviewRequest(models.Model):
    """That someone asks a clinician to read a page; `told_at` and `answer_told_at` say when the mails about it went."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="review_requests")
    clinician = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="asked_reviews"
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="review_requests")
    asked_at = models.DateTimeField()
    note = models.TextField(blank=True)
    told_at = models.DateTimeField(null=True)
    review = models.ForeignKey(Review, null=True, on_delete=models.PROTECT, related_name="answers")
    answer_told_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    objects = ReviewRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page"], condition=Q(review=None, taken_back_at=None), name="a_page_waits_for_one_review"
            )
        ]
        default_permissions = ()

    def __str__(self):
        return f"A review of {self.page_id}"
