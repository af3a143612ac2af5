from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class StaffSite(admin.AdminSite):
    site_header = _("SpineInfo")
    site_title = _("SpineInfo")
    index_title = _("What would you like to change?")
