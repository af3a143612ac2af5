"""The library that condition pages share: each entry is written once and has a page of its own."""

from django.db import models

from figures.models import roles
from publishing.models import Page
from publishing.richtext import RichTextField

from .names import ALSO_CALLED, SEARCHED_FOR, frozen_names, with_lay_words


class Symptom(Page):
    KIND = "symptom"
    SHAPE = 2
    UPGRADES = {1: with_lay_words}
    NAMES = ("also_called",)
    LAY_WORDS = ("lay_words",)
    URL_NAME = "conditions:symptom"
    ALONG = ("term",)
    EXPECTED = {"summary": (), "overview": ()}
    WORDS = ("also_called", "lay_words", "overview", "getting_help")
    CLINICAL_WORDS = ("overview", "getting_help")
    CLINICAL_ROLES = ("warning_sign", *roles(CLINICAL_WORDS))
    ROLE_LABELS = {"warning_sign": "warning signs", **dict.fromkeys(roles(CLINICAL_WORDS), "figures")}
    ROWS = FROZEN_WITH = ("warning_sign_rows", "figure_rows")

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
    ALONG = ("term",)
    EXPECTED = {"summary": (), "description": ()}
    WORDS = ("also_called", "lay_words", "description", "experience", "preparation")
    CLINICAL_WORDS = ("description", "experience", "preparation")
    CLINICAL_ROLES = roles(CLINICAL_WORDS)
    ROLE_LABELS = dict.fromkeys(CLINICAL_ROLES, "figures")
    ROWS = FROZEN_WITH = ("figure_rows",)

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
    ALONG = ("term",)
    EXPECTED = {"summary": (), "description": ()}
    WORDS = ("also_called", "lay_words", "method", *PARTS)
    CLINICAL_WORDS = ("method", *PARTS)
    CLINICAL_ROLES = roles(PARTS)
    ROLE_LABELS = {**dict.fromkeys(CLINICAL_ROLES, "figures"), "performs": "who performs it"}
    ROWS = FROZEN_WITH = ("figure_rows", "physician_rows")

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
