"""The privacy officer's screen: the record, filtered; each look at it is itself on record."""

from datetime import UTC
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpResponseNotAllowed, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from .looking import ExportForm, Filters, csv_lines
from .models import Action, Entry
from .noting import Thing, note, note_failure, noted, refuse

ON_A_PAGE = 100
RECORD = Thing("record")


def is_privacy_officer(request):
    """Whether one of the person's roles gives the record to them; being able to do anything does not."""
    user = request.user
    if not user.is_superuser:
        return user.has_perm("record.view_entry")
    by_role = {"permissions__content_type__app_label": "record", "permissions__codename": "view_entry"}
    return user.is_active and user.groups.filter(**by_role).exists()


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):
    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.changelist_view), name="record_entry_changelist"),
            path("export/", wrap(self.export_view), name="record_entry_export"),
        ]

    def has_view_permission(self, request, obj=None):
        return is_privacy_officer(request)

    def has_module_permission(self, request):
        return is_privacy_officer(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    # The list and its export

    def changelist_view(self, request, extra_context=None):
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return self._show(request, ExportForm())

    def export_view(self, request):
        """Asks why, then sends all rows that match the filters in the address."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        filters, form = Filters(request.GET), ExportForm(request.POST)
        filters.is_valid()
        looked_for = filters.used_in_words()
        if not is_privacy_officer(request):
            refuse(request, Action.EXPORT, RECORD, detail=looked_for)
        if not (filters.is_valid() and form.is_valid()):
            return self._show(request, form)
        entry = note(request, Action.EXPORT, RECORD, detail=looked_for, why=form.cleaned_data["why"])
        return StreamingHttpResponse(
            _told_if_broken(entry, csv_lines(filters.rows())),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="record-{entry.number}.csv"'},
        )

    def _show(self, request, form):
        """A page of what matches, from before the number in the address on."""
        filters = Filters(request.GET)
        filters.is_valid()
        looked_for = filters.used_in_words()
        action = Action.SEARCH if looked_for else Action.LIST
        if not is_privacy_officer(request):
            refuse(request, action, RECORD, detail=looked_for)
        with noted(request, action, RECORD, detail=looked_for):
            before = request.GET.get("before", "")
            rows = filters.rows()
            if is_number(before):
                rows = rows.filter(number__lt=int(before))
            rows = list(rows[: ON_A_PAGE + 1])
            query = {name: request.GET[name] for name in filters.fields if request.GET.get(name)}
            context = {
                **self.admin_site.each_context(request),
                "title": _("The record"),
                "opts": self.opts,
                "filters": filters,
                "export": form,
                "entries": rows[:ON_A_PAGE],
                "last": rows[:ON_A_PAGE][-1].number if rows else None,
                "people": filters.offer(),
                "now": timezone.now(),
                "here": timezone.get_default_timezone(),
                "is_older": is_number(before),
                "query": urlencode(query),
                "older": urlencode({**query, "before": rows[ON_A_PAGE - 1].number}) if rows[ON_A_PAGE:] else "",
            }
            with timezone.override(UTC):
                return render(request, "admin/record/entries.html", context)


def is_number(text):
    return text.isascii() and text.isdigit() and len(text) <= 18


def _told_if_broken(entry, lines):
    """The `lines`; if they can't be had to the end, that is on record too."""
    try:
        yield from lines
    except Exception:
        note_failure(entry)
        raise
