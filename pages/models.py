from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone

from publishing.fields import lines
from publishing.models import Page
from publishing.richtext import RichTextField


def with_language(words):
    """The frozen `words` of an edition from before pages could be in another language than the site."""
    return {**words, "language": ""}


class InformationPage(Page):
    """A page about the department or the site, such as privacy or directions; the foot of every page links to it."""

    # By their tags (BCP 47) and under the names that their speakers give them.
    LANGUAGES = [
        ("ar", "العربية"), ("zh-Hans", "简体中文"), ("zh-Hant", "繁體中文"), ("en", "English"), ("fr", "Français"),
        ("de", "Deutsch"), ("el", "Ελληνικά"), ("ht", "Kreyòl ayisyen"), ("he", "עברית"), ("hi", "हिन्दी"),
        ("it", "Italiano"), ("ja", "日本語"), ("ko", "한국어"), ("fa", "فارسی"), ("pl", "Polski"), ("pt", "Português"),
        ("ru", "Русский"), ("es", "Español"), ("ur", "اردو"), ("vi", "Tiếng Việt"),
    ]  # fmt: skip

    KIND = "information"
    SHAPE = 2
    UPGRADES = {1: with_language}
    URL_NAME = "pages:information"
    ALONG = ("term",)
    WORDS = ("body", "position", "language")

    body = RichTextField("text", blank=True)
    position = models.PositiveSmallIntegerField(
        "place", default=0, help_text="Its place in the list at the foot of every page; the smallest stands first."
    )
    language = models.CharField(
        max_length=10,
        blank=True,
        choices=LANGUAGES,
        help_text="The language of its title, summary and text. Leave it empty for that of the site.",
    )

    class Meta:
        verbose_name = "information page"


class SiteDetails(Page):
    """What every page says of the department: one row, published like any page; its title is the site's name."""

    KIND = "site"
    SLUG = "site"
    WORDS = ("department", "phone", "address", "emergency_text", "alert", "notice", "welcome")

    department = models.CharField(max_length=120, blank=True, help_text="“Department of Neurosurgery”")
    phone = models.CharField(
        max_length=40, blank=True, help_text="For appointments: “212-555-0142”. It heads every page."
    )
    address = models.TextField(blank=True, help_text="As on an envelope, line by line.")
    emergency_text = models.CharField(
        max_length=200, blank=True, help_text="At the foot of every page: “In an emergency, call 911.”"
    )
    alert = models.CharField(
        max_length=300,
        blank=True,
        help_text="News that cannot wait, at the head of every page: “The clinic is closed today because of snow.”",
    )
    notice = models.CharField(
        max_length=300, blank=True, help_text="A standing note at the head of every page; empty on most sites."
    )
    welcome = RichTextField(blank=True, help_text="What the department does, on the home page.")

    class Meta:
        verbose_name = "site details"
        verbose_name_plural = "site details"

    def get_absolute_url(self):
        return reverse("home")

    def clean(self):
        self.slug = self.SLUG
        if SiteDetails.objects.exclude(pk=self.pk).exists():
            raise ValidationError("The site has its details already. Change those.")
        super().clean()

    def frozen_words(self):
        return {**super().frozen_words(), "address": lines(self.address)}


class Feedback(models.Model):
    """What a reader said of a page; nothing is kept of the reader, and of the time only the day."""

    class Answer(models.TextChoices):
        YES = "yes", "Yes"
        PARTLY = "partly", "Partly"
        NO = "no", "No"

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="feedback")
    answer = models.CharField("was it helpful?", max_length=6, choices=Answer.choices)
    comment = models.TextField(max_length=500, blank=True)
    said_on = models.DateField("day", default=timezone.localdate)

    class Meta:
        verbose_name = "answer about a page"
        verbose_name_plural = "answers about pages"
        ordering = ["-said_on", "-pk"]
        default_permissions = ("view", "delete")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer__in=["yes", "partly", "no"]), name="feedback_is_yes_partly_or_no"
            )
        ]

    def __str__(self):
        return f"{self.get_answer_display()} ({self.said_on:%Y-%m-%d})"
