"""Templates of messages: a name, and words of which each version is kept."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from record.looks import changed_fields
from record.models import Action
from record.noting import failures_noted, note

from ..answering import people, wordings
from ..models import Template
from ..models.template import Wording


class TemplateForm(forms.ModelForm):
    text = forms.CharField(
        label=_("Words"),
        max_length=Wording._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "What the patient reads. {reference}, {day} (of the visit, else the one we promised), {phone} and "
            "{department} are filled in. Each change is kept as a version."
        ),
    )

    class Meta:
        model = Template
        fields = ("name", "is_offered")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        newest = self.instance.newest if self.instance.pk else None
        self.initial.setdefault("text", newest.text if newest else "")

    def clean_text(self):
        unknown = wordings.unknown_places(self.cleaned_data["text"])
        if unknown:
            words = _("%(unknown)s would stay in the message as it is. Use {reference}, {day}, {phone}, {department}.")
            raise ValidationError(words, params={"unknown": ", ".join(f"{{{place}}}" for place in unknown)})
        return self.cleaned_data["text"]


class WordingInline(admin.StackedInline):
    """The versions, to be read."""

    model = Wording
    fields = readonly_fields = ("number", "text", "who", "made_at")
    extra = 0
    verbose_name_plural = _("versions")

    @admin.display(description=_("by"))
    def who(self, wording):
        return people.name_of(wording.by) if wording.by else ""

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("intake.view_template")

    def has_add_permission(self, request, obj):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Template)
class TemplateAdmin(admin.ModelAdmin):
    form = TemplateForm
    fields = ("name", "text", "is_offered")
    inlines = (WordingInline,)
    list_display = ("name", "is_offered")

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        wordings.change(obj, form.cleaned_data["text"], by=request)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        with failures_noted():
            return super().changeform_view(request, object_id, form_url, extra_context)

    def log_addition(self, request, template, message):
        note(request, Action.ADD, template)
        return super().log_addition(request, template, message)

    def log_change(self, request, template, message):
        if message:
            note(request, Action.CHANGE, template, detail=changed_fields(message))
        return super().log_change(request, template, message)
