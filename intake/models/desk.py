from datetime import time

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .request import Kind, Request

_WITHIN = _("Promise an answer within 1 to 30 business days.")
_SENT = _("Let 1 to 20 gigabytes come with one request.")
_KEPT = _("Keep requests for 30 to 3,650 days: a month at least, ten years at most.")


class DeskSettings(models.Model):
    """How the desk that answers requests works: one row. Administrators change it, on record."""

    PLAIN = (
        "id",
        "is_open",
        "closed_words",
        "mail_to",
        "opens",
        "closes",
        "urgent_within",
        "routine_within",
        "answer_within",
        "next_within",
        "kept_for",
        "most_gigabytes",
    )
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
    opens = models.TimeField(_("opens at"), default=time(8), help_text=_("Monday to Friday, but on holidays."))
    closes = models.TimeField(
        _("closes at"), default=time(17), help_text=_("The clock by which requests are due stands still after it.")
    )
    urgent_within = models.PositiveSmallIntegerField(
        _("first contact, urgent"),
        default=1,
        validators=[MinValueValidator(1, _WITHIN), MaxValueValidator(30, _WITHIN)],
        help_text=_("Business days until somebody has reached the patient, where a warning sign was checked."),
    )
    routine_within = models.PositiveSmallIntegerField(
        _("first contact, routine"),
        default=2,
        validators=[MinValueValidator(1, _WITHIN), MaxValueValidator(30, _WITHIN)],
        help_text=_("Business days until somebody has reached the patient. Not more than patients are promised."),
    )
    next_within = models.PositiveSmallIntegerField(
        _("next step"),
        default=5,
        validators=[MinValueValidator(1, _WITHIN), MaxValueValidator(30, _WITHIN)],
        help_text=_("Business days after which an open request comes up again, if nothing was done about it."),
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
            "Days after it was closed, unless a rule below says otherwise. Then it is erased for good, and nobody can "
            "bring it back. Fewer days erase older ones within the hour; the department's rules for records say how "
            "many there must be."
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
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="the_desk_closes_after_it_opens"),
            models.CheckConstraint(
                condition=Q(urgent_within__range=(1, 30))
                & Q(routine_within__range=(F("urgent_within"), F("answer_within"))),
                name="first_contact_comes_before_the_promised_day_and_urgent_first",
            ),
            models.CheckConstraint(condition=Q(next_within__range=(1, 30)), name="the_next_step_is_due_within_30_days"),
        ]

    def __str__(self):
        return "desk settings"

    def clean(self):
        errors = {}
        if self.opens and self.closes and self.opens >= self.closes:
            errors["closes"] = _("Choose a time after the one at which the desk opens.")
        within = (self.urgent_within, self.routine_within, self.answer_within)
        if None not in within and not within[0] <= within[1] <= within[2]:
            errors["routine_within"] = _(
                "Urgent requests come first: no more days than for routine ones, and these no more than promised."
            )
        if errors:
            raise ValidationError(errors)


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


class Retention(models.Model):
    """How long requests of one kind and outcome are kept; DeskSettings.kept_for where there is no such rule."""

    PLAIN = ("id", "desk", "kind", "outcome", "kept_for")
    SEALED = ()

    desk = models.ForeignKey(DeskSettings, on_delete=models.CASCADE, related_name="retentions")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    outcome = models.CharField(max_length=20, choices=Request.Outcome.choices)
    kept_for = models.PositiveSmallIntegerField(
        _("days"), validators=[MinValueValidator(30, _KEPT), MaxValueValidator(3650, _KEPT)]
    )

    class Meta:
        verbose_name = _("rule for keeping")
        verbose_name_plural = _("rules for keeping")
        ordering = ["kind", "outcome"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "outcome"],
                name="one_rule_for_each_kind_and_outcome",
                violation_error_message=_("There is a rule for this kind and outcome already: change that one."),
            ),
            models.CheckConstraint(condition=Q(kept_for__range=(30, 3650)), name="a_rule_keeps_30_to_3650_days"),
        ]

    def __str__(self):
        return f"{self.kind} {self.outcome}"
