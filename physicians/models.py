from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from figures.models import Figure
from publishing.fields import SafeURLField, lines
from publishing.models import MentionDraft, Page
from publishing.richtext import RichTextField


class Patients(models.TextChoices):
    """Whom a physician sees, or whom a condition befalls."""

    ADULT = "adult", "Adults"
    PEDIATRIC = "pediatric", "Children and teens"
    BOTH = "both", "Adults and children"


class Location(models.Model):
    """A place where patients are seen."""

    name = models.CharField(max_length=120, unique=True, help_text="As patients know it: “Spine Center, East Campus”.")
    address = models.TextField(help_text="As on an envelope, line by line.")
    phone = models.CharField(max_length=40, blank=True, help_text="“212-555-0142”")
    directions = models.TextField(blank=True, help_text="Parking, entrance, floor; what a first visit needs.")

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="a_location_has_a_name")]

    def __str__(self):
        return self.name

    def frozen(self):
        """This place as a physician's edition keeps it."""
        return {
            "name": self.name,
            "address": lines(self.address),
            "phone": self.phone,
            "directions": self.directions,
        }


def with_publications_url(words):
    """The frozen `words` of an edition from before there was an address of publications."""
    return {**words, "publications_url": ""}


class Physician(Page):
    """A doctor of the department; the title of the page is the full name, without credentials."""

    KIND = "physician"
    SHAPE = 2
    UPGRADES = {1: with_publications_url}
    URL_NAME = "physicians:physician"
    WORDS = (
        "given_names",
        "family_name",
        "suffix",
        "credentials",
        "position",
        "patients",
        "gives_second_opinions",
        "accepts_new_patients",
        "languages",
        "biography",
        "training",
        "publications_url",
    )
    FROZEN_WITH = ("locations",)
    CARRIED_ROLES = ("portrait",)
    ROLE_LABELS = {"portrait": "portrait"}
    FOUND_THROUGH = {"condition": _("Treats {titles}"), "treatment": _("Performs {titles}")}

    given_names = models.CharField(max_length=80, help_text="With initials: “Paul C.”")
    family_name = models.CharField(max_length=80, help_text="“McCormick”")
    suffix = models.CharField(max_length=20, blank=True, help_text="“Jr.”, “III”")
    credentials = models.CharField(max_length=60, blank=True, help_text="“MD”, “MD, PhD”")
    position = models.CharField(max_length=120, blank=True, help_text="“Neurosurgeon”, “Director of Spine Surgery”")
    patients = models.CharField("sees", max_length=10, choices=Patients.choices, default=Patients.ADULT)
    gives_second_opinions = models.BooleanField(
        "gives second opinions",
        default=False,
        help_text="Pages then say that this physician can offer a second opinion.",
    )
    accepts_new_patients = models.BooleanField(default=True)
    languages = models.TextField(blank=True, help_text="One a line: “English”, “Spanish”.")
    biography = RichTextField(
        blank=True, help_text="Who this is and what they treat, for patients. Two short paragraphs."
    )
    training = RichTextField(blank=True, help_text="Schools, residency and fellowships, as a list.")
    publications_url = SafeURLField(
        "publications",
        blank=True,
        help_text="Where their papers are listed: “https://…”, such as a search in PubMed.",
    )
    locations = models.ManyToManyField(
        Location, blank=True, related_name="physicians", help_text="Where patients see them."
    )
    portrait = models.ForeignKey(
        Figure,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="portrayed",
        help_text="Stands on the physician's page and cards, cut to a circle. Without one, the initials do.",
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(family_name=""), name="a_physician_has_a_name")]

    @property
    def full_name(self):
        name = f"{self.given_names} {self.family_name}".strip()
        return f"{name}, {self.suffix}" if self.suffix else name

    def clean(self):
        self.title = self.full_name
        self.slug = self.slug or slugify(self.full_name)[: self._meta.get_field("slug").max_length]
        longest = self._meta.get_field("title").max_length
        if len(self.title) > longest:
            raise ValidationError(f"The full name is longer than {longest} characters. Shorten the given names.")
        super().clean()

    def frozen_words(self):
        return {
            **super().frozen_words(),
            "languages": lines(self.languages),
            "locations": [location.frozen() for location in self.locations.all()],
        }

    def frozen_mentions(self):
        return [MentionDraft("portrait", self.portrait_id, 0, "")] if self.portrait_id else []
