from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpResponseRedirect
from django.urls import resolve, reverse

from publishing.admin import PageAdmin
from record.looks import LooksOnRecord

from . import views
from .models import Feedback, InformationPage, SiteDetails

PAGES_COUNTED = 50


def show_home(request, shown):
    """The home page, with `shown` as the site's details."""
    request.site = shown
    return resolve(reverse("home")).func(request)


@admin.register(InformationPage)
class InformationPageAdmin(PageAdmin):
    public_view = staticmethod(views.show_information)
    fields = ("title", "slug", "summary", "language", "body", "position")


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


@admin.register(Feedback)
class FeedbackAdmin(LooksOnRecord, admin.ModelAdmin):
    """What readers said; staff read it and delete what should not have been written, such as a name."""

    list_display = ("said_on", "page", "answer", "comment")
    list_display_links = ("answer",)
    list_filter = ("answer", "said_on")
    list_select_related = ("page",)
    search_fields = ("comment", "page__title")
    fields = ("said_on", "page", "answer", "comment")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        answers = {answer: Count("pk", filter=Q(answer=answer)) for answer in Feedback.Answer.values}
        counts = Feedback.objects.order_by().values("page", "page__title").annotate(all=Count("pk"), **answers)
        counts = counts.order_by("-all", "page__title")[:PAGES_COUNTED]
        return super().changelist_view(request, {**(extra_context or {}), "counts": counts})
