"""What the desk sees of requests: a list without names, and one of them, each look on record; and how it works."""

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import F
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from record.looks import LooksOnRecord, changed_fields
from record.models import Action
from record.noting import failures_noted, note, note_failure, noted, refuse

from . import actions, codes
from .files import staff
from .forms import ReferenceForm, WhyForm
from .kms import Unreachable
from .models import DeskSettings, Holiday, Request
from .roles import may
from .sealing import Unreadable


class RequestList(ChangeList):
    def get_queryset(self, request, exclude_parameters=None):
        return super().get_queryset(request, exclude_parameters).defer("key", "words")


@admin.register(Request)
class RequestAdmin(LooksOnRecord, admin.ModelAdmin):
    """Open requests first, and of these the most urgent. Nothing but the reference says which is which."""

    list_display = ("reference", "kind", "priority", "status", "received", "answer_by")
    list_filter = ("kind", "status", "priority")
    search_fields = ("reference",)
    ordering = (F("closed_at").desc(nulls_first=True), "priority", "received_at")
    sortable_by = ()
    actions = None

    class Media:
        css = {"all": ["css/admin/intake.css"]}

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.changelist_view), name="intake_request_changelist"),
            path("find/", wrap(self.find_view), name="intake_request_find"),
            path("<path:key>/files/all/", wrap(self.files_view), name="intake_request_files"),
            path("<path:key>/series/<int:number>/", wrap(self.picture_view), name="intake_request_picture"),
            path("<path:key>/files/<uuid:file>/", wrap(self.file_view), name="intake_request_file"),
            path("<path:key>/hold/", wrap(self.hold_view), name="intake_request_hold"),
            path("<path:object_id>/change/", wrap(self.change_view), name="intake_request_change"),
        ]

    def has_view_permission(self, request, obj=None):
        return may(request, "view_request")

    def has_module_permission(self, request):
        return may(request, "view_request")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    # The list

    def get_changelist(self, request, **options):
        return RequestList

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(reference__startswith=codes.as_written(search_term)), False

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {**(extra_context or {}), "title": _("Requests")})

    @admin.display(description=_("Received"))
    def received(self, found):
        return date_format(timezone.localtime(found.received_at), "M j, Y, g:i A T")

    # One request

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """What the patient checked, once the look is on record; or that it doesn't open."""
        entry = note(request, Action.VIEW, obj)
        context = self._context(request, found=obj, is_urgent=obj.priority != Request.Priority.ROUTINE)
        try:
            checked = obj.unsealed()["checked"]
        except (Unreadable, Unreachable, OSError):
            note_failure(entry)
            context["title"] = _("This request can't be opened")
            return render(request, "admin/intake/unreadable.html", context, status=500)
        files = staff.listed(obj)
        context |= {
            "title": _("Request %s") % obj.reference,
            "checked": checked,
            "files": files,
            "series": staff.series_in(files),
            "unscanned": sum(row["is_unscanned"] for row in files),
            "may_download_all": any(row["is_ready"] for row in files),
        }
        return render(request, "admin/intake/one.html", context)

    # Its files

    @method_decorator(require_safe)
    def file_view(self, request, key, file):
        found = self.at_hand(request, key, Action.DOWNLOAD, may=self.has_view_permission)
        return self._download(request, found, file)

    @method_decorator(require_safe)
    def files_view(self, request, key):
        found = self.at_hand(request, key, Action.DOWNLOAD, may=self.has_view_permission)
        return self._download(request, found)

    @method_decorator(require_safe)
    def picture_view(self, request, key, number):
        found = self.at_hand(request, key, Action.VIEW, may=self.has_view_permission)
        try:
            return staff.picture(request, found, number)
        except staff.CLOSED as error:
            raise Http404 from error

    def _download(self, request, found, *file):
        try:
            return (staff.download if file else staff.download_all)(request, found, *file)
        except staff.CLOSED:
            context = self._context(request, title=_("This file can't be opened"))
            return render(request, "admin/intake/unreadable.html", context, status=500)

    # Keeping one from being erased; whoever reads no requests finds it by its reference

    def has_hold_permission(self, request, obj=None):
        return may(request, "hold_request")

    def find_view(self, request):
        if not self.has_hold_permission(request):
            refuse(request, Action.SEARCH, Request, detail="reference, to keep one")
        with noted(request, Action.SEARCH, Request, detail="reference, to keep one"):
            form = ReferenceForm(request.POST if request.method == "POST" else None)
            if request.method == "POST" and form.is_valid():
                key = form.cleaned_data["reference"]
                return HttpResponseRedirect(reverse("admin:intake_request_hold", args=[key]))
            context = self._context(
                request,
                title=_("Keep a request from being erased"),
                words=_("You see nothing of what the patient wrote: only how far the request is."),
                form=form,
                button=_("Find"),
            )
            return render(request, "admin/intake/ask.html", context)

    def hold_view(self, request, key):
        """Asks why, then has the request kept, or no longer."""
        is_change = request.method == "POST"
        action = Action.CHANGE if is_change else Action.VIEW
        found = self.at_hand(request, key, action, may=self.has_hold_permission)
        form = WhyForm(request.POST if is_change else None)
        if is_change and form.is_valid():
            is_release = request.POST.get("act") == "release"  # said by the form, so that sending it twice does no more
            act = actions.release if is_release else actions.hold
            act(found, by=request, why=form.cleaned_data["why"])
            said = _("It is kept no longer.") if is_release else _("It is kept until further notice.")
            messages.success(request, said)
            page = "change" if self.has_view_permission(request) else "hold"
            return HttpResponseRedirect(reverse(f"admin:intake_request_{page}", args=[found.pk]))
        context = self._context(request, found=found, form=form) | (RELEASING if found.is_held else HOLDING)
        with noted(request, Action.VIEW, found, detail="to keep it?"):
            return render(request, "admin/intake/ask.html", context)

    def _context(self, request, **more):
        context = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        return context | {"may_view": self.has_view_permission(request), **more}


HOLDING = {
    "title": _("Keep this request from being erased"),
    "words": _(
        "A closed request is erased when its time is over. Keep it longer where somebody who may ask for it does, such "
        "as a court or the legal office. It stays until you or someone else takes this back."
    ),
    "button": _("Keep it"),
    "act": "hold",
}
RELEASING = {
    "title": _("Keep this request no longer"),
    "words": _(
        "It is then erased when its time is over: within the hour, if it was closed as long ago as requests are kept. "
        "Nobody can bring it back."
    ),
    "button": _("Keep it no longer"),
    "act": "release",
}


class HolidayInline(admin.StackedInline):
    """Whoever may see or change the settings may do so with their holidays."""

    model = Holiday
    fields = (("day", "name"),)
    extra = 2

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("intake.view_desksettings")

    def has_change_permission(self, request, obj=None):
        return request.user.has_perm("intake.change_desksettings")

    has_add_permission = has_delete_permission = has_change_permission


@admin.register(DeskSettings)
class DeskSettingsAdmin(admin.ModelAdmin):
    """There is one row; a change is on record, by the names of the fields."""

    fields = ("is_open", "closed_words", "mail_to", "answer_within", "kept_for", "most_gigabytes")
    inlines = (HolidayInline,)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        """There is one: go straight to it."""
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        return HttpResponseRedirect(reverse("admin:intake_desksettings_change", args=[1]))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        context = {**(extra_context or {}), "show_save_and_continue": False}
        with failures_noted():
            return super().changeform_view(request, object_id, form_url, context)

    def log_change(self, request, desk, message):
        if message:
            note(request, Action.CHANGE, desk, detail=changed_fields(message))
        return super().log_change(request, desk, message)

    def response_change(self, request, desk):
        self.message_user(request, _("The desk settings are saved, and count from now on."))
        return HttpResponseRedirect(request.path)
