from django.conf import settings
from django.db import models

from accounts.handing_over import OPEN
from figures.models import roles
from physicians.models import Patients
from publishing.fields import SeveralChoicesField
from publishing.models import Page
from publishing.richtext import RichTextField

from .names import ALSO_CALLED, SEARCHED_FOR, frozen_names, with_lay_words


def with_sources(words):
    """The frozen `words` of an edition from before there were sources and dates of review."""
    return {**words, "sources": [], "next_review_on": ""}


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
    SHAPE = 3
    UPGRADES = {1: with_lay_words, 2: with_sources}
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
    NOT_KEPT = ("owner", "backup_owner")
    WITH_FIGURES = ("overview", "symptoms", "causes", "tests", "treatments", "outlook", "living")
    ALONG = ("term", "hub")
    WORDS = ("also_called", "lay_words", "plural", "regions", "category", "patients", *TEXTS, "next_review_on")
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
        "warning_sign",
        *roles(WITH_FIGURES),
    )
    ROLE_LABELS = {
        "term": "word meanings",
        "symptom": "list of symptoms",
        "first_test": "list of tests",
        "further_test": "list of tests",
        **dict.fromkeys([role for role in CLINICAL_ROLES if role.startswith("treatment")], "list of treatments"),
        "warning_sign": "warning signs",
        **dict.fromkeys(roles(WITH_FIGURES), "figures"),
        "lead": "physicians",
        "physician": "physicians",
        "see_also": "see also",
        "sources": "sources",
    }
    ROWS = (
        "term_rows",
        "warning_sign_rows",
        "symptom_rows",
        "test_rows",
        "treatment_rows",
        "figure_rows",
        "physician_rows",
        "see_also_rows",
    )
    REQUIRED = {"overview": ()}
    EXPECTED = {
        "summary": (),
        "symptoms": ("symptom",),
        "causes": (),
        "tests": ("first_test", "further_test"),
        "treatments": tuple(role for role in CLINICAL_ROLES if role.startswith("treatment")),
    }
    FROZEN_WITH = (*ROWS, "source_rows__source")

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

    next_review_on = models.DateField(
        "next review",
        null=True,
        blank=True,
        help_text="The day by which a clinician should read this page again. Patients see it once one has reviewed it.",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        limit_choices_to=OPEN,
        related_name="+",
        help_text="Who sees to it that this page is right. Patients don't see it.",
    )
    backup_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        limit_choices_to=OPEN,
        related_name="+",
        help_text="Who does so when the owner can't.",
    )

    def frozen_words(self):
        return {
            **super().frozen_words(),
            **frozen_names(self),
            "sources": [row.source.frozen(row.note) for row in self.source_rows.all()],
            "next_review_on": self.next_review_on.isoformat() if self.next_review_on else "",
        }
