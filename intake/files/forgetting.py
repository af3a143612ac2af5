"""What goes: files that were taken back or never finished, those of requests that are gone, and blobs of nobody."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from ..models import Draft, File, Request, Segment
from . import blobs, limits

WRITTEN_WITHIN = timedelta(hours=6)  # from a blob to its row: a plain form's blobs wait for its last byte


def erase(files):
    """Erase `files`, their keys first; what was sealed by these opens nowhere."""
    _erase(File.objects.filter(pk__in=[file.pk for file in files]))


def erase_of(owner):
    """Erase all files of a draft or request."""
    _erase(File.objects.filter(owner=owner))


def erase_content(file):
    """Erase what was in `file`; that there was one, and why it is refused, stays. In a transaction."""
    segments = Segment.objects.filter(file=file)
    names = list(segments.values_list("blob", flat=True))
    segments.delete()
    transaction.on_commit(lambda: blobs.remove(names))


@transaction.atomic
def _erase(files):
    names = list(Segment.objects.filter(file__in=files).values_list("blob", flat=True))
    files.delete()
    transaction.on_commit(lambda: blobs.remove(names))


def forget_old():
    """Erase uploads to which nothing came for a week, files without a draft or request, and blobs without a row."""
    unfinished = File.objects.filter(state=File.State.COMING, moved_at__lte=timezone.now() - limits.UNFINISHED_FOR)
    owners = [model.objects.values("pk") for model in (Draft, Request)]
    ownerless = File.objects.exclude(owner__in=owners[0]).exclude(owner__in=owners[1])
    for found in (unfinished, ownerless):
        for file in found.iterator():
            erase([file])
    sweep()


def sweep():
    """Remove the blobs that belong to no segment and are too old to be on their way to one."""
    since = timezone.now() - WRITTEN_WITHIN
    old = [name for name, written_at in blobs.listed() if written_at < since]
    for start in range(0, len(old), 500):
        names = old[start : start + 500]
        known = set(Segment.objects.filter(blob__in=names).values_list("blob", flat=True))
        blobs.remove(name for name in names if name not in known)
