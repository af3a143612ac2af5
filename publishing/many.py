"""Many pages published one after another in the admin, under one line on what changed, until one has to be mended."""

import time
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from . import actions, gate
from .checking import in_short
from .composing import working_pages
from .fields import is_key
from .forms import ChangeForm, PublishForm
from .models import Page
from .state import states

MOST = 500
SECONDS_A_STEP = 2  # after which the person is shown how far it is


@dataclass(frozen=True)
class Waiting:
    """A page that is to be published: as it is saved, and what the gate finds in it."""

    page: Page
    state: object
    found: list
    url: str

    @property
    def is_new(self):
        """Whether there is anything that patients don't read yet."""
        return self.state.code != "live"

    @property
    def stops(self):
        return any(finding.stops for finding in self.found)

    @property
    def has_warnings(self):
        return any(finding.level == gate.WARNING for finding in self.found)

    @property
    def kind(self):
        return type(self.page)._meta.verbose_name

    @property
    def in_short(self):
        return in_short(self.found)


class ManyForm(forms.Form):
    """What is to be published and why.

    `pages` holds “key:version” of those to come; `skipped` counts those that were left out.
    """

    pages = forms.CharField(widget=forms.HiddenInput)
    total = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    skipped = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
    change = forms.CharField(
        label=gettext_lazy("What changed?"),
        help_text=gettext_lazy("One line, kept with each of the pages: “New phone number.”"),
        max_length=actions.LONGEST_CHANGE,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        error_messages=ChangeForm.base_fields["change"].error_messages,
    )
    despite = forms.CharField(
        label=gettext_lazy("Why publish in spite of warnings?"),
        help_text=gettext_lazy("The reason stays in the edition. Without one, publishing stops at the first warning."),
        max_length=PublishForm.base_fields["despite"].max_length,
        required=False,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
    )

    def clean_pages(self):
        """{key: version} in the order of the pages."""
        parts = [part.partition(":") for part in self.cleaned_data["pages"].split(",")]
        if len(parts) > MOST or not all(is_key(key) and version.isdecimal() for key, _colon, version in parts):
            raise forms.ValidationError(_("Choose the pages anew from their list."))
        return {int(key): int(version) for key, _colon, version in parts}


def address_for(keys):
    """Where the pages with `keys` can be published together."""
    return f"{reverse('admin:publish_many')}?pages={','.join(map(str, keys))}"


def publish_many_page(site, request):
    """Shows what would be published and asks for the line; then publishes a step at a time until something stops it."""
    if not request.user.has_perm("publishing.publish_page"):
        raise PermissionDenied
    if request.method != "POST":
        return _ask(site, request)
    form = ManyForm(request.POST)
    if not form.is_valid():
        if "pages" in form.errors:
            messages.error(request, _("Choose the pages anew from their list."))
            return HttpResponseRedirect(reverse("admin:desk", args=["drafts"]))
        return _show(site, request, form, _waiting(site, request, form.cleaned_data["pages"]))
    versions, skipped = form.cleaned_data["pages"], form.cleaned_data["skipped"]
    if "skip" in request.POST and versions:
        versions.pop(next(iter(versions)))
        skipped += 1
    stopped = _step(site, request, versions, form.cleaned_data)
    if not versions:
        return _done(request, form.cleaned_data["total"], skipped)
    form = ManyForm(initial={**form.cleaned_data, "pages": _named(versions), "skipped": skipped})
    waiting = _waiting(site, request, versions, are_looked_at=bool(stopped))
    return _show(site, request, form, waiting, stopped=stopped, is_going=not stopped)


def _ask(site, request):
    keys = [int(key) for key in ",".join(request.GET.getlist("pages")).split(",") if is_key(key)][:MOST]
    ordered = [page.pk for page in _entries_first(working_pages(keys).values())]
    waiting = [each for each in _waiting(site, request, ordered) if each.is_new]
    if not waiting:
        messages.info(request, _("Nothing to publish: patients already read what is saved."))
        return HttpResponseRedirect(reverse("admin:desk", args=["drafts"]))
    versions = {each.page.pk: each.page.version for each in waiting}
    return _show(site, request, ManyForm(initial={"pages": _named(versions), "total": len(versions)}), waiting)


def _step(site, request, versions, asked):
    """Publish what `versions` names, first to last, and take it out of there; say why where a page stops it."""
    until = time.monotonic() + SECONDS_A_STEP
    beside = list(working_pages(versions).values())
    for key in list(versions):
        each = next(iter(_waiting(site, request, [key], beside=beside)), None)
        if each is None or not each.is_new:
            del versions[key]  # deleted, or published by somebody else meanwhile
            continue
        if stopped := _publish(site, request, each, versions[key], asked):
            return stopped
        del versions[key]
        if time.monotonic() > until:
            break
    return ""


def _publish(site, request, each, version, asked):
    """Publish one page; return why it is not published, for people, or an empty text."""
    if each.stops:
        return _("It has to be mended first.")
    if each.has_warnings and not asked["despite"].strip():
        return _("It has warnings. Give the reason why it should be published in spite of them, or mend them.")
    passage = gate.Passage({each.page.pk: each.found}, asked["despite"])
    options = {"change": asked["change"], "version": version, "waiting": "keep", "passage": passage}
    try:
        edition = actions.publish(each.page, by=request.user, **options)
    except actions.Refused as refused:
        return str(refused)
    logged = PublishForm.LOGGED % (edition.number, edition.change)
    site.get_model_admin(type(each.page)).log_change(request, each.page, logged)
    return ""


def _waiting(site, request, keys, *, beside=(), are_looked_at=True):
    """A Waiting for each page of `keys` that there is, in their order; the gate looks at them unless told otherwise."""
    found, now = {}, timezone.now()
    pages = working_pages(keys)
    for model in {type(page) for page in pages.values()}:
        its_admin = site.get_model_admin(model)
        if not its_admin.has_publish_permission(request):
            raise PermissionDenied
        rows = [page for page in pages.values() if type(page) is model]
        looked = gate.findings_of(rows, now, beside or pages.values()) if are_looked_at else [[]] * len(rows)
        for (page, state), findings in zip(states(rows, now), looked, strict=True):
            found[page.pk] = Waiting(page, state, findings, its_admin._change_url(page))
    return [found[key] for key in keys if key in found]


def _entries_first(pages):
    by_key, ordered = {page.pk: page for page in sorted(pages, key=lambda page: (page.kind, page.title))}, {}

    def place(page, above):
        for mention in page.frozen_mentions():
            if mention.target_id in by_key and mention.target_id not in {*above, *ordered}:
                place(by_key[mention.target_id], {*above, page.pk})
        ordered.setdefault(page.pk, page)

    for page in by_key.values():
        place(page, {page.pk})
    return list(ordered.values())


def _named(versions):
    return ",".join(f"{key}:{version}" for key, version in versions.items())


def _show(site, request, form, waiting, stopped="", is_going=False):
    total = int(form["total"].value() or 0)
    context = {
        **site.each_context(request),
        "title": _("Publish many pages"),
        "form": form,
        "waiting": waiting,
        "stopped": stopped,
        "is_going": is_going,
        "total": total,
        "left_behind": total - len(waiting),
        "may_have_warnings": any(each.has_warnings for each in waiting),
    }
    return render(request, "admin/publishing/many.html", context)


def _done(request, total, skipped):
    published = total - skipped
    said = ngettext("%d page is published.", "%d pages are published.", published) % published
    if skipped:
        said += " " + ngettext("%d was skipped.", "%d were skipped.", skipped) % skipped
    messages.success(request, said)
    return HttpResponseRedirect(reverse("admin:desk", args=["published" if published else "drafts"]))
