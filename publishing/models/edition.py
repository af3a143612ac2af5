from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.functional import cached_property

from .page import Page
from .revision import Revision


class EditionQuerySet(models.QuerySet):
    def live(self, at):
        """What patients read at `at`: of each page its last started edition, unless that withdraws it or has ended."""
        return self.current(at).filter(Q(ends_at=None) | Q(ends_at__gt=at), is_withdrawal=False)

    def readable(self, at):
        """What readers can come upon at `at`: what is live, but parts of pages only while a live page shows them."""
        return self.live(at).filter(~Q(kind__in=_parts()) | Exists(Mention.objects.showing_at(at)))

    def only_on(self, page, at):
        """The parts of pages that are readable at `at` because `page` shows them and no other page does."""
        showing = Mention.objects.showing_at(at)
        here, elsewhere = showing.filter(edition__page=page.pk), showing.exclude(edition__page=page.pk)
        return self.live(at).filter(Exists(here), ~Exists(elsewhere), kind__in=_parts())

    def current(self, at):
        """The edition in force at `at`, withdrawals and ended ones included."""
        later = Edition.objects.filter(
            page=OuterRef("page"), cancelled_at=None, live_from__lte=at, live_from__gt=OuterRef("live_from")
        )
        return self.filter(~Exists(later), cancelled_at=None, live_from__lte=at)

    def planned(self, at):
        """Editions that are to start after `at`, a moment somebody chose, and have not been canceled.

        One published at once can start a tick after `at` too, when the clock stood still or was set back.
        """
        return self.filter(cancelled_at=None, live_from__gt=at).exclude(live_from=F("made_at"))


class Edition(models.Model):
    """One published state of a page, never changed afterwards; only a planned one can be canceled."""

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
    findings = models.JSONField(default=list)  # of the gate, in spite of which it was published
    despite = models.CharField(max_length=300, blank=True)  # the reason for that
    wording_only = models.CharField(max_length=300, blank=True)  # why an approval of other words stands for these
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="editions")
    made_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, null=True, on_delete=models.PROTECT, related_name="editions")
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

    def is_live(self, at):
        """Whether patients read it at `at`, given that it is the one in force then."""
        return not self.is_withdrawal and (self.ends_at is None or self.ends_at > at)

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


def _parts():
    return [kind for kind, model in Page.kinds().items() if model.IS_PART]


class MentionQuerySet(models.QuerySet):
    def showing_at(self, at):
        """Those by which live pages show at `at` the page of the edition in the query around this one."""
        is_live = Exists(Edition.objects.live(at).filter(pk=OuterRef("edition")))
        return self.filter(is_live, target=OuterRef("page")).order_by()


class Mention(models.Model):
    """That an edition shows another page: what it shows of it is that page's own live edition."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="mentions")
    target = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="mentioned_in")
    role = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)

    objects = MentionQuerySet.as_manager()

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
