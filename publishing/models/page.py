from collections import namedtuple

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

# What a page shows of another page: `role` says as what, `position` counts from 0 within the page.
MentionDraft = namedtuple("MentionDraft", "role target_id position note")

ADDRESS_TAKEN = "This address belongs to another page, now or earlier. Choose another one."


class Page(models.Model):
    """The working row of anything with a page of its own: what editors change and patients never see.

    A subclass names itself in KIND, lists in WORDS the fields that an edition freezes, and counts in SHAPE how
    often that list changed its meaning; UPGRADES holds, by old shape, the function that lifts frozen words to
    the next one. CLINICAL_WORDS and CLINICAL_ROLES are what a clinician answers for. FROZEN_WITH names the
    relations that freezing reads, ROLE_LABELS calls the roles of its mentions as editors do. FILES names those of
    the WORDS that hold names of stored files, one or several in any arrangement (see publishing.files). ROWS names the
    relations to rows that an edition turns into mentions; those in CARRIED_ROLES go along wherever the page is shown.
    NOT_KEPT names the fields that are no words of the page, which a revision leaves out.
    ALONG lists the kinds of which every live page is at hand where one of this kind is composed. A page that IS_PART is
    read only where another shows it. REQUIRED holds, by the field that no published page may leave empty, the roles of
    mentions that fill it as well; EXPECTED those that a page may leave empty for a reason. A page that IS_EXPLAINED is
    shown wherever a text of a page that has its kind ALONG says its name.

    Search finds a page by its title, by what else it is called (the frozen lists in NAMES, and those in LAY_WORDS,
    which are never printed) and by its texts. FOUND_THROUGH holds, by kind, what a result says of the titles of the
    pages of that kind that mention it: a physician is found through the conditions they treat. SEARCH_WEIGHT is how
    much a find of this kind counts beside others that fit as well.
    """

    KIND = None
    SHAPE = 1
    WORDS = ()
    CLINICAL_WORDS = ()
    CLINICAL_ROLES = ()
    NOT_KEPT = ()
    FILES = ()
    ROWS = ()
    CARRIED_ROLES = ()
    UPGRADES = {}
    URL_NAME = None
    ROLE_LABELS = {}
    FROZEN_WITH = ()
    ALONG = ()
    IS_PART = False
    IS_EXPLAINED = False
    REQUIRED = {}
    EXPECTED = {}
    NAMES = ()
    LAY_WORDS = ()
    FOUND_THROUGH = {}
    SEARCH_WEIGHT = 1

    kind = models.CharField(max_length=20, editable=False)
    slug = models.SlugField(
        "address",
        max_length=80,
        help_text="The last part of the page's address, such as “metastatic-tumor”. Old addresses keep working.",
    )
    title = models.CharField(max_length=120, help_text="As patients read it, such as “Metastatic tumor”.")
    summary = models.CharField(
        max_length=160,
        blank=True,
        help_text=(
            "One plain sentence, 160 characters at most. It stands under the title, in lists and in search results."
        ),
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "slug"],
                name="one_page_per_address",
                violation_error_message="Another page has this address already. Choose another one.",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(slug="") & ~Q(kind=""), name="a_page_has_kind_title_and_address"
            ),
        ]
        permissions = [("publish_page", "Can publish and withdraw pages")]

    def __str__(self):
        return self.title

    def save(self, *, update_fields=None, **kwargs):
        """Save and count the save in `version`, by which a stale form or a stale Publish is known."""
        self.kind = self.KIND or self.kind
        if update_fields is not None:
            update_fields = {*update_fields, "kind", "version"}
        with transaction.atomic():
            stored = Page.objects.select_for_update(no_key=True).filter(pk=self.pk)  # this copy may be older
            self.version = (stored.values_list("version", flat=True).first() or 0) + 1
            super().save(update_fields=update_fields, **kwargs)

    def clean(self):
        super().clean()
        self.kind = self.KIND or self.kind
        # Forms leave the constraint out, because `kind` is not among their fields.
        same_address = Page.objects.filter(kind=self.kind, slug=self.slug).exclude(pk=self.pk)
        if same_address.exists() or Address.objects.taken_from(self).exists():
            raise ValidationError({"slug": ADDRESS_TAKEN})

    def get_absolute_url(self):
        return address_of(self.kind, self.slug)

    @classmethod
    def found_at(cls, slug):
        """Where search leads to the page at `slug`; None for kinds that it leaves out."""
        return address_of(cls.KIND, slug)

    @staticmethod
    def kinds():
        """Every model that is a page, by its kind."""
        return {model.KIND: model for model in Page.__subclasses__()}

    @property
    def concrete(self):
        """This row as its own kind (Condition, Physician …), freshly read."""
        return Page.kinds()[self.kind].working().get(pk=self.pk)

    @classmethod
    def working(cls):
        """Working rows with all that freezing them reads."""
        return cls.objects.prefetch_related(*cls.FROZEN_WITH)

    def part_label(self, name):
        """What editors call the field or the role of mentions `name`."""
        return str(self.ROLE_LABELS.get(name) or self._meta.get_field(name).verbose_name)

    def frozen_words(self):
        """The page's own words as an edition keeps them: JSON values by field name."""
        return {name: getattr(self, name) for name in self.WORDS}

    def frozen_mentions(self):
        """What the page shows of other pages, as a list of MentionDraft."""
        return [
            MentionDraft(row.role, row.target_id, position, row.note or "")
            for name in self.ROWS
            for position, row in enumerate(getattr(self, name).all())
        ]

    def objection(self, at):
        """Why patients may not read the page as it is saved from the moment `at`, for people; empty if they may."""
        return ""

    def ends_at(self):
        """The moment from which patients may no longer read the page as it is saved; None where there is none."""


def address_of(kind, slug):
    """The path of a page of `kind`; None for kinds without a page of their own."""
    url_name = Page.kinds()[kind].URL_NAME
    return reverse(url_name, args=[slug]) if url_name else None


class AddressQuerySet(models.QuerySet):
    def taken_from(self, page):
        """Addresses that `page` wants by its slug and another page holds."""
        return self.filter(kind=page.kind, slug=page.slug).exclude(page_id=page.pk)


class Address(models.Model):
    """That an address was published for a page, which then keeps it for ever."""

    kind = models.CharField(max_length=20)
    slug = models.SlugField(max_length=80)
    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="addresses")

    objects = AddressQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="an_address_belongs_to_one_page")]

    def __str__(self):
        return f"{self.kind} {self.slug}"
