from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from publishing import files
from publishing.admin import PageAdmin
from publishing.uploads import UploadAdmin

from . import views
from .forms import TermForm
from .models import Term


@admin.register(Term)
class TermAdmin(UploadAdmin, PageAdmin):
    form = TermForm
    public_view = staticmethod(views.show_term)
    list_display = ("title", "respelling", "meaning", "publishing_state")
    search_fields = ("title", "variants")
    readonly_fields = ("listen",)
    fieldsets = (
        (None, {"fields": ("title", "slug", "respelling", "meaning", "word_parts", "variants")}),
        (_("Recording"), {"fields": ("listen", "upload", "without", "kept")}),
    )

    @admin.display(description=_("recording now"))
    def listen(self, term):
        if not term.recording:
            return "—"
        return format_html(
            '<audio controls preload="none" src="{}" aria-label="{}"></audio>',
            files.address(term.recording),
            _("Hear “%(word)s”") % {"word": term.title},
        )
