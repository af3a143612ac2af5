import datetime

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

LAST_DAY = datetime.date(2199, 12, 31)


class Consented(models.Model):
    """Part of a Page that may show a patient: then it is for readers only while the patient's consent holds.

    `needs_consent` tells whether it shows one; CONSENTED calls the page at the beginning of a sentence.
    """

    CONSENTED = None

    consent_on = models.DateField(
        "consent given on",
        null=True,
        blank=True,
        validators=[MaxValueValidator(LAST_DAY)],
        help_text="The day of the patient's signed consent on file. Without it this can't be published.",
    )
    consent_until = models.DateField(
        "consent ends after",
        null=True,
        blank=True,
        validators=[MaxValueValidator(LAST_DAY)],
        help_text=(
            "The last day on which this may be shown; then it leaves the site by itself. Empty: no end was agreed. "
            "If the patient takes it back, withdraw this at once."
        ),
    )

    class Meta:
        abstract = True

    @property
    def needs_consent(self):
        raise NotImplementedError

    def objection(self, at):
        """What a page of a patient lacks of the patient's consent at `at`."""
        if not self.needs_consent:
            return super().objection(at)
        day = timezone.localdate(at)
        if self.consent_on is None:
            return f"{self.CONSENTED} needs the patient's consent on file. Enter the day on which it was given."
        if self.consent_on > day:
            return f"The patient's consent begins later. {self.CONSENTED} can be shown from then on."
        if self.consent_until and self.consent_until < day:
            return f"The patient's consent has ended. {self.CONSENTED} needs a new one before it is shown."
        return super().objection(at)

    def ends_at(self):
        """The end of the last day of a patient's consent."""
        if not (self.needs_consent and self.consent_until):
            return super().ends_at()
        day_after = self.consent_until + datetime.timedelta(days=1)
        return timezone.make_aware(datetime.datetime.combine(day_after, datetime.time.min))

    def frozen_words(self):
        words = super().frozen_words()
        days = {name: words[name].isoformat() for name in ("consent_on", "consent_until") if words[name]}
        return {**words, **days}


def ends_after_it_was_given(name):
    """The rule, under `name`, that consent ends after it was given."""
    return models.CheckConstraint(
        condition=Q(consent_until=None) | Q(consent_on__isnull=False, consent_until__gte=F("consent_on")),
        name=name,
        violation_error_message="Consent can't end before the day on which it was given.",
    )
