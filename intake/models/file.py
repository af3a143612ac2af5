from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .sealed import SealedRow


class FileQuerySet(models.QuerySet):
    def shown(self):
        """In the order in which they came."""
        return self.order_by("begun_at", "pk")

    def counted(self):
        """Those that take room: what was refused has been erased."""
        return self.exclude(state=File.State.REFUSED)


class File(SealedRow):
    """A scan or report that a patient sends with a request. Its bytes stand in Segments, sealed under its key.

    Its words hold the name that the patient's computer gave, and later what was found in it. `owner` is the key that
    the draft has and the request will have, so that nothing need move when it is sent.
    """

    class State(models.TextChoices):
        COMING = "coming", _("on its way")
        WHOLE = "whole", _("waiting to be checked")
        KEPT = "kept", _("checked")
        REFUSED = "refused", _("refused")

    class Scan(models.TextChoices):
        NONE = "", _("not yet")
        CLEAN = "clean", _("no virus found")
        NOT_SCANNED = "not_scanned", _("not scanned for viruses")
        TOO_LARGE = "too_large", _("too large to be scanned for viruses")

    class Holds(models.TextChoices):
        NOTHING = "", _("nothing yet")
        IMAGES = "images", _("images")
        PAPERS = "papers", _("papers")

    PLAIN = (
        *SealedRow.PLAIN,
        "owner",
        "size",
        "arrived",
        "state",
        "scan",
        "holds",
        "begun_at",
        "moved_at",
    )

    owner = models.UUIDField(db_index=True)
    size = models.BigIntegerField(help_text="Bytes of it all, as it was told before.")
    arrived = models.BigIntegerField(default=0, help_text="Bytes that are kept.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.COMING)
    scan = models.CharField(max_length=11, choices=Scan.choices, blank=True, default=Scan.NONE)
    holds = models.CharField(max_length=6, choices=Holds.choices, blank=True, help_text="Once it was looked into.")
    begun_at = models.DateTimeField()
    moved_at = models.DateTimeField(db_index=True, help_text="When bytes came last, or it was checked.")

    objects = FileQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="a_file_is_not_empty"),
            models.CheckConstraint(condition=Q(arrived__range=(0, F("size"))), name="a_file_has_at_most_its_bytes"),
            models.CheckConstraint(
                condition=Q(state__in=["coming", "whole", "kept", "refused"]), name="a_file_has_a_known_state"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["coming", "refused"]) | Q(arrived=F("size")), name="a_file_that_is_kept_is_whole"
            ),
            models.CheckConstraint(
                condition=Q(state="kept", scan__in=["clean", "not_scanned", "too_large"])
                | (~Q(state="kept") & Q(scan="")),
                name="a_file_that_is_kept_says_whether_it_was_scanned",
            ),
        ]
        indexes = [models.Index(fields=["moved_at"], condition=Q(state="whole"), name="files_to_be_checked")]

    def __str__(self):
        return f"file {self.pk}"


class Segment(models.Model):
    """Some of a file's bytes, sealed in a blob of the storage `sealed`: 4 MiB, or what is left at the end."""

    PLAIN = ("id", "file", "index", "length", "blob", "digest")
    SEALED = ()

    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="segments")
    index = models.PositiveIntegerField()
    length = models.PositiveIntegerField(help_text="Bytes in clear.")
    blob = models.CharField(max_length=40, unique=True, help_text="Its name in the storage; random.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the blob as it is stored.")

    class Meta:
        default_permissions = ()
        ordering = ["index"]
        constraints = [models.UniqueConstraint(fields=["file", "index"], name="one_segment_in_each_place")]

    def __str__(self):
        return f"segment {self.index} of file {self.file_id}"
