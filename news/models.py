import datetime

from django.core.validators import MaxValueValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from conditions.models import Condition, Treatment
from physicians.models import Physician
from publishing.models import MentionDraft, Page, Row
from publishing.richtext import RichTextField

LAST_DAY = datetime.date(2199, 12, 31)


class Article(Page):
    """News of the department, a patient's story, or word of a publication; dated, and listed by its date."""

    class Kind(models.TextChoices):
        NEWS = "news", "News"
        STORY = "story", "Patient story"
        PUBLICATION = "publication", "Publication"

    KIND = "article"
    URL_NAME = "news:article"
    WORDS = ("kind_of", "dated_on", "body", "link", "consent_on", "consent_until")
    ROLE_LABELS = {"condition": "conditions", "physician": "physicians", "treatment": "treatments"}
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
    link = models.URLField(
        blank=True,
        validators=[URLValidator(schemes=["https"], message="Give an address that begins with https://.")],
        help_text="Where a publication can be read: “https://doi.org/…”.",
    )
    consent_on = models.DateField(
        "consent given on",
        null=True,
        blank=True,
        validators=[MaxValueValidator(LAST_DAY)],
        help_text="Of a patient story: the day of the signed consent on file. Without it the story can't be published.",
    )
    consent_until = models.DateField(
        "consent ends after",
        null=True,
        blank=True,
        validators=[MaxValueValidator(LAST_DAY)],
        help_text=(
            "The last day on which the story may be shown; then it leaves the site by itself. Empty: no end was "
            "agreed. If a patient takes the consent back, withdraw the story at once."
        ),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(link="") | Q(link__startswith="https://"),
                name="an_articles_link_is_https",
                violation_error_message="Give a link that begins with https://.",
            ),
            models.CheckConstraint(
                condition=Q(consent_until=None) | Q(consent_on__isnull=False, consent_until__gte=F("consent_on")),
                name="consent_ends_after_it_was_given",
                violation_error_message="Consent can't end before the day on which it was given.",
            ),
        ]

    @property
    def is_story(self):
        return self.kind_of == self.Kind.STORY

    def objection(self, at):
        """A patient's story is for patients only while the patient's consent to it holds."""
        if not self.is_story:
            return ""
        day = timezone.localdate(at)
        if self.consent_on is None:
            return "A patient story needs the patient's consent on file. Enter the day on which it was given."
        if self.consent_on > day:
            return "The patient's consent begins later than the story would be shown."
        if self.consent_until and self.consent_until < day:
            return "The patient's consent has ended. Ask the patient again before the story is shown."
        return ""

    def ends_at(self):
        """The end of the last day of a patient's consent."""
        if not (self.is_story and self.consent_until):
            return None
        day_after = self.consent_until + datetime.timedelta(days=1)
        return timezone.make_aware(datetime.datetime.combine(day_after, datetime.time.min))

    def frozen_words(self):
        words = super().frozen_words()
        days = {name: words[name].isoformat() for name in ("dated_on", "consent_on", "consent_until") if words[name]}
        return {**words, **days}

    def frozen_mentions(self):
        return [
            MentionDraft(row.role, row.target_id, position, "")
            for name in self.ROWS
            for position, row in enumerate(getattr(self, name).all())
        ]


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
