from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import resolve, reverse

from publishing.admin import PageAdmin

from . import views
from .models import InformationPage, SiteDetails


def show_home(request, shown):
    """The home page, with `shown` as the site's details."""
    request.site = shown
    return resolve(reverse("home")).func(request)


@admin.register(InformationPage)
class InformationPageAdmin(PageAdmin):
    public_view = staticmethod(views.show_information)
    fields = ("title", "slug", "summary", "body", "position")


@admin.register(SiteDetails)
class SiteDetailsAdmin(PageAdmin):
    public_view = staticmethod(show_home)
    prepopulated_fields = {}
    fieldsets = (
        ("Name", {"fields": ("title", "department", "summary", "welcome")}),
        ("Contact", {"fields": ("phone", "address", "emergency_text")}),
        ("On every page", {"fields": ("alert", "notice")}),
    )

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not SiteDetails.objects.exists()

    def changelist_view(self, request, extra_context=None):
        """There is one: go straight to it."""
        only = SiteDetails.objects.first()
        if only is None or not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        return HttpResponseRedirect(reverse("admin:pages_sitedetails_change", args=[only.pk]))
