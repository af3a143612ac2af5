"""Working rows are the draft; editions are what patients read."""

from collections import namedtuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.functional import cached_property

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
    ALONG lists the kinds of which every live page is at hand where one of this kind is composed.

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
    FILES = ()
    ROWS = ()
    CARRIED_ROLES = ()
    UPGRADES = {}
    URL_NAME = None
    ROLE_LABELS = {}
    FROZEN_WITH = ()
    ALONG = ()
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


class EditionQuerySet(models.QuerySet):
    def live(self, at):
        """What patients read at `at`: of each page its last started edition, unless that withdraws it or has ended."""
        return self.current(at).filter(Q(ends_at=None) | Q(ends_at__gt=at), is_withdrawal=False)

    def current(self, at):
        """The edition in force at `at`, withdrawals and ended ones included."""
        later = Edition.objects.filter(
            page=OuterRef("page"), cancelled_at=None, live_from__lte=at, live_from__gt=OuterRef("live_from")
        )
        return self.filter(~Exists(later), cancelled_at=None, live_from__lte=at)

    def planned(self, at):
        """Editions that are to start after `at`, a moment somebody chose, and have not been cancelled.

        One published at once can start a tick after `at` too, when the clock stood still or was set back.
        """
        return self.filter(cancelled_at=None, live_from__gt=at).exclude(live_from=F("made_at"))


class Edition(models.Model):
    """One published state of a page, never changed afterwards; only a planned one can be cancelled."""

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    shape = models.PositiveSmallIntegerField()
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=160, blank=True)
    content = models.JSONField(default=dict)
    clinical_hash = models.CharField(max_length=64)
    is_withdrawal = models.BooleanField(default=False)
    change = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="editions")
    made_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    live_from = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="editions_of_a_page_are_numbered"),
            models.UniqueConstraint(
                fields=["page", "live_from"],
                condition=Q(cancelled_at=None),
                name="one_edition_starts_at_a_moment",
            ),
            models.CheckConstraint(condition=Q(live_from__gte=F("made_at")), name="no_edition_starts_in_the_past"),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(cancelled_at__lt=F("live_from")),
                name="only_a_planned_edition_is_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("live_from")), name="an_edition_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=~Q(change=""), name="an_edition_says_what_changed"),
        ]
        indexes = [
            models.Index(fields=["live_from"], name="edition_starts"),
            models.Index(fields=["ends_at"], condition=Q(ends_at__isnull=False), name="edition_ends"),
            models.Index(fields=["kind"], name="editions_of_a_kind"),
        ]

    def __str__(self):
        return f"{self.title}, edition {self.number}"

    @cached_property
    def words(self):
        """The frozen words in today's shape."""
        return words_in_shape(self.kind, self.shape, self.content)


def words_in_shape(kind, shape, content):
    """Lift `content`, frozen in `shape`, to the shape its kind has now, one step at a time."""
    model = Page.kinds()[kind]
    words = dict(content)
    while shape < model.SHAPE:
        words = model.UPGRADES[shape](words)
        shape += 1
    return words


class Mention(models.Model):
    """That an edition shows another page: what it shows of it is that page's own live edition."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="mentions")
    target = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="mentioned_in")
    role = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "role", "position"], name="one_mention_per_place"),
        ]

    def __str__(self):
        return f"{self.role} {self.position} of edition {self.edition_id}"


class EditionFile(models.Model):
    """That an edition shows a stored file, which readers get while the edition is live."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=40, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "name"], name="an_edition_names_a_file_once")]

    def __str__(self):
        return f"{self.name} of edition {self.edition_id}"


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


class Review(models.Model):
    """What a clinician decided on a page as it read: on all that its clinical hash covers.

    The latest decision on a page and hash counts. Rows are only ever added.
    """

    class Decision(models.TextChoices):
        APPROVED = "approved", "Approved"
        CHANGES = "changes", "Changes asked for"

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="reviews")
    clinical_hash = models.CharField(max_length=64)
    clinician = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews")
    signed_as = models.CharField(max_length=120)
    at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision.choices)
    comment = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["page", "clinical_hash", "at"], name="reviews_of_a_page")]
        constraints = [
            models.CheckConstraint(condition=Q(decision__in=["approved", "changes"]), name="a_review_decides"),
            models.CheckConstraint(condition=~Q(signed_as=""), name="a_review_is_signed"),
            models.CheckConstraint(
                condition=Q(decision="approved") | ~Q(comment=""), name="whoever_asks_for_changes_says_which"
            ),
        ]
        permissions = [("review_page", "Can approve pages as a clinician")]
        default_permissions = ("view",)

    def __str__(self):
        return f"{self.get_decision_display()} by {self.signed_as}"


class Row(models.Model):
    """That a page (its foreign key PARENT) shows another (TARGET): where, and with what note true there only."""

    PARENT = None
    TARGET = None

    position = models.PositiveSmallIntegerField(default=0, db_index=True)
    note = models.TextField(blank=True, help_text="Plain text, true for this condition only: “often the first sign”.")

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self):
        return f"{getattr(self, self.TARGET)}, on {getattr(self, self.PARENT)}" if self.target_id else self.role

    @property
    def role(self):
        """The role of the mention that an edition makes of this row."""
        return self.TARGET

    @property
    def target_id(self):
        return getattr(self, f"{self.TARGET}_id")
