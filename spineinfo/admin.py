from functools import partial, wraps

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts import letters, lockout, repeats, sessions, sign_in, staying
from accounts.models import Letter
from accounts.own import OwnPasswordView
from accounts.urls import urls
from housekeeping.state import state
from intake import notices
from intake.roles import may
from publishing import checking, desk, many
from record.looks import ChoicesOnRecord
from record.models import Action
from record.noting import failures_noted, note

from . import first_page


class StaffSite(admin.AdminSite):
    site_header = _("SpineInfo")
    site_title = _("SpineInfo")
    index_title = _("What would you like to change?")
    index_template = "admin/first_page.html"
    login_form = sign_in.SignInForm

    def get_urls(self):
        again = path("notices/", self.admin_view(require_POST(self.send_notices_again)), name="send_notices_again")
        findings = path("findings/", self.admin_view(partial(checking.report, self)), name="findings")
        lists = path("desk/<slug:name>/", self.admin_view(partial(desk.list_page, self)), name="desk")
        publish_many = path(
            "publish-many/", self.admin_view(partial(many.publish_many_page, self)), name="publish_many"
        )
        return [*urls(self), again, findings, lists, publish_many, *super().get_urls()]

    def each_context(self, request):
        is_signed_in = self.has_permission(request)
        return super().each_context(request) | {"left": int(sessions.left(request.session)) if is_signed_in else None}

    def admin_view(self, view, cacheable=False):
        """What a person typed is not lost when their sign-in ended meanwhile."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def carrying(request, *args, **kwargs):
            if not self.has_permission(request):
                if request.method == "POST" and (again := repeats.answer(request)):
                    return again
                sign_in.refuse_half(request)
                if staying.can_be_carried(request):
                    return staying.carried(request)
            return guarded(request, *args, **kwargs)

        return carrying

    def autocomplete_view(self, request):
        return ChoicesOnRecord.as_view(admin_site=self)(request)

    def login(self, request, extra_context=None):
        """A right password is half a sign-in for all who need or have a second factor."""
        response = super().login(request, {"title": _("Sign in"), **(extra_context or {})})
        if request.method == "POST" and response.status_code == 302:
            return sign_in.after_password(request, response)
        return response

    def index(self, request, extra_context=None):
        shown = {
            "cards": first_page.cards(request.user),
            "housekeeping": state(),
            "mail": letters.late(),
            "emergencies": get_user_model().objects.open_in_emergency(),
            "may_hold": may(request, "hold_request") and not may(request, "view_request"),
            "notices": notices.state() if hears_of_notices(request.user) else None,
        }
        return super().index(request, {**(extra_context or {}), **shown})

    def send_notices_again(self, request):
        if not hears_of_notices(request.user):
            raise PermissionDenied
        notices.try_again(by=request)
        return redirect("admin:index")

    def password_change(self, request, extra_context=None):
        """A person's own new password is on record before it counts."""
        with failures_noted(), transaction.atomic():
            if request.method == "POST":
                lockout.wait_in_line()
                if again := repeats.answer(request):
                    return again
                request.user.refresh_from_db(fields=["password"])
            context = self.each_context(request) | (extra_context or {})
            done = reverse("admin:password_change_done")
            response = OwnPasswordView.as_view(extra_context=context, success_url=done)(request)
            if request.method == "POST" and response.status_code == 302:
                note(request, Action.CHANGE_PASSWORD, request.user)
                letters.tell(request.user, Letter.Kind.PASSWORD_CHANGED)
                repeats.remember(request, done)
            return response


def hears_of_notices(user):
    """Whether somebody works at the desk that answers requests, or sets it up."""
    return user.has_perm("intake.view_request") or user.has_perm("intake.change_desksettings")
