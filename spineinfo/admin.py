from functools import wraps

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import sessions, sign_in, staying
from accounts.own import OwnPasswordView
from accounts.urls import urls
from housekeeping.state import state
from record.models import Action
from record.noting import failures_noted, note


class StaffSite(admin.AdminSite):
    site_header = _("SpineInfo")
    site_title = _("SpineInfo")
    index_title = _("What would you like to change?")
    index_template = "admin/first_page.html"
    login_form = sign_in.SignInForm

    def get_urls(self):
        return urls(self) + super().get_urls()

    def each_context(self, request):
        is_signed_in = self.has_permission(request)
        return super().each_context(request) | {"left": int(sessions.left(request.session)) if is_signed_in else None}

    def admin_view(self, view, cacheable=False):
        """What a person typed is not lost when their sign-in ended meanwhile."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def carrying(request, *args, **kwargs):
            if not self.has_permission(request) and staying.can_be_carried(request):
                return staying.carried(request)
            return guarded(request, *args, **kwargs)

        return carrying

    def login(self, request, extra_context=None):
        """A right password is half a sign-in for all who need or have a second factor."""
        response = super().login(request, {"title": _("Sign in"), **(extra_context or {})})
        if request.method == "POST" and response.status_code == 302:
            return sign_in.after_password(request, response)
        return response

    def index(self, request, extra_context=None):
        shown = {"housekeeping": state(), "emergencies": get_user_model().objects.open_in_emergency()}
        return super().index(request, {**(extra_context or {}), **shown})

    def password_change(self, request, extra_context=None):
        """A person's own new password is on record before it counts."""
        with failures_noted(), transaction.atomic():
            context = self.each_context(request) | (extra_context or {})
            done = reverse("admin:password_change_done")
            response = OwnPasswordView.as_view(extra_context=context, success_url=done)(request)
            if request.method == "POST" and response.status_code == 302:
                note(request, Action.CHANGE_PASSWORD, request.user)
            return response
