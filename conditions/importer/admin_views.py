"""The importer in the admin: choose a document, look at the report, then import."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import readers, uploads
from .blocks import MAX_BYTES, Unreadable
from .saving import import_document, preview

NAME = "conditions_condition_import"


class DocumentForm(forms.Form):
    document = forms.FileField(
        label=gettext_lazy("Document"),
        max_length=255,
        help_text=gettext_lazy(
            "One condition: plain text, Markdown, a web page or a Word file (.docx), 5 MB at most. "
            "You see what becomes of it before anything is saved."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(readers.ENDINGS)}),
    )

    def clean_document(self):
        document = self.cleaned_data["document"]
        if document.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 MB."))
        return document


class Changed(Exception):
    """The condition was saved by someone after the report on it was shown."""


def import_urls(model_admin):
    """The URL patterns of the importer, to stand before those of `model_admin`, the admin of conditions."""

    def view(request):
        return _import_page(model_admin, request)

    return [path("import/", model_admin.admin_site.admin_view(view), name=NAME)]


def _import_page(model_admin, request):
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    if "ticket" in request.POST:
        return _second_step(model_admin, request)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        document = form.cleaned_data["document"]
        data = document.read()
        try:
            report = preview(data, document.name)
        except Unreadable as refusal:
            form.add_error("document", str(refusal))
        else:
            return _show(model_admin, request, report, data)
    return _render(model_admin, request, "import.html", {"form": form})


def _second_step(model_admin, request):
    """Import what was shown, or show it again where the condition has moved on since."""
    try:
        upload = uploads.redeem(request.POST["ticket"], owner=request.user)
    except uploads.Gone:
        messages.error(request, _("The document is no longer kept here. Choose it again."))
        return HttpResponseRedirect(reverse(f"{model_admin.admin_site.name}:{NAME}"))
    try:
        report = _imported(model_admin, request, upload, replace="replace" in request.POST)
    except Changed:
        upload.forget()
        messages.warning(request, _("Someone saved this condition meanwhile. This is how it stands now."))
        return _show(model_admin, request, preview(upload.data, upload.name), upload.data)
    except Unreadable as refusal:
        upload.forget()
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse(f"{model_admin.admin_site.name}:{NAME}"))
    upload.forget()
    messages.success(request, report.headline)
    return HttpResponseRedirect(_condition_url(model_admin, report))


def _imported(model_admin, request, upload, replace):
    with transaction.atomic():
        report = import_document(upload.data, upload.name, by=request.user, replace=replace)
        found = list(report.found) if report.found else None
        if found != upload.noted:
            raise Changed
        _refuse_what_is_not_allowed(model_admin, request, report)
        if report.outcome in ("created", "replaced"):
            condition = model_admin.get_object(request, str(report.page))
            log = model_admin.log_addition if report.outcome == "created" else model_admin.log_change
            log(request, condition, f"Imported from {report.file}.")
        return report


def _refuse_what_is_not_allowed(model_admin, request, report):
    """PermissionDenied where the person may not do by hand what the import did."""
    needed = {f"{entry._meta.app_label}.add_{entry._meta.model_name}" for entry in report.created}
    may_replace = report.outcome != "replaced" or model_admin.has_change_permission(request)
    if not may_replace or not request.user.has_perms(needed):
        raise PermissionDenied


def _show(model_admin, request, report, data):
    """The report on a document that is kept until the person decides."""
    can_replace = report.outcome == "left_alone" and model_admin.has_change_permission(request)
    needs_ticket = report.outcome == "created" or can_replace
    context = {
        "report": report,
        "can_replace": can_replace,
        "ticket": uploads.keep(data, report.file, owner=request.user, noted=report.found) if needs_ticket else "",
        "condition_url": _condition_url(model_admin, report) if report.found else "",
    }
    return _render(model_admin, request, "import_preview.html", context)


def _condition_url(model_admin, report):
    return reverse(f"{model_admin.admin_site.name}:conditions_condition_change", args=[report.page])


def _render(model_admin, request, template, context):
    page = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Import a document"),
        "import_url": reverse(f"{model_admin.admin_site.name}:{NAME}"),
    }
    return render(request, f"admin/conditions/condition/{template}", page | context)
