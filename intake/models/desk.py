from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

_WITHIN = _("Promise an answer within 1 to 30 business days.")
_SENT = _("Let 1 to 20 gigabytes come with one request.")
_KEPT = _("Keep requests for 30 to 3,650 days: a month at least, ten years at most.")


class DeskSettings(models.Model):
    """How the desk that answers requests works: one row. Administrators change it, on record."""

    PLAIN = ("id", "is_open", "closed_words", "mail_to", "answer_within", "kept_for", "most_gigabytes")
    SEALED = ()

    is_open = models.BooleanField(
        _("takes requests"),
        default=True,
        help_text=_(
            "Take the check away, and both forms give way to the words below and the phone number at once. Who is in "
            "the middle of a request may still send it."
        ),
    )
    closed_words = models.CharField(
        _("words while it takes none"),
        max_length=300,
        blank=True,
        help_text=_(
            "What readers see instead of the forms, and when they can ask again: “We are moving. From Monday on you "
            "can ask here again.”"
        ),
    )
    mail_to = models.EmailField(
        _("mail of the desk"),
        blank=True,
        help_text=_(
            "Where the mail goes that says “a request is waiting”. It holds the reference and a link, never who asks "
            "or why. Leave it empty, and nobody is told by mail: then look at the list yourself, every day."
        ),
    )
    answer_within = models.PositiveSmallIntegerField(
        _("answers within"),
        default=3,
        validators=[MinValueValidator(1, _WITHIN), MaxValueValidator(30, _WITHIN)],
        help_text=_(
            "Business days. Each patient is promised an answer by the last of them, so a change counts for requests "
            "that come from now on. Weekends and the holidays below do not count."
        ),
    )
    kept_for = models.PositiveSmallIntegerField(
        _("keeps a request for"),
        default=365,
        validators=[MinValueValidator(30, _KEPT), MaxValueValidator(3650, _KEPT)],
        help_text=_(
            "Days after it was closed. Then it is erased for good, and nobody can bring it back. Fewer days erase "
            "older ones within the hour; the department's rules for records say how many there must be."
        ),
    )

    most_gigabytes = models.PositiveSmallIntegerField(
        _("gigabytes of scans"),
        default=2,
        validators=[MinValueValidator(1, _SENT), MaxValueValidator(20, _SENT)],
        help_text=_(
            "How much may come with one request. A disc of one MRI or CT holds less than 1. Ask whoever runs the site "
            "whether there is room before you raise it."
        ),
    )

    class Meta:
        verbose_name = _("desk settings")
        verbose_name_plural = _("desk settings")
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_desk"),
            models.CheckConstraint(condition=Q(answer_within__range=(1, 30)), name="the_desk_answers_within_30_days"),
            models.CheckConstraint(condition=Q(kept_for__range=(30, 3650)), name="the_desk_keeps_30_to_3650_days"),
            models.CheckConstraint(condition=Q(most_gigabytes__range=(1, 20)), name="the_desk_takes_1_to_20_gigabytes"),
        ]

    def __str__(self):
        return "desk settings"


class Holiday(models.Model):
    """A day on which the desk answers nothing."""

    PLAIN = ("id", "desk", "day", "name")
    SEALED = ()

    desk = models.ForeignKey(DeskSettings, on_delete=models.CASCADE, related_name="holidays")
    day = models.DateField(unique=True, error_messages={"unique": _("This day is on the list already.")})
    name = models.CharField(max_length=80, blank=True, help_text=_("For yourselves: “Thanksgiving”."))

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["day"]
        default_permissions = ()

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {self.name}".rstrip()
