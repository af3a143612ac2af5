from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from housekeeping.state import state


class StaffSite(admin.AdminSite):
    site_header = _("SpineInfo")
    site_title = _("SpineInfo")
    index_title = _("What would you like to change?")
    index_template = "admin/first_page.html"

    def index(self, request, extra_context=None):
        return super().index(request, {**(extra_context or {}), "housekeeping": state()})
