"""How the desk works: one page of settings, each change on record."""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from record.looks import changed_fields
from record.models import Action
from record.noting import failures_noted, note

from ..models import DeskSettings, Holiday, Retention


class OfTheDesk(admin.StackedInline):
    """Whoever may see or change the settings may do so with the rows that belong to them."""

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("intake.view_desksettings")

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm("intake.change_desksettings")

    has_add_permission = has_delete_permission = has_change_permission


class HolidayInline(OfTheDesk):
    model = Holiday
    fields = (("day", "name"),)
    extra = 2


class RetentionInline(OfTheDesk):
    model = Retention
    fields = (("kind", "outcome", "kept_for"),)
    extra = 1


@admin.register(DeskSettings)
class DeskSettingsAdmin(admin.ModelAdmin):
    """There is one row; a change is on record, by the names of the fields."""

    fieldsets = (
        (None, {"fields": ("is_open", "closed_words", "mail_to")}),
        (
            _("How soon"),
            {"fields": (("opens", "closes"), ("urgent_within", "routine_within"), "answer_within", "next_within")},
        ),
        (_("How much and how long"), {"fields": ("most_gigabytes", "kept_for")}),
    )
    inlines = (HolidayInline, RetentionInline)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        """There is one: go straight to it."""
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        return HttpResponseRedirect(reverse("admin:intake_desksettings_change", args=[1]))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        context = {**(extra_context or {}), "show_save_and_continue": False}
        with failures_noted():
            return super().changeform_view(request, object_id, form_url, context)

    def log_change(self, request, desk, message):
        if message:
            note(request, Action.CHANGE, desk, detail=changed_fields(message))
        return super().log_change(request, desk, message)

    def response_change(self, request, desk):
        self.message_user(request, _("The desk settings are saved, and count from now on."))
        return HttpResponseRedirect(request.path)
