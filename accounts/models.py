import unicodedata
from datetime import timedelta

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from record.models import Action
from record.noting import failures_noted, note

from .names import LONGEST_KEY, KeyField, key_of

TAKEN = {
    "username": "Someone has this user name already, maybe with other large or small letters.",
    "email": "Another account has this email address. Each person has one account.",
}
TAKEN_AS_OTHER = {
    "username": "This is the email address of someone else. Choose another user name.",
    "email": "This is the user name of someone else. Have that changed first.",
}

SHORTEST_PASSWORD = 15  # that is all that it takes to sign in


class People(UserManager):
    def named(self, typed):
        """Whose user name it is, in whatever letters; None for nobody's."""
        return self.filter(username_key=key_of(typed)).first()

    def known_as(self, typed):
        """Whose user name or email address it is, in whatever letters; None for nobody's."""
        if "\0" in typed:
            return None
        key = key_of(typed)
        return self.filter(Q(username_key=key) | Q(email_key=key)).order_by("pk").first()

    def get_by_natural_key(self, username):
        return self.get(username_key=key_of(username))

    def who_administer(self):
        """Those who give others access, for good: not the invited, the closed or an emergency's."""
        may = Q(is_superuser=True) | Q(groups__permissions__codename="change_user")
        people = self.filter(may, is_active=True, emergency_until=None).distinct()
        return people.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def open_in_emergency(self):
        return self.filter(is_active=True, emergency_until__gt=timezone.now()).order_by("emergency_until")

    def create_superuser(self, *args, **fields):
        """Only commands make one; each is on record."""
        with failures_noted(), transaction.atomic():
            account = super().create_superuser(*args, **fields)
            note(None, Action.ADD, account, detail="a superuser, by a command")
        return account

    create_superuser.alters_data = True

    def _create_user_object(self, username, email, password, **fields):
        account = super()._create_user_object(username, email, nfc(password), **fields)
        account.has_short_password = is_short(password)
        return account


class User(AbstractUser):
    """Someone who works on the site; readers and patients have no account."""

    class State(models.TextChoices):
        INVITED = "invited", "Invited"
        EXPIRED = "expired", "Invitation expired"
        ACTIVE = "active", "Active"
        CLOSED = "closed", "Closed"

    email = models.EmailField("email address", help_text="Their own work address. Nobody shares an account.")
    username_key = KeyField(of="username")
    email_key = KeyField(of="email")
    has_short_password = models.BooleanField(
        default=False, editable=False, help_text="Too short to be all that it takes to sign in."
    )
    sign_ins_ended = models.PositiveIntegerField(default=0, editable=False)
    emergency_until = models.DateTimeField(
        null=True, editable=False, help_text="When an emergency account ends by itself; empty for anyone else."
    )

    objects = People()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["email_key"],
                name="one_account_per_email",
                violation_error_message=TAKEN["email"],
            ),
            models.UniqueConstraint(
                fields=["username_key"],
                name="one_account_per_username",
                violation_error_message=TAKEN["username"],
            ),
        ]

    def validate_unique(self, exclude=None):
        """Nor may a name be the address of someone else: a forgotten password is asked for by either."""
        errors = {}
        try:
            super().validate_unique(exclude)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        for field in {"username", "email"} - set(exclude or ()):
            if words := self._taken(key_of(getattr(self, field)), field):
                errors[field] = [ValidationError(words, code="unique")]
        if errors:
            raise ValidationError(errors)

    def _taken(self, key, field):
        """Why nobody else may have `key` as that of `field`, in words; None where they may."""
        others = type(self).objects.exclude(pk=self.pk)
        if len(key) > LONGEST_KEY:
            return f"Use {LONGEST_KEY} characters at most."
        if others.filter(**{f"{field}_key": key}).exists():
            return TAKEN[field]
        other_field = "email" if field == "username" else "username"
        return TAKEN_AS_OTHER[field] if others.filter(**{f"{other_field}_key": key}).exists() else None

    @property
    def emergency_is_over(self):
        return self.emergency_until is not None and self.emergency_until <= timezone.now()

    @property
    def state(self):
        if not self.is_active or self.emergency_is_over:
            return self.State.CLOSED
        if self.has_usable_password():
            return self.State.ACTIVE
        invitation = self.last_invitation
        return self.State.INVITED if invitation and not invitation.is_over else self.State.EXPIRED

    @property
    def last_invitation(self):
        """The one whose link counts."""
        invitations = [letter for letter in self.letters.all() if letter.kind == Letter.Kind.INVITATION]
        return max(invitations, key=lambda letter: letter.pk, default=None)

    def set_password(self, raw_password):
        """A save that names its fields must name `has_short_password` too."""
        super().set_password(nfc(raw_password))
        self.has_short_password = is_short(raw_password)

    def check_password(self, raw_password):
        return super().check_password(nfc(raw_password))

    def note_length(self, raw_password):
        """Of whoever had an account before lengths were kept it is known when they sign in."""
        if not is_short(raw_password):
            type(self).objects.filter(pk=self.pk, has_short_password=True).update(has_short_password=False)
            self.has_short_password = False

    def end_sign_ins(self):
        """Have every session of this person end at its next click."""
        type(self).objects.filter(pk=self.pk).update(sign_ins_ended=F("sign_ins_ended") + 1)
        self.refresh_from_db(fields=["sign_ins_ended"])

    def _get_session_auth_hash(self, secret=None):
        """What a session must have been begun with to go on; Django asks this for each of its secrets."""
        parts = (self.password, self.sign_ins_ended, self.is_staff, self.is_superuser)
        return salted_hmac("accounts.User.session", repr(parts), secret=secret, algorithm="sha256").hexdigest()


class Letter(models.Model):
    """A mail about an account, asked for and then sent: with a link to set a password by, or with news of a change.

    The link is made as it is sent, and not kept. Without an account it is one that somebody asked for by a name that
    nobody has: nothing is sent.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        RESET = "reset", "New password"
        EMAIL_CHANGED = "email_changed", "Email address changed"
        PASSWORD_CHANGED = "password_changed", "Password changed"
        FACTOR_CHANGED = "factor_changed", "Second factor changed"

    VALID_FOR = {Kind.INVITATION: timedelta(days=1), Kind.RESET: timedelta(hours=1)}
    NEWS = (Kind.EMAIL_CHANGED, Kind.PASSWORD_CHANGED, Kind.FACTOR_CHANGED)

    kind = models.CharField(max_length=20, choices=Kind.choices)
    account = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="letters")
    to = models.EmailField(
        blank=True,
        help_text="The address at the moment of the change, kept until news of it is sent there; a link goes to the "
        "one of now.",
    )
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True, help_text="When it was too late to send it.")

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False) | Q(sent_at=None), name="a_letter_goes_to_an_account"
            ),
            models.CheckConstraint(condition=Q(to="") | Q(sent_at=None), name="a_sent_letter_keeps_no_address"),
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    @property
    def valid_for(self):
        return self.VALID_FOR[self.Kind(self.kind)]

    @property
    def is_over(self):
        return self.sent_at is not None and self.sent_at + self.valid_for <= timezone.now()


class Sending(models.Model):
    """How often somebody sent a form within an hour; accounts.limits counts."""

    what = models.CharField(max_length=30)
    hour = models.PositiveIntegerField(help_text="Since 1970.")
    sender = models.CharField(max_length=64, help_text="A keyed hash that is another one each hour.")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["what", "hour", "sender"], name="one_count_per_sender_and_hour"),
        ]

    def __str__(self):
        return f"{self.what} {self.hour}"


def nfc(password):
    """The password as it is hashed: an accent is the same by whichever keyboard it was typed."""
    return password and unicodedata.normalize("NFC", password)


def is_short(password):
    return password is not None and len(nfc(password)) < SHORTEST_PASSWORD
