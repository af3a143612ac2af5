from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from publishing.admin import PageAdmin
from publishing.fields import PlainTextarea
from publishing.models import Page
from publishing.uploads import UploadAdmin

from .forms import FigureForm
from .models import Figure
from .templatetags.figures import at_width


@admin.register(Figure)
class FigureAdmin(UploadAdmin, PageAdmin):
    form = FigureForm
    list_display = ("thumbnail", "title", "subject", "publishing_state")
    list_display_links = ("title",)
    list_filter = ("subject", "is_decorative")
    search_fields = ("title", "alt", "caption", "credit")
    prepopulated_fields = {}
    readonly_fields = ("preview", "used_by")
    radio_fields = {"subject": admin.VERTICAL}
    fieldsets = (
        ("Picture", {"fields": ("title", "preview", "upload", "kept", "used_by")}),
        ("In words", {"fields": ("alt", "is_decorative", "caption", "credit")}),
        ("Consent", {"fields": ("subject", ("consent_on", "consent_until"))}),
    )

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "title":
            kwargs["help_text"] = _("What editors find it by; patients don't see it.")
        elif db_field.name in ("alt", "caption"):
            kwargs["widget"] = PlainTextarea(attrs={"rows": 3, "cols": 60})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def as_read(self, page, name):
        return self.preview(page) if name == "picture" else super().as_read(page, name)

    @admin.display(description=_("picture"))
    def thumbnail(self, figure):
        return _image(figure, 160, "figure-thumbnail")

    @admin.display(description=_("picture now"))
    def preview(self, figure):
        return _image(figure, 480, "figure-preview")

    @admin.display(description=_("used by"))
    def used_by(self, figure):
        """The pages that show the figure as they are saved, whether published or not."""
        pages = users(figure) if figure.pk else []
        return format_html_join(", ", "{} ({})", ((page.title, page._meta.verbose_name) for page in pages)) or "—"


def users(figure):
    """The working pages that name `figure`, by title: by a row, or by a field of their own."""
    pages = set()
    for relation in Figure._meta.related_objects:
        model, name = relation.related_model, relation.field.name
        if issubclass(model, Page) and relation.field.remote_field.parent_link is False:
            pages |= set(model.objects.filter(**{name: figure}))
        elif hasattr(model, "PARENT"):
            rows = model.objects.filter(**{name: figure}).select_related(model.PARENT)
            pages |= {getattr(row, row.PARENT) for row in rows}
    return sorted(pages, key=lambda page: page.title.casefold())


def _image(figure, width, class_name):
    if not figure.picture:
        return "—"
    return format_html('<img class="{}" src="{}" alt="{}">', class_name, at_width(figure.picture, width), figure.alt)
