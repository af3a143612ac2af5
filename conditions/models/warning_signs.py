from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from publishing.fields import lines
from publishing.models import Page

from ..phrases import alarms_everybody

HOW_PEOPLE_SAY_IT = (
    "What people type who have this sign, one way a line: “can't feel legs”, “numb between legs”, “trouble peeing”. "
    "A search that has all the words of a line shows the card. Order, endings and small words (my, the, in) don't "
    "matter, and two other words may stand between. A line that begins with “only:” counts where nothing else was "
    "typed: “only: can't walk”. Words alike count as one: can't, unable, won't, lost, no, stopped; "
    "not, don't, doesn't; trouble, hard; leg, foot; arm, hand; bladder, bowel, urine, pee; groin, genitals, saddle; "
    "new, sudden, fast, today. A single common word would alarm everybody: “bladder leaking”, not “bladder”. "
    "These lines are never printed; the sign itself counts as one of them."
)
TOO_LITTLE = (
    "“%(phrase)s” would alarm everybody: say it in two words that count at least. Small words (my, the, in, have) "
    "count for nothing, and “can't”, “not”, “trouble” and “new” only beside another word. A single word is enough "
    "where it is an emergency whatever stands beside it: paralyzed, suicide, incontinence."
)


class WarningSign(Page):
    """A sign that calls for help, how soon, and how people say it; it stands as a card on the pages of others."""

    class Level(models.TextChoices):
        CALL_911 = "call_911", "Call 911"
        CALL_TODAY = "call_today", "Call us today"
        TELL_US_SOON = "tell_us_soon", "Tell us soon"

    KIND = "warning_sign"
    LAY_WORDS = ("phrases",)
    WORDS = ("level", "explanation", "is_general", "phrases")
    CLINICAL_WORDS = ("level", "explanation", "is_general")
    ANCHOR = "warning-signs"

    level = models.CharField(max_length=12, choices=Level.choices, help_text="How soon somebody with this sign acts.")
    explanation = models.CharField(
        max_length=300,
        blank=True,
        help_text=(
            "What it can mean or what else to do, where the sign alone doesn't tell: “Keep still until help comes.” "
            "Plain text; stands below the sign."
        ),
    )
    is_general = models.BooleanField(
        "belongs to every part of the site",
        default=False,
        help_text="Shown above the list of symptoms too, not only on the pages that list it.",
    )
    phrases = models.TextField("how people say it", blank=True, help_text=HOW_PEOPLE_SAY_IT)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__in=["call_911", "call_today", "tell_us_soon"]),
                name="a_warning_sign_says_how_soon_to_act",
                violation_error_message="Say how soon somebody with this sign acts.",
            )
        ]

    def get_absolute_url(self):
        return f"{reverse('conditions:symptom_list')}#{self.ANCHOR}"

    def clean(self):
        super().clean()
        refused = {}
        for name, phrases in (("title", [self.title]), ("phrases", lines(self.phrases))):
            if short := [phrase for phrase in phrases if alarms_everybody(phrase)]:
                refused[name] = [ValidationError(TOO_LITTLE, params={"phrase": phrase}) for phrase in short]
        if refused:
            raise ValidationError(refused)

    def frozen_words(self):
        return {**super().frozen_words(), "phrases": lines(self.phrases)}
