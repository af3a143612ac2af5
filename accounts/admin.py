from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from record.models import Action
from record.noting import failures_noted, note

from .models import User

admin.site.unregister([TOTPDevice, StaticDevice])  # they show the secrets


class NewUserForm(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "email")


@admin.register(User)
class AccountAdmin(UserAdmin):
    add_form = NewUserForm
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("username", "email", "usable_password", "password1", "password2")}),
    )
    list_display = ("username", "email", "first_name", "last_name", "is_staff", "is_active")

    # An Administrator gives roles; only a superuser makes or changes one, or gives a permission outside the roles.

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or request.user.is_superuser:
            return fieldsets
        kept_back = {"is_superuser", "user_permissions"}
        return [
            (name, {**options, "fields": [field for field in options["fields"] if field not in kept_back]})
            for name, options in fieldsets
        ]

    def has_change_permission(self, request, obj=None):
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    # Every change goes on record before it commits: names of fields and roles, never what was typed.

    def changeform_view(self, request, *args, **kwargs):
        with failures_noted():
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request, *args, **kwargs):
        with failures_noted():
            return super().delete_view(request, *args, **kwargs)

    def user_change_password(self, request, *args, **kwargs):
        with failures_noted(), transaction.atomic():
            return super().user_change_password(request, *args, **kwargs)

    def save_related(self, request, form, formsets, change):
        account = form.instance
        before = set(account.groups.values_list("name", flat=True))
        super().save_related(request, form, formsets, change)
        after = set(account.groups.values_list("name", flat=True))
        for action, roles in ((Action.GIVE_ROLE, after - before), (Action.TAKE_ROLE, before - after)):
            for role in sorted(roles):
                note(request, action, account, detail=role)

    def log_addition(self, request, account, message):
        note(request, Action.ADD, account)
        return super().log_addition(request, account, message)

    def log_change(self, request, account, message):
        """Called for the form of an account, and for the one of its password."""
        fields = _changed_fields(message)
        if fields == "password":
            note(request, Action.CHANGE_PASSWORD, account)
        else:
            note(request, Action.CHANGE, account, detail=fields)
        return super().log_change(request, account, message)

    def log_deletions(self, request, accounts):
        for account in accounts:
            note(request, Action.DELETE, account)
        return super().log_deletions(request, accounts)


def _changed_fields(message):
    fields = [name for part in message for name in part.get("changed", {}).get("fields", [])]
    return ", ".join(map(str, fields))[:200]
