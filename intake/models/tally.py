from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .request import Kind


class Tally(models.Model):
    """How many requests of one month, kind and part there were, and how long they waited. It names nobody.

    Each dimension is counted by itself, never two crossed: nobody can be found by putting two of them together.
    """

    class Dimension(models.TextChoices):
        ALL = "all", _("All")
        CONDITION = "condition", _("Condition")
        REGION = "region", _("Region of the spine")
        PLACE = "place", _("Lives in")
        OUTCOME = "outcome", _("Outcome")

    PLAIN = (
        "id",
        "month",
        "kind",
        "dimension",
        "value",
        "arrived",
        "contacted",
        "contact_minutes",
        "closed",
        "close_days",
    )
    SEALED = ()

    month = models.DateField(help_text="The first day of the month in which the requests arrived.")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    dimension = models.CharField(max_length=10, choices=Dimension.choices)
    value = models.CharField(max_length=40, blank=True, help_text="A page's key, a region, a state, an outcome.")
    arrived = models.PositiveIntegerField(default=0)
    contacted = models.PositiveIntegerField(default=0)
    contact_minutes = models.BigIntegerField(default=0, help_text="Of business time to the first contact, of all.")
    closed = models.PositiveIntegerField(default=0)
    close_days = models.BigIntegerField(default=0, help_text="Days from arrival to the outcome, of all.")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["month", "kind", "dimension", "value"], name="one_tally_of_each_part"),
            models.CheckConstraint(condition=Q(month__day=1), name="a_tally_is_of_a_whole_month"),
        ]

    def __str__(self):
        return f"{self.month:%Y-%m} {self.kind} {self.dimension} {self.value}"
