"""What staff change about their own account; the factor and the address ask for the password again."""

from django import forms
from django.contrib import messages
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth import get_user_model
from django.contrib.auth.views import PasswordChangeView
from django.db import transaction
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from record.models import Action
from record.noting import failures_noted, note

from . import factors, letters, lockout, on_record, sessions
from .lockout import Answer
from .models import Letter
from .sign_in import page, show_recovery_codes


class PasswordAgain(forms.Form):
    """Asks a person who is signed in for their password; wrong ones count in the lock-out."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("Enter your password.")},
    )

    def __init__(self, request, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self):
        check_password(self.request, self.cleaned_data["password"])


class EmailForm(PasswordAgain, forms.ModelForm):
    field_order = ("email", "password")

    class Meta:
        model = get_user_model()
        fields = ("email",)
        widgets = {"email": forms.EmailInput(attrs={"autocomplete": "email"})}


class OwnPasswordForm(AdminPasswordChangeForm):
    """Django's, but wrong old passwords count in the lock-out."""

    def __init__(self, request, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self):
        check_password(self.request, self.cleaned_data["old_password"])

    def save(self, commit=True):
        """What someone else changed of the account meanwhile stays as they left it."""
        person = super().save(commit=False)
        person.save(update_fields=["password", "has_short_password"])
        return person


class OwnPasswordView(PasswordChangeView):
    form_class = OwnPasswordForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"request": self.request}


def check_password(request, password):
    """ValidationError where this is not the password of who is signed in, or while wrong tries lock the account."""
    person = request.user
    is_right = person.check_password(password)
    answer = lockout.attempt(request, person.get_username(), lambda: is_right)
    if answer != Answer.RIGHT:
        on_record.not_let_in(person, "locked" if answer == Answer.LOCKED else "password again")
        raise forms.ValidationError(
            _("This is not your password. Check it and try again. After five wrong tries in a row, wait a minute.")
        )


@require_safe
def account(request):
    context = {
        "person": request.user,
        "roles": request.user.groups.order_by("name"),
        "factor": factors.factor_since(request.user),
        "codes_left": factors.recovery_codes_left(request.user),
        "needs_factor": factors.needs_factor(request.user),
    }
    return page(request, "admin/account/account.html", _("Your account"), context)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def account_password(request):
    """Before the second factor is set up or changed by someone who is signed in."""
    form = PasswordAgain(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        sessions.note_password(request.session)
        return redirect("admin:second_factor")
    return _form_page(request, form, _("Change the second factor"), _("Continue"))


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def account_codes(request):
    """New recovery codes, which make the ones before worthless."""
    if not factors.has_factor(request.user):
        return redirect("admin:account")
    form = PasswordAgain(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with failures_noted(), transaction.atomic():
            note(request, Action.CHANGE_FACTOR, request.user, detail="new recovery codes")
            codes = factors.new_recovery_codes(request.user)
            letters.tell(request.user, Letter.Kind.FACTOR_CHANGED)
        return show_recovery_codes(request, codes, "")
    words = _("The ones you have now stop working at that moment.")
    return _form_page(request, form, _("Make new recovery codes"), _("Make them"), words)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def account_email(request):
    person = get_user_model().objects.get(pk=request.user.pk)
    form = EmailForm(request, request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        with failures_noted(), transaction.atomic():
            note(request, Action.CHANGE, request.user, detail="email address")
            person.save(update_fields=["email", "email_key"])
            if "email" in form.changed_data:
                letters.tell(person, Letter.Kind.EMAIL_CHANGED, to=form.initial["email"])
        messages.success(request, _("Your email address is changed."))
        return redirect("admin:account")
    return _form_page(request, form, _("Change your email address"), _("Change it"))


def _form_page(request, form, title, button, words=""):
    context = {"form": form, "button": button, "words": words}
    return page(request, "admin/account/form.html", title, context)
