"""What a condition's page shows of other pages, a row each."""

from django.db import models

from figures.models import Figure, FigureRow
from glossary.models import Term
from physicians.models import Physician
from publishing.models import Row, once

from .condition import Condition
from .library import DiagnosticTest, Symptom, Treatment
from .warning_signs import WarningSign

ITSELF = "This is the page itself. Choose another condition."
ONE_LEAD = "Another physician leads already. One can lead."


class ConditionTerm(Row):
    PARENT = "condition"
    TARGET = "term"

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="term_rows")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="condition_rows")

    class Meta(Row.Meta):
        verbose_name = "word meaning"
        constraints = [once("condition", "term", "a_condition_explains_a_term_once", "word")]


class ConditionWarningSign(Row):
    PARENT = "condition"
    TARGET = "warning_sign"

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="warning_sign_rows")
    warning_sign = models.ForeignKey(WarningSign, on_delete=models.PROTECT, related_name="condition_rows")

    class Meta(Row.Meta):
        verbose_name = "warning sign"
        constraints = [once("condition", "warning_sign", "a_condition_lists_a_warning_sign_once", "warning sign")]


class SymptomWarningSign(Row):
    PARENT = "symptom"
    TARGET = "warning_sign"

    note = models.TextField(blank=True, help_text="Plain text, true for this symptom only: “together with the pain”.")
    symptom = models.ForeignKey(Symptom, on_delete=models.CASCADE, related_name="warning_sign_rows")
    warning_sign = models.ForeignKey(WarningSign, on_delete=models.PROTECT, related_name="symptom_rows")

    class Meta(Row.Meta):
        verbose_name = "warning sign"
        constraints = [once("symptom", "warning_sign", "a_symptom_lists_a_warning_sign_once", "warning sign")]


class ConditionSymptom(Row):
    PARENT = "condition"
    TARGET = "symptom"

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="symptom_rows")
    symptom = models.ForeignKey(Symptom, on_delete=models.PROTECT, related_name="condition_rows")

    class Meta(Row.Meta):
        verbose_name = "symptom"
        constraints = [once("condition", "symptom", "a_condition_lists_a_symptom_once", "symptom")]


class ConditionTest(Row):
    class Group(models.TextChoices):
        FIRST = "first", "First"
        FURTHER = "further", "If more is needed"

    PARENT = "condition"
    TARGET = "test"

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="test_rows")
    test = models.ForeignKey(DiagnosticTest, on_delete=models.PROTECT, related_name="condition_rows")
    group = models.CharField(max_length=7, choices=Group.choices, default=Group.FIRST)

    class Meta(Row.Meta):
        verbose_name = "test"
        constraints = [once("condition", "test", "a_condition_lists_a_test_once", "test")]

    @property
    def role(self):
        return f"{self.group}_test"


class ConditionTreatment(Row):
    class Goal(models.TextChoices):
        CURE = "cure", "To cure it"
        SHRINK = "shrink", "To shrink it"
        SLOW = "slow", "To slow it"
        RELIEVE = "relieve", "To relieve pain and other symptoms"
        STABILIZE = "stabilize", "To keep the spine steady"

    PARENT = "condition"
    TARGET = "treatment"

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="treatment_rows")
    treatment = models.ForeignKey(Treatment, on_delete=models.PROTECT, related_name="condition_rows")
    goal = models.CharField(max_length=9, choices=Goal.choices, blank=True)

    class Meta(Row.Meta):
        verbose_name = "treatment"
        constraints = [once("condition", "treatment", "a_condition_lists_a_treatment_once", "treatment")]

    @property
    def role(self):
        return f"treatment_{self.goal}" if self.goal else "treatment"


class ConditionPhysician(Row):
    PARENT = "condition"
    TARGET = "physician"
    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="physician_rows")
    physician = models.ForeignKey(Physician, on_delete=models.PROTECT, related_name="condition_rows")
    is_lead = models.BooleanField(
        "leads", default=False, help_text="Chooses the treatment method; one physician at most."
    )

    class Meta(Row.Meta):
        verbose_name = "physician"
        constraints = [
            once("condition", "physician", "a_condition_lists_a_physician_once", "physician"),
            models.UniqueConstraint(
                fields=["condition"],
                condition=models.Q(is_lead=True),
                name="one_lead_per_condition",
                violation_error_message=ONE_LEAD,
            ),
        ]

    @property
    def role(self):
        return "lead" if self.is_lead else "physician"


class ConditionSeeAlso(Row):
    PARENT = "condition"
    TARGET = "see_also"

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="see_also_rows")
    see_also = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="seen_from_rows")

    class Meta(Row.Meta):
        verbose_name = "see also"
        verbose_name_plural = "see also"
        constraints = [
            once("condition", "see_also", "a_condition_points_to_another_once", "condition"),
            models.CheckConstraint(
                condition=~models.Q(condition=models.F("see_also")),
                name="a_condition_points_elsewhere",
                violation_error_message=ITSELF,
            ),
        ]


class ConditionFigure(FigureRow):
    class Part(models.TextChoices):
        OVERVIEW = "overview", "Overview"
        SYMPTOMS = "symptoms", "Symptoms"
        CAUSES = "causes", "Causes and risk factors"
        TESTS = "tests", "Tests and diagnosis"
        TREATMENTS = "treatments", "Treatments"
        OUTLOOK = "outlook", "Outlook"
        LIVING = "living", "Living with it"

    PARENT = "condition"

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="figure_rows")
    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="condition_rows")
    part = models.CharField("after the text of", max_length=12, choices=Part.choices, default=Part.OVERVIEW)

    class Meta(FigureRow.Meta):
        verbose_name = "figure"
        constraints = [once("condition", "figure", "a_condition_shows_a_figure_once", "figure")]


class SymptomFigure(FigureRow):
    class Part(models.TextChoices):
        OVERVIEW = "overview", "What it can mean"
        GETTING_HELP = "getting_help", "When to get help"

    PARENT = "symptom"

    symptom = models.ForeignKey(Symptom, on_delete=models.CASCADE, related_name="figure_rows")
    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="symptom_rows")
    part = models.CharField("after the text of", max_length=12, choices=Part.choices, default=Part.OVERVIEW)

    class Meta(FigureRow.Meta):
        verbose_name = "figure"
        constraints = [once("symptom", "figure", "a_symptom_shows_a_figure_once", "figure")]


class DiagnosticTestFigure(FigureRow):
    class Part(models.TextChoices):
        DESCRIPTION = "description", "What it is"
        EXPERIENCE = "experience", "What it feels like"
        PREPARATION = "preparation", "How to prepare"

    PARENT = "test"

    test = models.ForeignKey(DiagnosticTest, on_delete=models.CASCADE, related_name="figure_rows")
    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="test_rows")
    part = models.CharField("after the text of", max_length=12, choices=Part.choices, default=Part.DESCRIPTION)

    class Meta(FigureRow.Meta):
        verbose_name = "figure"
        constraints = [once("test", "figure", "a_test_shows_a_figure_once", "figure")]


class TreatmentPhysician(Row):
    PARENT = "treatment"
    TARGET = "physician"

    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="physician_rows")
    physician = models.ForeignKey(Physician, on_delete=models.PROTECT, related_name="treatment_rows")

    class Meta(Row.Meta):
        verbose_name = "physician who performs it"
        verbose_name_plural = "who performs it"
        constraints = [once("treatment", "physician", "a_treatment_lists_a_physician_once", "physician")]

    @property
    def role(self):
        return "performs"


class TreatmentFigure(FigureRow):
    class Part(models.TextChoices):
        DESCRIPTION = "description", "What it is"
        TIMING = "timing", "When it is done"
        PROCEDURE = "procedure", "How it is done"
        PREPARATION = "preparation", "How to prepare"
        AFTERWARDS = "afterwards", "Afterwards"
        RISKS = "risks", "Risks"

    PARENT = "treatment"

    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="figure_rows")
    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, related_name="treatment_rows")
    part = models.CharField("after the text of", max_length=12, choices=Part.choices, default=Part.DESCRIPTION)

    class Meta(FigureRow.Meta):
        verbose_name = "figure"
        constraints = [once("treatment", "figure", "a_treatment_shows_a_figure_once", "figure")]
