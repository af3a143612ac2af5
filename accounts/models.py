import unicodedata
from datetime import timedelta

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from record.models import Action
from record.noting import failures_noted, note


class People(UserManager):
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
        return super()._create_user_object(username, email, nfc(password), **fields)


class User(AbstractUser):
    """Someone who works on the site; readers and patients have no account."""

    class State(models.TextChoices):
        INVITED = "invited", "Invited"
        EXPIRED = "expired", "Invitation expired"
        ACTIVE = "active", "Active"
        CLOSED = "closed", "Closed"

    email = models.EmailField("email address", help_text="Their own work address. Nobody shares an account.")
    sign_ins_ended = models.PositiveIntegerField(default=0, editable=False)
    emergency_until = models.DateTimeField(
        null=True, editable=False, help_text="When an emergency account ends by itself; empty for anyone else."
    )

    objects = People()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_per_email",
                violation_error_message="Another account has this email address. Each person has one account.",
            ),
        ]

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
        super().set_password(nfc(raw_password))

    def check_password(self, raw_password):
        return super().check_password(nfc(raw_password))

    def end_sign_ins(self):
        """Have every session of this person end at its next click."""
        type(self).objects.filter(pk=self.pk).update(sign_ins_ended=F("sign_ins_ended") + 1)
        self.refresh_from_db(fields=["sign_ins_ended"])

    def _get_session_auth_hash(self, secret=None):
        """What a session must have been begun with to go on; Django asks this for each of its secrets."""
        parts = (self.password, self.sign_ins_ended, self.is_staff, self.is_superuser)
        return salted_hmac("accounts.User.session", repr(parts), secret=secret, algorithm="sha256").hexdigest()


class Letter(models.Model):
    """A mail with a link to set a password by, asked for and then sent; the link is made as it is sent, and not kept.

    Without an account it is one that somebody asked for by a name that nobody has: nothing is sent.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", "Invitation"
        RESET = "reset", "New password"

    VALID_FOR = {Kind.INVITATION: timedelta(days=1), Kind.RESET: timedelta(hours=1)}

    kind = models.CharField(max_length=10, choices=Kind.choices)
    account = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="letters")
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False) | Q(sent_at=None), name="a_letter_goes_to_an_account"
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    @property
    def valid_for(self):
        return self.VALID_FOR[self.Kind(self.kind)]

    @property
    def is_over(self):
        return self.sent_at is not None and self.sent_at + self.valid_for <= timezone.now()


def nfc(password):
    """The password as it is hashed: an accent is the same by whichever keyboard it was typed."""
    return password and unicodedata.normalize("NFC", password)
