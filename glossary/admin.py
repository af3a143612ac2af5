from django.contrib import admin

from publishing.admin import PageAdmin

from . import views
from .models import Term


@admin.register(Term)
class TermAdmin(PageAdmin):
    public_view = staticmethod(views.show_term)
    list_display = ("title", "respelling", "meaning", "publishing_state")
    search_fields = ("title", "variants")
    fields = ("title", "slug", "respelling", "meaning", "word_parts", "variants")
