from django.contrib import admin

from publishing.admin import PageAdmin

from . import views
from .models import Location, Physician


@admin.register(Location)
class LocationAdmin(admin.ModelAdmin):
    list_display = ("name", "phone")
    search_fields = ("name",)


@admin.register(Physician)
class PhysicianAdmin(PageAdmin):
    public_view = staticmethod(views.show_physician)
    list_display = ("title", "position", "patients", "gives_second_opinions", "publishing_state")
    list_filter = ("patients", "gives_second_opinions", "accepts_new_patients")
    prepopulated_fields = {"slug": ("given_names", "family_name")}
    filter_horizontal = ("locations",)
    autocomplete_fields = ("portrait",)
    fieldsets = (
        (
            "Name",
            {"fields": (("given_names", "family_name"), ("suffix", "credentials"), "slug", "position", "summary")},
        ),
        (
            "Patients",
            {"fields": ("patients", ("accepts_new_patients", "gives_second_opinions"), "languages", "locations")},
        ),
        ("About", {"fields": ("portrait", "biography", "training", "publications_url")}),
    )
