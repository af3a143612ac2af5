from django.conf import settings
from django.db import models
from django.db.models import Q

from .page import Page


class Review(models.Model):
    """What a clinician decided on a page as it read: on all that its clinical hash covers.

    The latest decision on a page and hash counts. Rows are only ever added.
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

    class Meta:
        indexes = [models.Index(fields=["page", "clinical_hash", "at"], name="reviews_of_a_page")]
        constraints = [
            models.CheckConstraint(condition=Q(decision__in=["approved", "changes"]), name="a_review_decides"),
            models.CheckConstraint(condition=~Q(signed_as=""), name="a_review_is_signed"),
            models.CheckConstraint(
                condition=Q(decision="approved") | ~Q(comment=""), name="whoever_asks_for_changes_says_which"
            ),
        ]
        permissions = [("review_page", "Can approve pages as a clinician")]
        default_permissions = ("view",)

    def __str__(self):
        return f"{self.get_decision_display()} by {self.signed_as}"
