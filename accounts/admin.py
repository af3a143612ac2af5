from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_static.admin import StaticDevice
from django_otp.plugins.otp_totp.admin import TOTPDevice

from record.looks import LooksOnRecord
from record.models import Action
from record.noting import note, noted

from . import actions, handing_over, links, lockout
from .forms import AccountForm, NewAccountForm, SuccessorsForm
from .letters import post_at_once, tell
from .models import Letter, User

admin.site.unregister([TOTPDevice, StaticDevice])  # they show the secrets
admin.site.unregister(Group)  # what a role may do is decided in migrations

NEW_PERSON = (None, {"fields": ("username", "first_name", "last_name", "email")})
PERSON = (None, {"fields": ("username", "first_name", "last_name", "email", "your_password")})
ROLES = (gettext_lazy("Roles"), {"fields": ("groups",)})
BEYOND = ("is_superuser", "user_permissions")
BEYOND_ROLES = (gettext_lazy("Beyond the roles"), {"classes": ("collapse",), "fields": BEYOND})


@admin.register(User)
class AccountAdmin(LooksOnRecord, UserAdmin):
    form = AccountForm
    add_form = NewAccountForm
    add_form_template = None
    change_form_template = "admin/accounts/change_form.html"
    fieldsets = (PERSON, ROLES, BEYOND_ROLES)
    add_fieldsets = (NEW_PERSON, ROLES)
    list_display = ("username", "name", "state_in_words", "roles", "email")
    list_filter = ("groups", "is_active", "is_superuser")
    filter_horizontal = ("user_permissions",)
    actions = None

    class Media:
        css = {"all": ["css/admin/accounts.css"]}

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<path:key>/close/", wrap(self.close_view), name="accounts_user_close"),
            path("<path:key>/hand-over/", wrap(self.hand_over_view), name="accounts_user_hand_over"),
            path("<path:key>/invite/", wrap(self.invite_view), name="accounts_user_invite"),
            path("<path:key>/reopen/", wrap(self.reopen_view), name="accounts_user_reopen"),
            path("<path:key>/unlock/", wrap(self.unlock_view), name="accounts_user_unlock"),
            path("<path:key>/password/", wrap(self.reset_view), name="accounts_user_reset"),
            *super(UserAdmin, self).get_urls(),  # not UserAdmin's: nobody sets another's password
        ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups", "letters")

    @admin.display(description=gettext_lazy("Name"), ordering="last_name")
    def name(self, account):
        return account.get_full_name()

    @admin.display(description=gettext_lazy("Roles"))
    def roles(self, account):
        names = [role.name for role in account.groups.all()]
        return ", ".join([_("Superuser"), *names] if account.is_superuser else names)

    @admin.display(description=gettext_lazy("State"))
    def state_in_words(self, account):
        return account.state.label

    # An Administrator gives roles; only a superuser makes or changes one, or gives a permission outside the roles.
    # Nobody gives themselves a role while someone else could. Nobody deletes an account: what it did stays its own.

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        return [part for part in fieldsets if part is not BEYOND_ROLES or request.user.is_superuser]

    def get_form(self, request, obj=None, **options):
        form = super().get_form(request, obj, **options)
        form.request = request
        return form

    def get_readonly_fields(self, request, obj=None):
        if obj == request.user and User.objects.who_administer().exclude(pk=obj.pk).exists():
            return ("groups", *BEYOND)
        return ()

    def has_change_permission(self, request, obj=None):
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    # Every change goes on record before it commits: names of fields and roles, never what was typed.

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        request.letter = None
        context = {**(extra_context or {}), "state": User.State, "show_save_and_add_another": False}
        account = self.get_object(request, unquote(object_id)) if object_id else None
        context["is_locked"] = account is not None and lockout.is_locked(account.get_username())
        response = super().changeform_view(request, object_id, form_url, context)
        if request.letter:
            self._tell_of(request, request.letter)
        return response

    def save_model(self, request, account, form, change):
        """Of an account that is there only what the form changed: it may have been closed meanwhile."""
        if change:
            named = {field.name for field in self.opts.concrete_fields if field.name in form.changed_data}
            account.save(update_fields=named | {f"{name}_key" for name in named & {"username", "email"}})
            return
        account.is_staff = True
        account.set_unusable_password()
        super().save_model(request, account, form, change)

    def save_related(self, request, form, formsets, change):
        account = form.instance
        before = set(account.groups.values_list("name", flat=True))
        super().save_related(request, form, formsets, change)
        after = set(account.groups.values_list("name", flat=True))
        for action, roles in ((Action.GIVE_ROLE, after - before), (Action.TAKE_ROLE, before - after)):
            for role in sorted(roles):
                note(request, action, account, detail=role)
        if not change or "email" not in form.changed_data:
            return
        tell(account, Letter.Kind.EMAIL_CHANGED, to=form.initial["email"])
        if links.may_have(account, Letter.Kind.INVITATION):
            request.letter = actions.invite(account, by=request)  # the link that went to the old address is dead

    def log_addition(self, request, account, message):
        request.letter = actions.invite(account, by=request)
        return super(LooksOnRecord, self).log_addition(request, account, message)  # the invitation is on record

    # Mail, closing and opening: a page each that asks first

    def close_view(self, request, key):
        account = self._account(request, key, Action.CLOSE)
        words = _(
            "This person can't sign in any more, at once. Their roles and their second factor are taken away. "
            "What they published and reviewed stays theirs; what is planned stays planned."
        )
        done = _("The account is closed, and every sign-in with it has ended.")
        return self._successors_view(request, account, actions.close, _("Close the account"), words, done)

    def hand_over_view(self, request, key):
        account = self._account(request, key, Action.HAND_OVER)
        if not handing_over.owned_by(account):
            messages.info(request, _("This person owns nothing, so there is nothing to hand over."))
            return self._back_to(account)
        words = _("Their account stays as it is. What they published and reviewed stays theirs.")
        done = _("All of it has gone to whom you said.")
        return self._successors_view(request, account, actions.hand_over, _("Hand over their pages"), words, done)

    def _successors_view(self, request, account, act, title, words, done):
        """Asks who takes over what the account owns, then acts."""
        form = SuccessorsForm(account, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                act(account, by=request, to=form.to)
            except actions.Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, done)
                return self._back_to(account)
        return self._ask(request, account, title, words, form)

    def invite_view(self, request, key):
        words = _("They get a mail with a link to set a password by. It works once, for a day; an earlier one is dead.")
        return self._mail_view(request, key, Action.INVITE, actions.invite, _("Invite again"), words)

    def reopen_view(self, request, key):
        words = _("They get a mail with a link to set a password by. Give them their roles anew afterwards.")
        return self._mail_view(request, key, Action.REOPEN, actions.reopen, _("Open the account again"), words)

    def unlock_view(self, request, key):
        account = self._account(request, key, Action.CHANGE)
        if request.method == "POST":
            actions.unlock(account, by=request)
            messages.success(request, _("The lock is taken off. They can sign in with their own password and code."))
            return self._back_to(account)
        words = _(
            "After wrong tries an account is locked for some minutes, after a hundred in a row until someone takes the "
            "lock off. Ask the person first: were these tries theirs?"
        )
        return self._ask(request, account, _("Take off the lock"), words)

    def reset_view(self, request, key):
        words = _("They get a mail with a link to set a new password by. It works once, for an hour.")
        return self._mail_view(
            request, key, Action.ASK_RESET, actions.send_reset, _("Send a link for a new password"), words
        )

    def _mail_view(self, request, key, action, act, title, words):
        account = self._account(request, key, action)
        if request.method == "POST":
            try:
                letter = act(account, by=request)
            except actions.Refused as refusal:
                messages.error(request, str(refusal))
            else:
                self._tell_of(request, letter)
            return self._back_to(account)
        return self._ask(request, account, title, words)

    def _account(self, request, key, action):
        return self.at_hand(request, key, action, may=self.has_change_permission)

    def _ask(self, request, account, title, words, form=None):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": account,
            "change_url": self._address_of(account),
            "title": title,
            "words": words,
            "form": form,
        }
        with noted(request, Action.VIEW, account, detail=f"{title}?"):
            return render(request, "admin/accounts/ask.html", context)

    def _tell_of(self, request, letter):
        """Try an invitation at once, outside any transaction, and say how it went."""
        if letter.kind == Letter.Kind.RESET:
            messages.success(request, _("The mail goes out within a minute, unless one did in the last ten."))
        elif post_at_once(letter):
            messages.success(request, _("The invitation is sent. Its link works once, for a day."))
        else:
            messages.warning(
                request,
                _("The mail could not be sent just now. Nothing is lost: the site tries again by itself. If it still "
                  "fails, tell whoever runs the site that mail does not go out."),
            )  # fmt: skip

    def _back_to(self, account):
        return HttpResponseRedirect(self._address_of(account))

    def _address_of(self, account):
        return reverse("admin:accounts_user_change", args=[account.pk])
