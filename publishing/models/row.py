from django.db import models


class Row(models.Model):
    """That a page (its foreign key PARENT) shows another (TARGET): where, and with what note true there only."""

    PARENT = None
    TARGET = None

    position = models.PositiveSmallIntegerField(default=0, db_index=True)
    note = models.TextField(blank=True, help_text="Plain text, true for this condition only: “often the first sign”.")

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self):
        return f"{getattr(self, self.TARGET)}, on {getattr(self, self.PARENT)}" if self.target_id else self.role

    @property
    def role(self):
        """The role of the mention that an edition makes of this row."""
        return self.TARGET

    @property
    def target_id(self):
        return getattr(self, f"{self.TARGET}_id")


def once(parent, target, name, called):
    """The constraint `name` that a row of `parent` lists a `target`, which editors know as `called`, once only."""
    return models.UniqueConstraint(
        fields=[parent, target], name=name, violation_error_message=f"This {called} is in the list already."
    )
