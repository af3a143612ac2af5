"""Conditions and the library of symptoms, tests and treatments that their pages share."""

from django.db import models

from glossary.models import Term
from physicians.models import Patients, Physician
from publishing.fields import SeveralChoicesField, lines
from publishing.models import MentionDraft, Page, Row
from publishing.richtext import RichTextField

ONE_LEAD = "Another physician leads already. One can lead."
ALSO_CALLED = "Other names that patients meet, one a line. They stand in the A to Z and lead here."
SEARCHED_FOR = "Words people search for: lay words and misspellings, one a line. They are never printed."


def with_lay_words(words):
    """The frozen `words` of an edition from before there were lay words."""
    return {**words, "lay_words": []}


def frozen_names(page):
    """What else `page` is called, as an edition keeps it."""
    return {"also_called": lines(page.also_called), "lay_words": lines(page.lay_words)}


class Symptom(Page):
    KIND = "symptom"
    SHAPE = 2
    UPGRADES = {1: with_lay_words}
    NAMES = ("also_called",)
    LAY_WORDS = ("lay_words",)
    URL_NAME = "conditions:symptom"
    WORDS = ("also_called", "lay_words", "overview", "getting_help")
    CLINICAL_WORDS = ("overview", "getting_help")

    also_called = models.TextField(blank=True, help_text=ALSO_CALLED)
    lay_words = models.TextField(blank=True, help_text=SEARCHED_FOR)
    overview = RichTextField(blank=True, help_text="What it feels like and what it can mean. Never a diagnosis.")
    getting_help = RichTextField(
        "when to get help", blank=True, help_text="When to call 911, when to call us, when it can wait."
    )

    def frozen_words(self):
        return {**super().frozen_words(), **frozen_names(self)}


class DiagnosticTest(Page):
    KIND = "test"
    SHAPE = 2
    UPGRADES = {1: with_lay_words}
    NAMES = ("also_called",)
    LAY_WORDS = ("lay_words",)
    URL_NAME = "conditions:test"
    WORDS = ("also_called", "lay_words", "description", "experience", "preparation")
    CLINICAL_WORDS = ("description", "experience", "preparation")

    also_called = models.TextField(blank=True, help_text=ALSO_CALLED)
    lay_words = models.TextField(blank=True, help_text=SEARCHED_FOR)
    description = RichTextField(
        blank=True, help_text="What it is and what it shows. Printed on the page of every condition that uses the test."
    )
    experience = RichTextField(
        "what it feels like", blank=True, help_text="What happens, how long it takes, what one feels."
    )
    preparation = RichTextField("how to prepare", blank=True, help_text="Food, medicines, metal, what to bring.")

    class Meta:
        verbose_name = "test"

    def frozen_words(self):
        return {**super().frozen_words(), **frozen_names(self)}


class Treatment(Page):
    """A treatment; the page of a surgery is its “surgery overview”."""

    class Method(models.TextChoices):
        WATCHING = "watching", "Watching and waiting"
        MEDICINE = "medicine", "Medicine"
        THERAPY = "therapy", "Therapy and exercise"
        INJECTION = "injection", "Injection"
        RADIATION = "radiation", "Radiation"
        BRACE = "brace", "Brace"
        SURGERY = "surgery", "Surgery"
        OTHER = "other", "Other"

    KIND = "treatment"
    SHAPE = 2
    UPGRADES = {1: with_lay_words}
    NAMES = ("also_called",)
    LAY_WORDS = ("lay_words",)
    URL_NAME = "conditions:treatment"
    PARTS = ("description", "timing", "procedure", "preparation", "afterwards", "risks", "questions")
    WORDS = ("also_called", "lay_words", "method", *PARTS)
    CLINICAL_WORDS = ("method", *PARTS)

    also_called = models.TextField(blank=True, help_text=ALSO_CALLED)
    lay_words = models.TextField(blank=True, help_text=SEARCHED_FOR)
    method = models.CharField(
        max_length=10,
        choices=Method.choices,
        default=Method.OTHER,
        help_text="Surgery makes this page a surgery overview.",
    )
    description = RichTextField("what it is", blank=True)
    timing = RichTextField("when it is done", blank=True, help_text="For whom it helps, and when it is not used.")
    procedure = RichTextField("how it is done", blank=True, help_text="Step by step, in plain words.")
    preparation = RichTextField("how to prepare", blank=True)
    afterwards = RichTextField(blank=True, help_text="The days and weeks after: pain, moving, work, when to call.")
    risks = RichTextField(blank=True, help_text="What can go wrong, the common first.")
    questions = RichTextField("questions to ask", blank=True, help_text="A list that a patient can take along.")

    def frozen_words(self):
        return {**super().frozen_words(), **frozen_names(self)}


class Condition(Page):
    """A disease or injury of the spine. Fixed fields, so that patients meet the same order on every page."""

    class Region(models.TextChoices):
        CERVICAL = "cervical", "Cervical spine (neck)"
        THORACIC = "thoracic", "Thoracic spine (upper and mid-back)"
        LUMBAR = "lumbar", "Lumbar spine (lower back)"
        SACRAL = "sacral", "Sacral spine (tailbone)"
        WHOLE = "whole", "Whole spine"

    class Category(models.TextChoices):
        DEGENERATIVE = "degenerative", "Wear and tear"
        TUMOR = "tumor", "Tumor"
        DEFORMITY = "deformity", "Deformity"
        TRAUMA = "trauma", "Injury"
        VASCULAR = "vascular", "Blood vessels"
        CONGENITAL = "congenital", "Present from birth"
        INFECTION = "infection", "Infection"
        NERVE = "nerve", "Nerves and spinal cord"

    KIND = "condition"
    SHAPE = 2
    UPGRADES = {1: with_lay_words}
    NAMES = ("also_called",)
    LAY_WORDS = ("lay_words",)
    SEARCH_WEIGHT = 1.2
    URL_NAME = "conditions:condition"
    TEXTS = (
        "overview",
        "symptoms",
        "causes",
        "tests",
        "further_tests",
        "treatments",
        "outlook",
        "living",
        "preparing",
    )
    WORDS = ("also_called", "lay_words", "plural", "regions", "category", "patients", *TEXTS)
    CLINICAL_WORDS = ("regions", "category", "patients", *TEXTS)
    CLINICAL_ROLES = (
        "term",
        "symptom",
        "first_test",
        "further_test",
        "treatment",
        "treatment_cure",
        "treatment_shrink",
        "treatment_slow",
        "treatment_relieve",
        "treatment_stabilize",
    )
    ROLE_LABELS = {
        "term": "word meanings",
        "symptom": "list of symptoms",
        "first_test": "list of tests",
        "further_test": "list of tests",
        **dict.fromkeys(CLINICAL_ROLES[4:], "list of treatments"),
        "lead": "physicians",
        "physician": "physicians",
    }
    ROWS = ("term_rows", "symptom_rows", "test_rows", "treatment_rows", "physician_rows")
    FROZEN_WITH = ROWS

    also_called = models.TextField(blank=True, help_text=ALSO_CALLED)
    lay_words = models.TextField(blank=True, help_text=SEARCHED_FOR)
    plural = models.CharField(
        max_length=120,
        blank=True,
        help_text="As in “experts in treating …”: “metastatic spinal tumors”.",
    )
    regions = SeveralChoicesField(
        "regions", choices=Region.choices, blank=True, help_text="Where in the spine it happens; all that apply."
    )
    category = models.CharField(max_length=12, choices=Category.choices, blank=True)
    patients = models.CharField(max_length=10, choices=Patients.choices, default=Patients.ADULT)
    overview = RichTextField(blank=True, help_text="What it is, in two to four short paragraphs.")
    symptoms = RichTextField(
        blank=True, help_text="How it feels and how it begins. The list of symptoms stands below it."
    )
    causes = RichTextField("causes and risk factors", blank=True)
    tests = RichTextField("tests and diagnosis", blank=True, help_text="Stands above the list of tests; often empty.")
    further_tests = RichTextField(blank=True, help_text="What more may be needed; stands below the list of tests.")
    treatments = RichTextField(blank=True, help_text="What treatment can do. The list of treatments stands below it.")
    outlook = RichTextField(blank=True, help_text="What to expect. No promise, and no number without a source.")
    living = RichTextField("living with it", blank=True, help_text="What helps day by day.")
    preparing = RichTextField(
        "preparing for your appointment",
        blank=True,
        help_text="What to bring and to ask. Who treats it is printed from the physicians below.",
    )

    def frozen_words(self):
        return {**super().frozen_words(), **frozen_names(self)}

    def frozen_mentions(self):
        return [
            MentionDraft(row.role, row.target_id, position, row.note)
            for name in self.ROWS
            for position, row in enumerate(getattr(self, name).all())
        ]


class ConditionTerm(Row):
    PARENT = "condition"
    TARGET = "term"

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="term_rows")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="condition_rows")

    class Meta(Row.Meta):
        verbose_name = "word meaning"
        constraints = [
            models.UniqueConstraint(
                fields=["condition", "term"],
                name="a_condition_explains_a_term_once",
                violation_error_message="This word is in the list already.",
            )
        ]


class ConditionSymptom(Row):
    PARENT = "condition"
    TARGET = "symptom"

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="symptom_rows")
    symptom = models.ForeignKey(Symptom, on_delete=models.PROTECT, related_name="condition_rows")

    class Meta(Row.Meta):
        verbose_name = "symptom"
        constraints = [
            models.UniqueConstraint(
                fields=["condition", "symptom"],
                name="a_condition_lists_a_symptom_once",
                violation_error_message="This symptom is in the list already.",
            )
        ]


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
        constraints = [
            models.UniqueConstraint(
                fields=["condition", "test"],
                name="a_condition_lists_a_test_once",
                violation_error_message="This test is in the list already.",
            )
        ]

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
        constraints = [
            models.UniqueConstraint(
                fields=["condition", "treatment"],
                name="a_condition_lists_a_treatment_once",
                violation_error_message="This treatment is in the list already.",
            )
        ]

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
            models.UniqueConstraint(
                fields=["condition", "physician"],
                name="a_condition_lists_a_physician_once",
                violation_error_message="This physician is in the list already.",
            ),
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
