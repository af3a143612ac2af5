import secrets

from django.db import models
from django.db.models import Q
from django.utils.text import slugify

from publishing.consent import Consented, ends_after_it_was_given
from publishing.models import Page, Row

ALT_OR_DECORATIVE = "Describe the picture in words, or tick that it only decorates: one of the two."


class Figure(Consented, Page):
    """A picture with what has to be known of it; it has no page of its own, others show it."""

    class Subject(models.TextChoices):
        NO_PATIENT = "no_patient", "No patient: a drawing, a model, a place, someone of the staff"
        PATIENT = "patient", "A patient, or a photo or scan of a patient: written consent is needed"

    KIND = "figure"
    CONSENTED = "A picture of a patient"
    WORDS = ("picture", "alt", "is_decorative", "caption", "credit", "subject", "consent_on", "consent_until")
    CLINICAL_WORDS = ("picture", "alt", "caption")
    FILES = ("picture",)
    IS_PART = True

    picture = models.JSONField(default=dict, blank=True, editable=False)  # as figures.pictures.stored makes it
    alt = models.CharField(
        "in words",
        max_length=250,
        blank=True,
        help_text=(
            "What it shows, for those who don't see it: “A vertebra from the side. The disc below it bulges and "
            "presses on a nerve.”"
        ),
    )
    is_decorative = models.BooleanField(
        "only decorates",
        default=False,
        help_text="Who doesn't see it misses nothing, because the text says it all.",
    )
    caption = models.CharField(max_length=250, blank=True, help_text="Stands below the picture. One sentence or two.")
    credit = models.CharField(
        max_length=120, blank=True, help_text="Whose work it is: “Drawing: Ana Example”. Stands after the caption."
    )
    subject = models.CharField("what it shows", max_length=10, choices=Subject.choices)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(alt="", is_decorative=True) | Q(~Q(alt=""), is_decorative=False),
                name="a_figure_is_described_or_decorative",
                violation_error_message=ALT_OR_DECORATIVE,
            ),
            models.CheckConstraint(condition=~Q(subject=""), name="a_figure_says_whom_it_shows"),
            ends_after_it_was_given("consent_to_a_figure_ends_after_it_was_given"),
        ]

    @property
    def needs_consent(self):
        return self.subject == self.Subject.PATIENT

    def clean(self):
        if not self.slug:  # nobody reads it: a figure has no page
            self.slug = f"{slugify(self.title)[:60] or 'figure'}-{secrets.token_hex(4)}"
        super().clean()

    def objection(self, at):
        return super().objection(at) if self.picture else "Upload the picture first."


class FigureRow(Row):
    """That a page shows a figure, and after which of its texts (`part`, one of the choices that a subclass gives)."""

    TARGET = "figure"

    note = models.CharField(
        "other caption",
        max_length=250,
        blank=True,
        help_text="Stands below the picture on this page only, in place of its own caption.",
    )

    class Meta(Row.Meta):
        abstract = True

    @property
    def role(self):
        return f"figure_{self.part}"


def roles(parts):
    """The roles of figures that stand after `parts`."""
    return tuple(f"figure_{part}" for part in parts)


def figures_after(shown):
    """The figures of the composed page `shown` by the part after whose text they stand."""
    figures = {}
    for entry in shown.mentions:
        if entry.role.startswith("figure_"):
            figures.setdefault(entry.role.removeprefix("figure_"), []).append(entry)
    return figures
