from django.contrib import admin
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from housekeeping.state import state
from record.models import Action
from record.noting import failures_noted, note


class StaffSite(admin.AdminSite):
    site_header = _("SpineInfo")
    site_title = _("SpineInfo")
    index_title = _("What would you like to change?")
    index_template = "admin/first_page.html"

    def index(self, request, extra_context=None):
        return super().index(request, {**(extra_context or {}), "housekeeping": state()})

    def password_change(self, request, extra_context=None):
        """A person's own new password is on record before it counts."""
        with failures_noted(), transaction.atomic():
            response = super().password_change(request, extra_context)
            if request.method == "POST" and response.status_code == 302:
                note(request, Action.CHANGE_PASSWORD, request.user)
            return response
