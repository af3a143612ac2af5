from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce

from publishing.fields import SafeURLField
from publishing.models import Row

from .condition import Condition


class Source(models.Model):
    """A book, guideline or page that conditions rest on; what an edition rested on stays frozen in it."""

    title = models.CharField(max_length=200, help_text="“Spinal Cord Compression”. As the work itself is called.")
    publisher = models.CharField(
        "author or publisher", max_length=160, help_text="Who answers for it: “National Cancer Institute”."
    )
    year = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1800), MaxValueValidator(2200)],
        help_text="Of this edition or of its last revision; empty if it names none.",
    )
    url = SafeURLField(
        "address",
        blank=True,
        help_text="Where everyone can read it: “https://…”. Open it before you save.",
    )

    class Meta:
        ordering = ["title", "publisher", "year"]
        constraints = [
            models.UniqueConstraint(
                "title",
                "publisher",
                Coalesce("year", 0),
                name="a_source_is_listed_once",
                violation_error_message="This source is in the list already. Use that one.",
            ),
            models.CheckConstraint(condition=~models.Q(title="") & ~models.Q(publisher=""), name="a_source_has_names"),
        ]

    def __str__(self):
        return ", ".join(str(part) for part in (self.title, self.publisher, self.year) if part)

    def frozen(self, note):
        """This source as a condition's edition keeps it, with the place in it."""
        return {
            "title": self.title,
            "publisher": self.publisher,
            "year": self.year,
            "url": self.url,
            "note": note,
        }


class ConditionSourceManager(models.Manager):
    def get_queryset(self):
        """Rows with their sources, without which none is read."""
        return super().get_queryset().select_related("source")


class ConditionSource(Row):
    PARENT = "condition"
    TARGET = "source"

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="source_rows")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="condition_rows")
    note = models.CharField("place in it", max_length=120, blank=True, help_text="“Chapter 12”, “page 40”.")

    objects = ConditionSourceManager()

    class Meta(Row.Meta):
        verbose_name = "source"
        constraints = [
            models.UniqueConstraint(
                fields=["condition", "source"],
                name="a_condition_names_a_source_once",
                violation_error_message="This source is in the list already.",
            )
        ]
