from django.db import models

from .condition import Condition


class ReviewReminder(models.Model):
    """That the owners of a condition were told by mail that its review is due on `due_on`.

    `stage` is how many days before that day the mail was to go: 30, 7, 0, and from then on -7, -14 and so on.
    """

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="reminders")
    due_on = models.DateField()
    stage = models.IntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["condition", "due_on", "stage"], name="owners_are_reminded_once_of_each_stage"
            )
        ]
        default_permissions = ()

    def __str__(self):
        return f"{self.condition_id}: {self.stage} days before {self.due_on:%Y-%m-%d}"
