"""Ordered rows of an admin form, each naming an entry of the library.

A row has no life of its own: saving puts the submitted rows in place of the stored ones. So rows can be swapped,
reordered and submitted over somebody else's in any way, in a number of queries that does not grow with them.
"""

from adminsortable2.admin import CustomInlineFormSet, SortableInlineAdminMixin
from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from .fields import PlainTextarea, is_key


class FetchedAutocomplete(AutocompleteSelect):
    """A select2 box that takes the label of its value from entries already `fetched`."""

    fetched = {}

    def optgroups(self, name, value, attr=None):
        chosen = [key for key in value if is_key(key) and int(key) in self.fetched]
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options += [
            self.create_option(name, int(key), str(self.fetched[int(key)]), True, index)
            for index, key in enumerate(chosen, len(options))
        ]
        return [(None, options, 0)]


class FetchedChoiceField(forms.ModelChoiceField):
    """A choice among entries, looked up in those already `fetched`."""

    fetched = {}

    def to_python(self, value):
        if value in self.empty_values:
            return None
        entry = self.fetched.get(int(value)) if is_key(str(value)) else None
        if entry is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return entry


class RowForm(forms.ModelForm):
    def has_changed(self):
        return bool(set(self.changed_data) - {"position"})

    # The rows replace the stored ones, so only the formset can tell which are there twice.
    def validate_unique(self):
        pass

    def validate_constraints(self):
        pass

    def _get_validation_exclusions(self):
        # A target that was fetched is known to exist; the parent is checked by its own form.
        return super()._get_validation_exclusions() | {self._meta.model.TARGET}


class RowFormSet(CustomInlineFormSet):
    def initial_form_count(self):
        return 0 if self.is_bound else super().initial_form_count()

    def get_queryset(self):
        """The stored rows with their entries; those that were read with the page, if they were."""
        if not hasattr(self, "_queryset"):
            read = getattr(self.instance, "_prefetched_objects_cache", {}).get(self.fk.remote_field.related_name)
            rows = super().get_queryset().select_related(self.target) if read is None else read
            self._queryset = rows
        return self._queryset

    @property
    def target(self):
        return self.model.TARGET

    @cached_property
    def fetched(self):
        """Entries by key: those of the stored rows and those a submitted form names."""
        known = {row.target_id: getattr(row, self.target) for row in self.get_queryset()} if self.instance.pk else {}
        if self.is_bound:
            named = {self.data.get(f"{self.add_prefix(i)}-{self.target}", "") for i in range(self.total_form_count())}
            missing = {int(key) for key in named if is_key(key)} - known.keys()
            if missing:
                known |= self.model._meta.get_field(self.target).related_model.objects.in_bulk(missing)
        return known

    def add_fields(self, form, index):
        super().add_fields(form, index)
        field = form.fields.get(self.target)
        if field:
            field.fetched = field.widget.widget.fetched = self.fetched
        place = "" if index is None else f" {index + 1}"
        for field in form.fields.values():
            if not field.widget.is_hidden:
                label = f"{field.label}, {self.model._meta.verbose_name}{place}"
                getattr(field.widget, "widget", field.widget).attrs["aria-label"] = label

    def clean(self):
        super().clean()
        seen = set()
        for form in self.kept_forms():
            entry = form.cleaned_data.get(self.target)
            if entry and entry.pk in seen:
                form.add_error(self.target, _("“%s” is in the list already. Remove one of the two rows.") % entry)
            elif entry:
                seen.add(entry.pk)

    def validate_unique(self):
        pass

    def kept_forms(self):
        """The filled-in forms that are not to be deleted, in the order of their rows."""
        forms_ = [
            form
            for form in self.forms
            if form.has_changed() and not (self.can_delete and self._should_delete_form(form))
        ]
        return sorted(forms_, key=lambda form: _place(form.cleaned_data.get("position") if form.is_valid() else None))

    def save(self, commit=True):
        """Put the submitted rows in place of the stored ones; write nothing when they are the same."""
        wanted = [form.instance for form in self.kept_forms()]
        for position, row in enumerate(wanted):
            setattr(row, self.fk.name, self.instance)
            row.position = position
        stored = list(self.get_queryset())
        for row in stored:
            setattr(row, self.fk.name, self.instance)
        self.new_objects, self.changed_objects, self.deleted_objects = [], [], []
        if [_content(row) for row in wanted] == [_content(row) for row in stored]:
            return stored
        had, has = {row.target_id for row in stored}, {row.target_id for row in wanted}
        self.new_objects = [row for row in wanted if row.target_id not in had]
        self.deleted_objects = [row for row in stored if row.target_id not in has]
        self.changed_objects = [
            (row, [self.target])
            for row in wanted
            if row.target_id in had and _content(row) not in map(_content, stored)
        ]
        if not (self.new_objects or self.changed_objects or self.deleted_objects):
            self.changed_objects = [(wanted[0], ["position"])]  # the rows have only moved
        if commit:
            self.model.objects.filter(**{self.fk.name: self.instance}).delete()
            self.model.objects.bulk_create(wanted)
        return wanted


def _place(position):
    return float("inf") if position is None else position


def _content(row):
    skipped = {row._meta.pk.attname, "position"}
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in skipped}


class RowInline(SortableInlineAdminMixin, admin.TabularInline):
    """Rows shown within the form after the fieldset named in `after`."""

    form = RowForm
    formset = RowFormSet
    template = "admin/publishing/rows.html"
    extra = 0
    after = None

    def get_autocomplete_fields(self, request):
        return (self.model.TARGET,)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == self.model.TARGET:
            kwargs["form_class"] = FetchedChoiceField
            kwargs["widget"] = FetchedAutocomplete(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "note":
            kwargs["widget"] = PlainTextarea(attrs={"rows": 2})
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == self.model.TARGET:
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(self.model.TARGET)
