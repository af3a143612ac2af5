from django.db import models
from django.db.models import Q


class Lease(models.Model):
    """That one loop alone is at a duty, or at one thing of a duty's queue, until it is done or its time is over."""

    duty = models.CharField(max_length=50)
    key = models.CharField(max_length=64, blank=True, help_text="Of the thing; empty for the turn of a whole duty.")
    token = models.UUIDField(null=True, help_text="Of the loop that has it; None while nobody does.")
    until = models.DateTimeField(null=True, help_text="When it is free again, should that loop have died.")
    due_at = models.DateTimeField(null=True, help_text="When it is next to be done.")
    done_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0, help_text="Since it last went well.")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["duty", "key"], name="one_lease_per_thing"),
            models.CheckConstraint(
                condition=Q(token=None, until=None) | Q(token__isnull=False, until__isnull=False),
                name="a_lease_that_is_taken_ends",
            ),
        ]

    def __str__(self):
        return f"{self.duty} {self.key}".rstrip()


class Heartbeat(models.Model):
    """The last moment at which a loop was alive: one row."""

    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_heartbeat")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
