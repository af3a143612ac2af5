from django.db import models

from physicians.models import Patients
from publishing.models import Page
from publishing.richtext import RichTextField

from .condition import Condition

AGES = [(Patients.ADULT.value, "Adults"), (Patients.PEDIATRIC.value, "Children and teens")]
GATHERED = [*Condition.Category.choices, *AGES]


class Hub(Page):
    """The page that gathers the conditions of one kind or one age under an introduction.

    Which conditions those are is nowhere written down: their own words say so (see conditions.hubs).
    """

    KIND = "hub"
    URL_NAME = "conditions:hub"
    SEARCH_WEIGHT = 0.7
    ALONG = ("term", "condition", "hub")
    WORDS = ("gathers", "introduction")
    CLINICAL_WORDS = ("gathers", "introduction")

    gathers = models.CharField(
        max_length=12,
        choices=[("By kind", Condition.Category.choices), ("By age", AGES)],
        help_text=(
            "The conditions themselves say of which kind they are and who gets them, and stand here by that. "
            "There is one page for each kind and each age."
        ),
    )
    introduction = RichTextField(
        blank=True,
        help_text="What these conditions have in common, in two or three short paragraphs. The list stands below it.",
    )

    class Meta:
        verbose_name = "group of conditions"
        verbose_name_plural = "groups of conditions"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(gathers__in=[code for code, _label in GATHERED]),
                name="a_hub_gathers_a_kind_or_an_age",
                violation_error_message="Choose which conditions stand here.",
            ),
            models.UniqueConstraint(
                fields=["gathers"],
                name="one_hub_for_each_kind_and_age",
                violation_error_message="Another page gathers these conditions already.",
            ),
        ]
