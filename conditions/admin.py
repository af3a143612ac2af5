from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import full_name
from publishing.admin import PageAdmin
from publishing.fields import PlainTextarea
from publishing.forms import PageForm
from publishing.review_forms import MOST_MONTHS, months_from_today
from publishing.rows import RowFormSet, RowInline

from . import views
from .apps import MAY_OWN
from .importer.admin_views import import_urls
from .models import (
    ITSELF,
    ONE_LEAD,
    Condition,
    ConditionFigure,
    ConditionPhysician,
    ConditionSeeAlso,
    ConditionSource,
    ConditionSymptom,
    ConditionTerm,
    ConditionTest,
    ConditionTreatment,
    ConditionWarningSign,
    DiagnosticTest,
    DiagnosticTestFigure,
    Hub,
    Source,
    Symptom,
    SymptomFigure,
    SymptomWarningSign,
    Treatment,
    TreatmentFigure,
    TreatmentPhysician,
    WarningSign,
)
from .review_clock import due


class FigureRows(RowInline):
    fields = ("figure", "part", "note")
    verbose_name_plural = "figures"


class ConditionFigures(FigureRows):
    model = ConditionFigure


class SymptomFigures(FigureRows):
    model = SymptomFigure


class TestFigures(FigureRows):
    model = DiagnosticTestFigure


class TreatmentFigures(FigureRows):
    model = TreatmentFigure


class EntryAdmin(PageAdmin):
    """An entry of the library that condition pages share."""

    search_fields = ("title", "slug", "also_called", "lay_words")


@admin.register(WarningSign)
class WarningSignAdmin(PageAdmin):
    ROWS = {"explanation": 3, "phrases": 12}  # of the boxes to write in

    public_view = staticmethod(views.show_warning_sign)
    list_display = ("title", "level", "is_general", "publishing_state")
    list_filter = ("level", "is_general")
    search_fields = ("title", "phrases")
    fields = ("title", "slug", "level", "explanation", "is_general", "phrases")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "title":
            kwargs["help_text"] = "The sign, said to the reader: “You can't control your bladder or bowels”."
        elif db_field.name == "slug":
            kwargs["help_text"] = "A short name in letters, digits and hyphens; a sign has no page of its own."
        elif db_field.name in self.ROWS:
            kwargs["widget"] = PlainTextarea(attrs={"rows": self.ROWS[db_field.name], "cols": 60})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class SymptomWarningSignRows(RowInline):
    model = SymptomWarningSign
    fields = ("warning_sign", "note")
    after = "Title"


@admin.register(Symptom)
class SymptomAdmin(EntryAdmin):
    public_view = staticmethod(views.show_symptom)
    inlines = (SymptomWarningSignRows, SymptomFigures)
    fieldsets = (
        ("Title", {"fields": ("title", "slug", "also_called", "lay_words", "summary")}),
        ("What it can mean", {"fields": ("overview", "getting_help")}),
    )


@admin.register(DiagnosticTest)
class DiagnosticTestAdmin(EntryAdmin):
    public_view = staticmethod(views.show_test)
    fields = ("title", "slug", "also_called", "lay_words", "summary", "description", "experience", "preparation")
    inlines = (TestFigures,)


class TreatmentPhysicianRows(RowInline):
    model = TreatmentPhysician
    fields = ("physician", "note")


@admin.register(Treatment)
class TreatmentAdmin(EntryAdmin):
    public_view = staticmethod(views.show_treatment)
    list_display = ("title", "method", "publishing_state")
    list_filter = ("method",)
    fields = ("title", "slug", "also_called", "lay_words", "method", "summary", *Treatment.PARTS)
    inlines = (TreatmentPhysicianRows, TreatmentFigures)


@admin.register(Hub)
class HubAdmin(PageAdmin):
    public_view = staticmethod(views.show_hub)
    list_display = ("title", "gathers", "publishing_state")
    fields = ("title", "slug", "gathers", "summary", "introduction")


class TermRows(RowInline):
    model = ConditionTerm
    fields = ("term", "note")
    after = "Title"


class WarningSignRows(RowInline):
    model = ConditionWarningSign
    fields = ("warning_sign", "note")
    after = "Overview"


class SymptomRows(RowInline):
    model = ConditionSymptom
    verbose_name_plural = "list of symptoms"
    fields = ("symptom", "note")
    after = "Symptoms"


class TestRows(RowInline):
    model = ConditionTest
    verbose_name_plural = "list of tests"
    fields = ("test", "group", "note")
    after = "Tests and diagnosis"


class TreatmentRows(RowInline):
    model = ConditionTreatment
    verbose_name_plural = "list of treatments"
    fields = ("treatment", "goal", "note")
    after = "Treatments"


class PhysicianRowFormSet(RowFormSet):
    def clean(self):
        super().clean()
        leads = [form for form in self.kept_forms() if form.cleaned_data.get("is_lead")]
        for form in leads[1:]:
            form.add_error("is_lead", ONE_LEAD)


class PhysicianRows(RowInline):
    model = ConditionPhysician
    formset = PhysicianRowFormSet
    fields = ("physician", "is_lead", "note")
    after = "Preparing for your appointment"


class SeeAlsoRowFormSet(RowFormSet):
    def clean(self):
        super().clean()
        for form in self.kept_forms():
            if self.instance.pk and form.cleaned_data.get("see_also") == self.instance:
                form.add_error("see_also", ITSELF)


class SeeAlsoRows(RowInline):
    model = ConditionSeeAlso
    fk_name = "condition"
    formset = SeeAlsoRowFormSet
    fields = ("see_also", "note")
    after = "Sources and review"


class SourceRows(RowInline):
    model = ConditionSource
    fields = ("source", "note")
    after = "Sources and review"


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    list_display = ("title", "publisher", "year")
    search_fields = ("title", "publisher")


class ReviewDue(admin.SimpleListFilter):
    title = _("review")
    parameter_name = "review"

    def lookups(self, request, model_admin):
        return [("due", _("Within 30 days, or overdue")), ("overdue", _("Overdue"))]

    def queryset(self, request, queryset):
        if self.value() == "due":
            return queryset.filter(pk__in=[condition.pk for condition in due()])
        if self.value() == "overdue":
            today = timezone.localdate()
            return queryset.filter(pk__in=[c.pk for c in due() if c.next_review_on < today])
        return queryset


class ConditionForm(PageForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        may = get_user_model().objects.with_perm(MAY_OWN)
        for name in {"owner", "backup_owner"} & self.fields.keys():
            now = getattr(self.instance, f"{name}_id")
            self.fields[name].queryset = self.fields[name].queryset.filter(Q(pk__in=may) | Q(pk=now))

    def clean_next_review_on(self):
        """An editor may bring the day forward; only a clinician who reviews the page moves it further off."""
        day, before = self.cleaned_data["next_review_on"], self.initial.get("next_review_on")
        if "next_review_on" not in self.changed_data:
            return day
        if before and (day is None or day > before):
            raise ValidationError(_("Only a review moves this day further off. Ask for one, or bring the day forward."))
        if day and not timezone.localdate() <= day <= months_from_today(MOST_MONTHS):
            raise ValidationError(_("Choose a day from today on, within three years."))
        return day


@admin.register(Condition)
class ConditionAdmin(EntryAdmin):
    form = ConditionForm
    public_view = staticmethod(views.show_condition)
    list_display = ("title", "category", "patients", "publishing_state")
    list_filter = ("category", "patients", ReviewDue)
    inlines = (
        TermRows,
        WarningSignRows,
        SymptomRows,
        TestRows,
        TreatmentRows,
        PhysicianRows,
        SeeAlsoRows,
        SourceRows,
        ConditionFigures,
    )
    # The form mirrors the page from top to bottom; each list of rows stands after the fieldset it belongs to.
    fieldsets = (
        (
            "Title",
            {"fields": ("title", "slug", "summary", "also_called", "lay_words", "regions", ("category", "patients"))},
        ),
        ("Overview", {"fields": ("overview",)}),
        ("Symptoms", {"fields": ("symptoms",)}),
        ("Causes and risk factors", {"fields": ("causes",)}),
        ("Tests and diagnosis", {"fields": ("tests", "further_tests")}),
        ("Treatments", {"fields": ("treatments",)}),
        ("Outlook and living with it", {"fields": ("outlook", "living")}),
        ("Preparing for your appointment", {"fields": ("preparing", "plural")}),
        ("Sources and review", {"fields": ("next_review_on", ("owner", "backup_owner"))}),
    )

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name in ("owner", "backup_owner"):
            field.label_from_instance = full_name
        return field

    def get_urls(self):
        return import_urls(self) + super().get_urls()
