"""Certificates of what was erased, for those who have to show it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ..erasing import THINGS
from ..models import Erasure


@admin.register(Erasure)
class ErasureAdmin(admin.ModelAdmin):
    """To be found by reference, and printed."""

    list_display = ("reference", "kind", "outcome", "erased_at", "is_wish")
    list_filter = ("is_wish", "kind")
    search_fields = ("reference",)
    fields = readonly_fields = (
        "reference",
        "request",
        "kind",
        "outcome",
        "erased_at",
        "is_wish",
        "by",
        "what_went",
        "key_number",
    )

    @admin.display(description=_("What went with it"))
    def what_went(self, erasure):
        return ", ".join(f"{words}: {erasure.went.get(name, 0)}" for name, words in THINGS.items())

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
