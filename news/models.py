from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from conditions.models import Condition, Treatment
from figures.models import Figure
from physicians.models import Physician
from publishing.consent import LAST_DAY, Consented, ends_after_it_was_given
from publishing.fields import SafeURLField
from publishing.models import MentionDraft, Page, Row
from publishing.richtext import RichTextField


class Article(Consented, Page):
    """News of the department, a patient's story, or word of a publication; dated, and listed by its date."""

    class Kind(models.TextChoices):
        NEWS = "news", "News"
        STORY = "story", "Patient story"
        PUBLICATION = "publication", "Publication"

    KIND = "article"
    CONSENTED = "A patient story"
    URL_NAME = "news:article"
    ALONG = ("term",)
    WORDS = ("kind_of", "dated_on", "body", "link", "consent_on", "consent_until")
    ROLE_LABELS = {"image": "picture", "condition": "conditions", "physician": "physicians", "treatment": "treatments"}
    ROWS = ("condition_rows", "physician_rows", "treatment_rows")
    FROZEN_WITH = ROWS
    SEARCH_WEIGHT = 0.8

    kind_of = models.CharField("kind", max_length=12, choices=Kind.choices, default=Kind.NEWS)
    dated_on = models.DateField(
        "date",
        default=timezone.localdate,
        validators=[MaxValueValidator(LAST_DAY)],
        help_text="The newest stand first.",
    )
    body = RichTextField("text", blank=True)
    link = SafeURLField(
        blank=True,
        help_text="Where a publication can be read: “https://doi.org/…”.",
    )
    image = models.ForeignKey(
        Figure,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="articles",
        verbose_name="picture",
        help_text="Stands above the text.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(link="") | Q(link__startswith="https://"),
                name="an_articles_link_is_https",
                violation_error_message="Give a link that begins with https://.",
            ),
            ends_after_it_was_given("consent_ends_after_it_was_given"),
        ]

    @property
    def needs_consent(self):
        return self.kind_of == self.Kind.STORY

    def frozen_words(self):
        words = super().frozen_words()
        return {**words, "dated_on": words["dated_on"].isoformat()}

    def frozen_mentions(self):
        image = [MentionDraft("image", self.image_id, 0, "")] if self.image_id else []
        return image + super().frozen_mentions()


class ArticleCondition(Row):
    PARENT = "article"
    TARGET = "condition"

    note = None
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="condition_rows")
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="article_rows")

    class Meta(Row.Meta):
        verbose_name = "condition"
        constraints = [
            models.UniqueConstraint(
                fields=["article", "condition"],
                name="an_article_names_a_condition_once",
                violation_error_message="This condition is in the list already.",
            )
        ]


class ArticlePhysician(Row):
    PARENT = "article"
    TARGET = "physician"

    note = None
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="physician_rows")
    physician = models.ForeignKey(Physician, on_delete=models.PROTECT, related_name="article_rows")

    class Meta(Row.Meta):
        verbose_name = "physician"
        constraints = [
            models.UniqueConstraint(
                fields=["article", "physician"],
                name="an_article_names_a_physician_once",
                violation_error_message="This physician is in the list already.",
            )
        ]


class ArticleTreatment(Row):
    PARENT = "article"
    TARGET = "treatment"

    note = None
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="treatment_rows")
    treatment = models.ForeignKey(Treatment, on_delete=models.PROTECT, related_name="article_rows")

    class Meta(Row.Meta):
        verbose_name = "treatment"
        constraints = [
            models.UniqueConstraint(
                fields=["article", "treatment"],
                name="an_article_names_a_treatment_once",
                violation_error_message="This treatment is in the list already.",
            )
        ]
