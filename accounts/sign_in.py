"""The steps after the password: a code, or setting up what gives codes."""

from base64 import b32encode
from urllib.parse import quote, urlencode, urlsplit

import segno
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import HASH_SESSION_KEY, get_user, get_user_model, logout
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from record.models import Action, Outcome
from record.noting import failures_noted, note

from . import factors, letters, lockout, on_record, repeats, sealing, sessions
from .lockout import Answer
from .models import Letter
from .names import LONGEST_KEY
from .sessions import half_signed_in, whole_and_half

NEW_KEY = "new_key"  # in the session: of the factor that is being set up
QUIET_ZONE = 4  # modules around a QR code
CODES_UNSEEN = gettext_lazy(
    "Your second factor is set up. If you did not see the recovery codes, make new ones here and keep them."
)


class SignInForm(AdminAuthenticationForm):
    """The same words whether the name is unknown, the password wrong, or the account closed or locked."""

    username = UsernameField(
        label=gettext_lazy("User name or email address"),
        widget=forms.TextInput(attrs={"autofocus": True, "spellcheck": "false"}),
    )

    error_messages = dict.fromkeys(
        ("invalid_login", "inactive"),
        gettext_lazy(
            "We could not sign you in. Check the name or email address, and the password with its large and small "
            "letters, and try again. After five wrong tries in a row, nobody can sign in for a minute, then for "
            "longer: wait, or ask an administrator."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].max_length = self.fields["username"].widget.attrs["maxlength"] = LONGEST_KEY


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
        error_messages={"required": gettext_lazy("Enter the code.")},
    )


class RecoveryForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Recovery code"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "autofocus": True}
        ),
        error_messages={"required": gettext_lazy("Enter the code.")},
    )


def after_password(request, response):
    """Where to go from a right password: `response`, or a step more that leads there in the end."""
    request._whole_and_half = (AnonymousUser(), None)
    user = get_user(request)
    if factors.has_factor(user):
        step = "admin:code"
    elif factors.needs_factor(user):
        step = "admin:second_factor"
    else:
        repeats.remember(request, response.url)
        return response
    request.user = AnonymousUser()
    to = _with_next(step, response.url)
    repeats.remember(request, to)
    return redirect(to)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def code(request, *, recovery=False):
    """Takes a code of the app, or one for recovery, from whoever has given their password."""
    person = half_signed_in(request)
    if person is None:
        return repeats.answer(request) or redirect("admin:index")
    if not factors.has_factor(person):
        return redirect(_with_next("admin:second_factor", _next(request)))
    form = (RecoveryForm if recovery else CodeForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["code"]
        with failures_noted(), transaction.atomic():
            lockout.wait_in_line()
            if again := repeats.answer(request):
                return again
            answer = lockout.attempt(request, person.get_username(), lambda: factors.takes(person, typed))
            if answer == Answer.RIGHT:
                by_recovery = factors.is_recovery_code(typed)
                note(person, Action.SIGN_IN, person, detail="recovery code" if by_recovery else "second factor")
                _let_in(request, person)
                response = _after_recovery(request, person) if by_recovery else redirect(_next(request))
                repeats.remember(request, response.url)
                return response
        on_record.not_let_in(person, "locked" if answer == Answer.LOCKED else "code")
        form.add_error("code", wrong_code(recovery))
    context = {"form": form, "recovery": recovery, "next": _next(request)}
    title = _("Use a recovery code") if recovery else _("Enter your code")
    return page(request, "admin/sign_in/code.html", title, context)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_factor(request):
    """Sets up the app that gives codes: for who needs one and has none, and for who has just given their password."""
    whole, half = whole_and_half(request)
    person = half or whole
    if not person.is_authenticated:
        return repeats.answer(request) or redirect("admin:index")
    if half and factors.has_factor(half):
        return repeats.answer(request) or redirect(_with_next("admin:code", _next(request)))
    if not half and not sessions.knows_password(request.session):
        return redirect("admin:account_password")
    key = _key_being_set_up(request.session)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        step = factors.step_of(key, form.cleaned_data["code"])
        answer = lockout.attempt(request, person.get_username(), lambda: step is not None)
        if answer == Answer.RIGHT:
            with failures_noted(), transaction.atomic():
                person = get_user_model().objects.select_for_update().get(pk=person.pk)
                if _was_set_up_meanwhile(request, person, half, key):
                    return repeats.answer(request) or redirect("admin:index")
                note(person, Action.CHANGE_FACTOR, person, detail="set up, with new recovery codes")
                if half:
                    note(person, Action.SIGN_IN, person, detail="second factor")
                codes = factors.enroll(person, key, step)
                letters.tell(person, Letter.Kind.FACTOR_CHANGED)
                del request.session[NEW_KEY]
                _let_in(request, person)
                repeats.remember(request, reverse("admin:account"), said=str(CODES_UNSEEN))
            return show_recovery_codes(request, codes, _next(request))
        on_record.not_let_in(person, "locked" if answer == Answer.LOCKED else "code")
        form.add_error("code", wrong_code(recovery=False))
    secret = b32encode(bytes.fromhex(key)).decode()
    context = {
        "form": form,
        "next": _next(request),
        "qr": qr_code(key, person.get_username()),
        "secret": [secret[at : at + 4] for at in range(0, len(secret), 4)],
    }
    return page(request, "admin/sign_in/second_factor.html", _("Set up your second factor"), context)


@never_cache
@require_POST
def sign_out(request):
    """Ends the session on the server, a half one too."""
    whole, half = whole_and_half(request)
    request.user = half or whole
    logout(request)
    request.signs_out = True
    request._whole_and_half = (AnonymousUser(), None)
    return page(request, "registration/logged_out.html", _("You are signed out"), {})


def refuse_half(request):
    """Put on record that someone whose second factor is to come asked for a page about rows of the admin.

    Strangers leave no row; of these it is known who they are, or whose password they have.
    """
    person, match = half_signed_in(request), request.resolver_match
    if person is not None and on_record.is_about_rows(match):
        action = Action.VIEW if request.method in ("GET", "HEAD") else Action.CHANGE
        note(person, action, on_record.asked_for(match), detail=on_record.HALF, outcome=Outcome.REFUSED)


def _key_being_set_up(session):
    """The app's key until its first code is right, sealed as it will be then."""
    try:
        return sealing.unseal(session[NEW_KEY], NEW_KEY)
    except (KeyError, sealing.Unreadable):
        key = factors.new_key()
        session[NEW_KEY] = sealing.seal(key, NEW_KEY)
        return key


def _was_set_up_meanwhile(request, person, half, key):
    """Whether the same form, sent twice, or another half sign-in has set up a factor since this one was asked."""
    if half:
        return factors.has_factor(person) or person.get_session_auth_hash() != request.session[HASH_SESSION_KEY]
    return factors.is_set_up_with(person, key)


def show_recovery_codes(request, codes, next_address):
    context = {"codes": codes, "next": next_address or reverse("admin:account")}
    return page(request, "admin/sign_in/recovery_codes.html", _("Keep your recovery codes"), context)


def wrong_code(recovery):
    if recovery:
        return _(
            "This code is not right, or it has been used. Check it and try again, or use another one. After five wrong "
            "tries in a row, wait a minute, then longer."
        )
    return _(
        "This code is not right, or it has been used. Wait until your app shows the next one and enter that. After "
        "five wrong tries in a row, wait a minute, then longer."
    )


def qr_code(key, username):
    """What an app reads from the screen, as the size and the path of a drawing in which a module is one unit."""
    site = f"SpineInfo {urlsplit(settings.SITE_URL).hostname}"
    query = urlencode({"secret": b32encode(bytes.fromhex(key)).decode(), "issuer": site}, quote_via=quote)
    drawn = segno.make(f"otpauth://totp/{quote(site)}:{quote(username, safe='')}?{query}", micro=False, error="m")
    rows = drawn.matrix_iter(border=QUIET_ZONE)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return {"size": drawn.symbol_size(border=QUIET_ZONE)[0], "path": path}


def _let_in(request, person):
    """The sign-in is whole from here on."""
    sessions.complete(request)
    request.session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    rotate_token(request)
    lockout.free(person.get_username())
    request.user = person
    request._whole_and_half = (person, None)


def _after_recovery(request, person):
    left = factors.recovery_codes_left(person)
    messages.warning(
        request,
        ngettext(
            "You signed in with a recovery code; %d is left. Lost your phone? Set up a new one here.",
            "You signed in with a recovery code; %d are left. Lost your phone? Set up a new one here.",
            left,
        )
        % left,
    )
    return redirect("admin:account")


def _next(request):
    """The address on this site that the person asked for in the beginning."""
    address = request.POST.get("next", request.GET.get("next", ""))
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if is_ours else reverse("admin:index")


def _with_next(name, address):
    return f"{reverse(name)}?{urlencode({'next': address})}"


def page(request, template, title, context):
    return render(request, template, {**admin.site.each_context(request), "title": title, **context})
