from django.contrib import admin

from .models import UnfoundWord


@admin.register(UnfoundWord)
class UnfoundWordAdmin(admin.ModelAdmin):
    """Words asked on three days that no page has; a page that is to be found by one takes it among its lay words."""

    list_display = ("word", "last_on")
    list_display_links = None
    search_fields = ("word",)

    def get_queryset(self, request):
        return super().get_queryset(request).readable()

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
