from django import forms
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from . import actions, handing_over, links
from .models import User
from .own import check_password
from .roles import ADMINISTRATOR, MAY, ROLES

MOST_NAMED = 20


class RolesField(forms.ModelMultipleChoiceField):
    """A box to tick for each role, with what it may do."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self):
        roles = Group.objects.filter(name__in=ROLES)
        super().__init__(roles, label=_("Roles"), required=False, help_text=_("Each adds to what this person may do."))

    def label_from_instance(self, role):
        return f"{role.name}: {MAY[role.name]}"


class AccountForm(forms.ModelForm):
    """Whoever changes an email address gives their own password again; the admin sets `request` for that."""

    request = None
    groups = RolesField()
    your_password = forms.CharField(
        label=_("Your own password"),
        strip=False,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
        help_text=_("Only if you change the email address: mail to it can open the account."),
    )

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email", "groups", "is_superuser", "user_permissions")
        help_texts = {"username": _("What they sign in with, such as “agarcia”. Letters, digits and @ . + - _ alone.")}

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and "email" in self.changed_data and "email" in cleaned:
            try:
                check_password(self.request, cleaned.get("your_password", ""))
            except ValidationError as error:
                self.add_error("your_password", error)
        if self.instance.pk and not self._administers(cleaned) and actions.is_last_administrator(self.instance):
            self.add_error("groups", _("Nobody else administers the site. Make someone else an Administrator first."))
        return cleaned

    def _administers(self, cleaned):
        roles = cleaned.get("groups", self.instance.groups.all())
        is_superuser = cleaned.get("is_superuser", self.instance.is_superuser)
        return is_superuser or any(role.name == ADMINISTRATOR for role in roles)

    @property
    def changed_data(self):
        return [name for name in super().changed_data if name != "your_password"]


class NewAccountForm(AccountForm):
    """Asks for no password: whoever is invited sets their own."""

    your_password = None

    class Meta(AccountForm.Meta):
        fields = ("username", "first_name", "last_name", "email", "groups")


class SuccessorsForm(forms.Form):
    """Asks for each kind of thing that somebody owns who takes it over; `to` maps the kinds to them."""

    def __init__(self, account, *args, **kwargs):
        super().__init__(*args, auto_id="id_%s", label_suffix="", **kwargs)
        self.kinds = {}
        for number, (kind, count) in enumerate(handing_over.owned_by(account)):
            self.kinds[f"to_{number}"] = kind
            self.fields[f"to_{number}"] = forms.ModelChoiceField(
                kind.successors(account),
                label=_("%(kind)s (%(count)d)") % {"kind": kind.label, "count": count},
                help_text=_named(kind, account, count),
                empty_label=_("Choose who takes them over"),
                error_messages={"required": _("Say who takes these over.")},
            )
            self.fields[f"to_{number}"].label_from_instance = full_name

    @property
    def to(self):
        return {kind: self.cleaned_data[name] for name, kind in self.kinds.items()}


def full_name(person):
    """As people choose somebody; two may have one name, so that of the account stands beside it."""
    name = person.get_full_name()
    return f"{name} ({person})" if name else str(person)


def _named(kind, account, count):
    """The first few of what the account owns, by name."""
    rows = kind.owned_by(account).order_by("pk")[:MOST_NAMED]
    return ", ".join(map(str, rows)) + (", …" if count > MOST_NAMED else "")


class ForgottenPasswordForm(forms.Form):
    who = forms.CharField(
        label=_("User name or email address"),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": _("Type your user name or the email address of your account.")},
    )


class NewPasswordForm(forms.Form):
    """Takes the code of a mailed link, which a script copies from the address, and the password to set by it."""

    code = forms.CharField(
        label=_("Code from the mail"),
        max_length=links.LONGEST_CODE,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_("It stands below the link in the mail."),
        error_messages={"required": _("Paste the code that stands below the link in the mail.")},
    )
    password = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        error_messages={"required": _("Type the password that you want to sign in with.")},
    )
    again = forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        error_messages={"required": _("Type the same password again.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["password"].help_text = " ".join(password_validators_help_texts())
        self.has_good_code = False

    def clean_code(self):
        code = self.cleaned_data["code"].strip()
        try:
            self.account, _kind = links.opened(code)
        except links.Dead as error:
            raise ValidationError(DEAD, code="dead") from error
        self.has_good_code = True
        return code

    def clean(self):
        cleaned = super().clean()
        password, again = cleaned.get("password"), cleaned.get("again")
        if password and again and password != again:
            self.add_error("again", _("This is not what you typed above. Type the same password in both."))
        elif password and self.has_good_code:
            try:
                validate_password(password, self.account)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


DEAD = _(
    "This link was used before or is too old. If you have a password and forgot it, ask for another link below. "
    "If you were invited, ask the person who invited you to do so again."
)
