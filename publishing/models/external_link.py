from django.db import models


class ExternalLinkQuerySet(models.QuerySet):
    def dead(self):
        """Those that failed on two days or more, and never in between answered."""
        return self.filter(failing_since__lt=models.F("checked_at__date"))


class ExternalLink(models.Model):
    """An address of another site that pages lead to, and what came of looking at it."""

    url = models.CharField(max_length=1_000, unique=True)
    checked_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=100, blank=True)
    failing_since = models.DateField(null=True)
    silent_since = models.DateField(
        null=True, help_text="Since when it does not answer, while no other site answers either."
    )

    objects = ExternalLinkQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.url
