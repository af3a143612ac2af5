from django.db import models
from django.urls import reverse

from publishing.fields import lines
from publishing.models import Page


def with_recording(words):
    """The frozen `words` of an edition from before terms could be heard."""
    return {**words, "recording": ""}


class Term(Page):
    """A word that patients meet and its meaning; all terms stand on one page, the glossary."""

    KIND = "term"
    SHAPE = 2
    UPGRADES = {1: with_recording}
    WORDS = ("respelling", "meaning", "word_parts", "variants", "recording")
    CLINICAL_WORDS = ("meaning",)
    FILES = ("recording",)
    NAMES = ("variants",)
    IS_EXPLAINED = True
    SEARCH_WEIGHT = 0.6

    respelling = models.CharField(
        max_length=120,
        blank=True,
        help_text="How it is said, the stressed part in capitals: “meh-TAS-tih-sis”.",
    )
    meaning = models.CharField(
        max_length=300,
        help_text="In plain words and without a full stop: “an abnormal growth”.",
    )
    word_parts = models.CharField(
        max_length=200,
        blank=True,
        help_text="What it is made of: “spondylo- (vertebra) + -listhesis (slipping)”.",
    )
    variants = models.TextField(
        blank=True,
        help_text="Other forms of the word, one a line: “vertebrae”, “vertebral”.",
    )
    recording = models.CharField(max_length=40, blank=True, editable=False)  # a name, as publishing.files gives it

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(meaning=""), name="a_term_has_a_meaning")]

    @classmethod
    def found_at(cls, slug):
        return f"{reverse('glossary:glossary')}#{slug}"

    def get_absolute_url(self):
        return self.found_at(self.slug)

    def frozen_words(self):
        return {**super().frozen_words(), "variants": lines(self.variants)}
