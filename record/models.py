from functools import cache

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    """All that is ever written down; whoever needs another word adds it here."""

    VIEW = "view", _("looked at")
    LIST = "list", _("listed")
    SEARCH = "search", _("searched")
    DOWNLOAD = "download", _("downloaded")
    EXPORT = "export", _("exported")
    PRINT = "print", _("printed")
    ADD = "add", _("added")
    CHANGE = "change", _("changed")
    DELETE = "delete", _("deleted")
    PUBLISH = "publish", _("published")
    WITHDRAW = "withdraw", _("withdrew")
    CANCEL = "cancel", _("canceled a planned edition of")
    REVIEW = "review", _("reviewed")
    SIGN_IN = "sign_in", _("signed in")
    SIGN_OUT = "sign_out", _("signed out")
    GIVE_ROLE = "give_role", _("gave a role to")
    TAKE_ROLE = "take_role", _("took a role from")
    INVITE = "invite", _("invited")
    ACCEPT = "accept", _("accepted the invitation to")
    CLOSE = "close", _("closed")
    REOPEN = "reopen", _("opened again")
    HAND_OVER = "hand_over", _("handed over what belonged to")
    ASK_RESET = "ask_reset", _("asked for a new password of")
    CHANGE_PASSWORD = "change_password", _("changed the password of")
    CHANGE_FACTOR = "change_factor", _("changed the second factor of")
    CHANGE_KEY = "change_key", _("changed the key of")
    OPEN_EMERGENCY = "open_emergency", _("opened an emergency account")


class Outcome(models.TextChoices):
    """A row says "allowed" before anything is done; should that fail, another row says so."""

    ALLOWED = "allowed", _("allowed")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("failed")


class Entry(models.Model):
    """A row of the record: who did what to which thing, and when. `record.noting` writes them, nothing changes them.

    Names and keys are plain values, so that a row stays true when what it speaks of has gone. Nothing in it tells of a
    patient.
    """

    number = models.BigIntegerField(primary_key=True, editable=False)
    at = models.DateTimeField()
    user_id = models.BigIntegerField(null=True, help_text="None: nobody who was signed in, or a command.")
    username = models.CharField(max_length=150, blank=True)
    action = models.CharField(max_length=20, choices=Action)
    kind = models.CharField(max_length=50)
    key = models.CharField(max_length=64, blank=True, help_text="Empty: all of its kind, or none in particular.")
    detail = models.CharField(max_length=200, blank=True, help_text="Words of ours, such as the kind of a search.")
    why = models.CharField(max_length=300, blank=True, help_text="The reason a person gave, where one is asked.")
    outcome = models.CharField(max_length=10, choices=Outcome)
    mac = models.CharField(max_length=100, help_text="Over this row and the mac of the one before: record.chain.")

    class Meta:
        ordering = ("-number",)
        default_permissions = ("view",)
        verbose_name = _("entry of the record")
        verbose_name_plural = _("the record")
        constraints = [models.CheckConstraint(condition=Q(number__gte=1), name="entries_count_from_one")]
        indexes = [
            models.Index(fields=["username", "-number"], name="entries_by_who"),
            models.Index(fields=["kind", "key", "-number"], name="entries_by_thing"),
            models.Index(fields=["at"], name="entries_by_moment"),
        ]

    def __str__(self):
        return f"entry {self.number}"

    @property
    def kind_in_words(self):
        """As the rest of the site calls it; an address that was refused stands as it is."""
        return _named_kinds().get(self.kind, self.kind)


@cache
def _named_kinds():
    names = {model._meta.model_name: model._meta.verbose_name for model in apps.get_models()}
    return {kind: str(name) for kind, name in names.items()} | {"user": _("account"), "record": _("the record")}
