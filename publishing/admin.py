"""The admin of anything with a page: a form that mirrors the page, and Preview, Publish and Withdraw beside it."""

from adminsortable2.admin import SortableAdminBase
from ckeditor.fields import RichTextField as EditorField
from csp.constants import UNSAFE_INLINE
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.defaultfilters import linebreaksbr
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from record.models import Action
from record.noting import refuse

from . import actions
from .addressing import AddressingAdmin
from .checking import CheckingAdmin
from .composing import preview
from .fields import PlainTextarea, SeveralChoicesField, is_key
from .forms import PageForm, PublishForm, WithdrawForm
from .many import address_for
from .models import Edition, Page
from .past import PastAdmin
from .planning import PlanningAdmin
from .revisions import keep
from .rows import RowInline
from .sharing import SharingAdmin
from .sign_off import FRAMES, SignOffAdmin, framed
from .state import states
from .templatetags.richtext import rich
from .where_used import WhereUsedAdmin

EDITOR_POLICY = {"script-src": [UNSAFE_INLINE], "style-src": [UNSAFE_INLINE]}


class PageChangeList(ChangeList):
    def get_results(self, request):
        super().get_results(request)
        rows = list(self.result_list.prefetch_related(*self.model.FROZEN_WITH))
        for row, state in states(rows, timezone.now()):
            row.state = state
        self.result_list = rows


class PageAdmin(
    PastAdmin,
    PlanningAdmin,
    CheckingAdmin,
    SignOffAdmin,
    WhereUsedAdmin,
    SharingAdmin,
    AddressingAdmin,
    SortableAdminBase,
    admin.ModelAdmin,
):
    """`public_view` is the function that renders a composed page: (request, shown) -> response."""

    form = PageForm
    change_form_template = "admin/publishing/change_form.html"
    object_history_template = "admin/publishing/history.html"
    list_display = ("title", "publishing_state")
    search_fields = ("title", "slug")
    ordering = ("title",)
    prepopulated_fields = {"slug": ("title",)}
    list_per_page = 50
    actions = ["publish_selected"]
    public_view = None

    class Media:
        css = {"all": ["css/admin/publishing.css", "css/admin/beside.css"]}
        js = ["js/admin/rows.js", "js/admin/check.js"]

    @admin.display(description=_("state"))
    def publishing_state(self, page):
        return format_html('<span class="state state-{}">{}</span>', page.state.code, page.state.label)

    def get_changelist(self, request, **kwargs):
        return PageChangeList

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if type(db_field) is models.TextField:  # names or lines, one a line
            kwargs.setdefault("widget", PlainTextarea(attrs={"rows": 3, "cols": 60}))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    # Permissions

    def has_publish_permission(self, request):
        return request.user.has_perm("publishing.publish_page") and self.has_view_permission(request)

    @property
    def is_clinical(self):
        return bool(self.model.CLINICAL_WORDS or self.model.CLINICAL_ROLES)

    def has_review_permission(self, request):
        return (
            self.is_clinical and request.user.has_perm("publishing.review_page") and self.has_view_permission(request)
        )

    def has_delete_permission(self, request, obj=None):
        """A page that was ever published can only be withdrawn."""
        if obj is not None and self._was_published(obj):
            return False
        return super().has_delete_permission(request, obj)

    def _was_published(self, page):
        """Whether there is any edition of `page`; get_object has asked already."""
        known = getattr(page, "was_published", None)
        return Edition.objects.filter(page=page.pk).exists() if known is None else known

    # The list

    def get_actions(self, request):
        """To publish what is selected; nothing is deleted from a list."""
        found = super().get_actions(request)
        return {name: found[name] for name in ("publish_selected",) if name in found}

    @admin.action(description=gettext_lazy("Publish the selected pages…"), permissions=["publish"])
    def publish_selected(self, request, queryset):
        return HttpResponseRedirect(address_for(queryset.order_by("title").values_list("pk", flat=True)))

    # The form

    def get_fieldsets(self, request, obj=None):
        """Whoever may only look sees the words as patients do, not their HTML or codes."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [(name, options | {"fields": self._as_read(options["fields"])}) for name, options in fieldsets]

    def _as_read(self, name):
        if isinstance(name, list | tuple):
            typed_only = self.form.declared_fields  # such as the box for a file
            return [self._as_read(part) for part in name if not (isinstance(part, str) and part in typed_only)]
        if name in self.readonly_fields:
            return name
        field = self.opts.get_field(name)
        if isinstance(field, EditorField | SeveralChoicesField):
            return _display(field, lambda page: self.as_read(page, name))
        return name

    def get_object(self, request, object_id, from_field=None):
        if not is_key(object_id):
            return None
        if request.method == "POST" and transaction.get_connection().in_atomic_block:
            Page.objects.select_for_update(no_key=True).filter(pk=object_id).first()  # nobody saves in between
        found = self.model.working().prefetch_related(None).prefetch_related(*self._rows_with_entries())
        found = found.annotate(was_published=Exists(Edition.objects.filter(page=OuterRef("pk"))))
        return found.filter(pk=object_id).first()

    def _rows_with_entries(self):
        """What freezing a page reads, the rows of the form with the entries that they name."""
        named = {
            inline.model._meta.get_field(inline.model.PARENT).remote_field.related_name: inline.model
            for inline in self.inlines
            if issubclass(inline, RowInline)
        }
        rows = [Prefetch(name, model.objects.select_related(model.TARGET)) for name, model in named.items()]
        return [*rows, *(name for name in self.model.FROZEN_WITH if name.partition("__")[0] not in named)]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        response = super().changeform_view(request, object_id, form_url, extra_context)
        has_editor = any(isinstance(field, EditorField) for field in self.opts.get_fields())
        response._csp_update = {**FRAMES, **(EDITOR_POLICY if has_editor else {})}
        return response

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form = context["adminform"].form
        inlines = context["inline_admin_formsets"]
        context |= {
            "form_parts": [
                (fieldset, [inline for inline in inlines if inline.opts.after == fieldset.name])
                for fieldset in context["adminform"]
            ],
            "can_publish": self.has_publish_permission(request),
            "has_address": self.model.found_at("a") is not None,
            "can_preview": self.public_view is not None,
            "can_review": self.has_review_permission(request),
            "can_ask": self.is_clinical and change and self.has_change_permission(request, obj),
        }
        if change:
            stored = self.model.working().get(pk=obj.pk) if form.is_bound else obj
            ((stored, state),) = states([stored], timezone.now())
            context |= {"state": state, "plans": self._plans(request, stored, state), **self.sign_off(request, stored)}
            if form.is_stale:
                context["differences"] = form.differences(stored) + [
                    difference for inline in inlines for difference in _row_differences(inline.formset)
                ]
                context["stored_version"] = stored.version
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        if not change or form.has_changed():
            super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        has_new_rows = any(_rows_changed(formset) for formset in formsets)
        if change and not form.has_changed() and has_new_rows:
            form.instance.save()
        if not change or form.has_changed() or has_new_rows:
            keep(form.instance, by=request.user)

    def response_add(self, request, obj, post_url_continue=None):
        return self._go_on(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._go_on(request, obj) or super().response_change(request, obj)

    def _go_on(self, request, obj):
        for name in ("preview", "publish"):
            if f"_{name}" in request.POST:
                return HttpResponseRedirect(self._url(name, obj.pk))
        return None

    # Preview, Publish, Withdraw

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return (
            [
                path(f"<path:object_id>/{name}/", wrap(view), name=self._url_name(name))
                for name, view in (
                    ("preview", never_cache(self.preview_page)),
                    ("publish", self.publish_page),
                    ("withdraw", self.withdraw_page),
                )
            ]
            + self.past_urls()
            + self.planning_urls()
            + self.checking_urls()
            + self.sign_off_urls()
            + self.where_used_urls()
            + self.sharing_urls()
            + self.addressing_urls()
            + super().get_urls()
        )

    def _url_name(self, name):
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def _url(self, name, *keys):
        return reverse(f"{self.admin_site.name}:{self._url_name(name)}", args=keys)

    def _page(self, request, object_id):
        """The working row at hand, for someone who may see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        key = unquote(object_id)
        return get_object_or_404(self.model.working(), pk=key if is_key(key) else None)

    def preview_page(self, request, object_id):
        """The public page, fed with the working rows."""
        page = self._page(request, object_id)
        if self.public_view is None:
            raise Http404
        return framed(self.public_view(request, preview(page)))

    def as_read(self, page, name):
        """What the field `name` of `page` says, as HTML or text for people."""
        field, value = self.opts.get_field(name), getattr(page, name)
        if isinstance(field, EditorField):
            return rich(value)
        if isinstance(field, SeveralChoicesField):
            return ", ".join(field.labels(value))
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if field.choices:
            return getattr(page, f"get_{name}_display")()
        return linebreaksbr(value, autoescape=True)

    def publish_page(self, request, object_id):
        """Asks what changed and publishes; says so where there is nothing to publish."""
        page, state = self._page_to_publish(request, object_id, Action.PUBLISH)
        form = self._submitted(request, PublishForm, page, state)
        if state.code == "live" and "entries" not in form.fields:
            messages.info(request, _("Nothing to publish: patients already read what stands here."))
            return HttpResponseRedirect(self._change_url(page))
        return self._ask(request, page, state, form, _("Publish"), "publish")

    def withdraw_page(self, request, object_id):
        """Asks why and withdraws; says so where there is nothing to withdraw."""
        page, state = self._page_to_publish(request, object_id, Action.WITHDRAW)
        if not state.is_live and not state.plans:
            messages.info(request, _("Nothing to withdraw: patients don't see this page."))
            return HttpResponseRedirect(self._change_url(page))
        form = self._submitted(request, WithdrawForm, page, state)
        gone = [
            (Page.kinds()[part.kind]._meta.verbose_name, part.title)
            for part in Edition.objects.only_on(page, timezone.now()).order_by("title")
        ]
        return self._ask(
            request, page, state, form, _("Withdraw"), "withdraw", gone=gone, **self._without(request, page)
        )

    def _page_to_publish(self, request, object_id, action):
        page = self._page(request, object_id)
        if not self.has_publish_permission(request):
            refuse(request, action, actions.thing(page))
        return states([page], timezone.now())[0]

    def _submitted(self, request, form_class, page, state):
        return form_class(request.POST or None, page=page, state=state, by=request.user)

    def _ask(self, request, page, state, form, title, template="ask", **more):
        if request.method == "POST" and form.is_valid():
            try:
                editions = form.act(by=request.user)
            except actions.Stale as stale:
                form = form.of_today()
                form.add_error(None, str(stale))
            except actions.Refused as refused:
                form.add_error(None, str(refused))
            else:
                for edition in editions:
                    published = Page.kinds()[edition.kind](pk=edition.page_id, title=edition.title)
                    self.log_change(request, published, form.LOGGED % (edition.number, edition.change))
                messages.success(request, form.done(editions))
                return HttpResponseRedirect(self._change_url(page))
        return self._show(request, page, state, form, title, template, **more)

    def _show(self, request, page, state, form, title, template="ask", **more):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": page,
            "title": title,
            "subtitle": str(page),
            "form": form,
            "state": state,
            "plans": self._plans(request, page, state),
            "change_url": self._change_url(page),
            "preview_url": self.public_view and self._url("preview", page.pk),
            **more,
        }
        return render(request, f"admin/publishing/{template}.html", context)

    def _change_url(self, page):
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change", args=[page.pk])


def _display(field, words):
    """A read-only field of the admin that shows `words` of a page under the name of `field`."""
    return admin.display(description=field.verbose_name)(words)


def _rows_changed(formset):
    return bool(formset.new_objects or formset.changed_objects or formset.deleted_objects)


def _row_differences(formset):
    """What a stale form's rows differ in, as (name, stored, submitted)."""
    stored = [_row_words(row) for row in formset.get_queryset()]
    submitted = [_row_words(form.instance) for form in formset.kept_forms()]
    if stored == submitted:
        return []
    return [(formset.model._meta.verbose_name_plural, "\n".join(stored), "\n".join(submitted))]


def _row_words(row):
    """What `row` names and says of it, such as “MRI Scan (if more is needed): Lie still.”"""
    words = str(getattr(row, row.TARGET)) if row.target_id else "—"
    told = {row._meta.pk.name, row.PARENT, row.TARGET, "position", "note"}
    marks = [_mark(row, field) for field in row._meta.concrete_fields if field.name not in told]
    if any(marks):
        words += f" ({', '.join(filter(None, marks))})"
    return f"{words}: {row.note}" if row.note else words


def _mark(row, field):
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    value = getattr(row, field.name)
    return str(field.verbose_name if value is True else value or "")
