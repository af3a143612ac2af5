from django.contrib import admin

from publishing.admin import PageAdmin
from publishing.rows import RowInline

from . import views
from .models import Article, ArticleCondition, ArticlePhysician, ArticleTreatment


class ConditionRows(RowInline):
    model = ArticleCondition
    fields = ("condition",)
    after = "Who and what it is about"


class PhysicianRows(RowInline):
    model = ArticlePhysician
    fields = ("physician",)
    after = "Who and what it is about"


class TreatmentRows(RowInline):
    model = ArticleTreatment
    fields = ("treatment",)
    after = "Who and what it is about"


@admin.register(Article)
class ArticleAdmin(PageAdmin):
    public_view = staticmethod(views.show_article)
    list_display = ("title", "kind_of", "dated_on", "publishing_state")
    list_filter = ("kind_of",)
    ordering = ("-dated_on", "title")
    autocomplete_fields = ("image",)
    inlines = (ConditionRows, PhysicianRows, TreatmentRows)
    fieldsets = (
        ("Title", {"fields": ("title", "slug", ("kind_of", "dated_on"), "summary")}),
        ("Text", {"fields": ("image", "body", "link")}),
        ("Consent of the patient", {"fields": (("consent_on", "consent_until"),)}),
        (
            "Who and what it is about",
            {"fields": (), "description": "Their pages show the article under “Recent news”."},
        ),
    )
