from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from .page import Page


class Revision(models.Model):
    """What the working row of a page said after a save; never changed afterwards.

    `content` holds "fields", the values of its own fields as JSON, and "rows", by relation, what each of its rows says:
    keys of entries and notes, never the words of the entries.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.JSONField(encoder=DjangoJSONEncoder)
    note = models.CharField(max_length=300, blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="saves_of_a_page_are_numbered")]
        default_permissions = ()

    def __str__(self):
        return f"Save {self.number} of page {self.page_id}"
