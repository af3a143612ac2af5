from django.db import models
from django.db.models import Q

from .page import Page


class OldAddress(models.Model):
    """That `path` led to this page on the department's earlier site, and still does: “/condition/sciatica”.

    In small letters, without a slash at its end.
    """

    path = models.CharField(max_length=200, unique=True)
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="old_addresses")

    class Meta:
        default_permissions = ()
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=Q(path__startswith="/") & ~Q(path__endswith="/"), name="an_old_address_is_a_path"
            )
        ]

    def __str__(self):
        return self.path
