"""What the desk gets of a request's files: a list, one of them, or all as one archive, each look on record.

They go out as attachments, streamed, under a policy that lets a browser do nothing with them but save them.
"""

import logging
import zipfile
from functools import partial
from urllib.parse import quote

from django.db.models import Count
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from record.models import Action
from record.noting import note, note_failure

from ..checking.apart import Unable
from ..checking.archives import Outlet, name_of_its_own, without
from ..checking.refusing import Refused
from ..checking.words import words as refusal_words
from ..kms import Unreachable
from ..models import File
from ..sealing import Unreadable
from . import series as images
from .segments import Reading
from .series import series_of

PIECE = 256 * 1024
GUARDED = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
CLOSED = (Unreadable, Unreachable, Unable, OSError)

log = logging.getLogger(__name__)


def listed(request):
    """What the desk reads of each file of a request, in the order in which they came."""
    return [_row(file) for file in File.objects.filter(owner=request.pk).shown()]


def come(requests):
    """By request (their keys): how many files of which state and kind have come, in one query."""
    counted = File.objects.filter(owner__in=requests).exclude(state=File.State.REFUSED).order_by()
    found = {}
    for owner, state, holds, count in counted.values_list("owner", "state", "holds").annotate(Count("pk")):
        found.setdefault(owner, {})[state, holds] = count
    return found


def in_short(come):
    """What `come` says of one request, in a few words; "" where nothing has come."""
    images, papers = (come.get((File.State.KEPT, holds), 0) for holds in (File.Holds.IMAGES, File.Holds.PAPERS))
    coming = sum(count for (state, _holds), count in come.items() if state != File.State.KEPT)
    parts = [
        ngettext("%d image", "%d images", images) % images if images else "",
        ngettext("%d paper", "%d papers", papers) % papers if papers else "",
        _("%d on its way") % coming if coming else "",
    ]
    return ", ".join(filter(None, parts))


def series_in(rows):
    """The Series of images in what `listed` gives."""
    return series_of((row["file"], row["look"]) for row in rows if row["is_ready"])


def picture(http_request, request, number):
    """A PNG of the series with this number, from 1 on, on record; 404 where there is none, or it can't be shown."""
    found = dict(enumerate(series_in(listed(request)), 1))
    if number not in found:
        raise Http404
    entry = note(http_request, Action.VIEW, request, detail=f"picture of series {number}")
    try:
        png = images.picture(found[number])
    except CLOSED:
        note_failure(entry)
        raise
    if png is None:
        raise Http404
    return HttpResponse(png, content_type="image/png", headers=GUARDED)


def _row(file):
    try:
        words = file.unsealed()
    except CLOSED:
        words = {"name": _("(its name can't be opened)")}
    return {
        "file": file,
        "name": words["name"],
        "folder": words.get("folder", ""),
        "look": words.get("look", {}),
        "refusal": str(refusal_words(words.get("look", {}).get("refusal", ""))),
        "left_out": words.get("look", {}).get("left_out", ()),
        "is_ready": file.state == File.State.KEPT,
        "is_unscanned": file.scan in (File.Scan.NOT_SCANNED, File.Scan.TOO_LARGE),
    }


def download(http_request, request, key):
    """One file of `request`, on record; 404 where it is none that was checked."""
    file = File.objects.filter(owner=request.pk, pk=key, state=File.State.KEPT).first()
    if file is None:
        raise Http404
    entry = note(http_request, Action.DOWNLOAD, request, detail=f"file {file.pk}")
    words, reading = _opened(file, entry)
    response = _attachment(_given(words, reading, entry), words["name"], "application/octet-stream")
    if not _left_out(words):
        response["Content-Length"] = file.size
    return response


def download_all(http_request, request):
    """All checked files of `request` as one archive, on record."""
    files = list(File.objects.filter(owner=request.pk, state=File.State.KEPT).shown())
    if not files:
        raise Http404
    entry = note(http_request, Action.DOWNLOAD, request, detail=f"all {len(files)} files")
    opened = [(file, *_opened(file, entry)) for file in files]
    return _attachment(_archive(opened, entry), f"{request.reference}.zip", "application/zip")


def _opened(file, entry):
    """(words, reading) of a file; what announced it is on record as failed where it does not open."""
    try:
        return file.unsealed(), Reading(file)
    except CLOSED:
        note_failure(entry)
        raise


def _attachment(pieces, name, content_type):
    headers = {**GUARDED, "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return StreamingHttpResponse(pieces, content_type=content_type, headers=headers)


def _left_out(words):
    """The names of what lies in an archive and is not given: programs and whatever else is no image or report."""
    return frozenset(words.get("look", {}).get("left_out", ()))


def _given(words, reading, entry):
    """What goes out of a file, in pieces; what breaks off is on record as failed."""
    left_out = _left_out(words)
    try:
        yield from without(reading, left_out) if left_out else iter(partial(reading.read, PIECE), b"")
    except (*CLOSED, Refused, zipfile.BadZipFile) as error:
        log.error("A download broke off (%s).", type(error).__name__)
        note_failure(entry)
        raise


def _archive(opened, entry):
    outlet = Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        for name, (_file, words, reading) in zip(_names(opened), opened, strict=True):
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
                for piece in _given(words, reading, entry):
                    member.write(piece)
                    yield outlet.taken()
    yield outlet.taken()


def _names(opened):
    """A name of its own for each file, in the folder it came from."""
    taken = set()
    for _file, words, _reading in opened:
        folder = f"{words['folder']}/" if words.get("folder") else ""
        yield name_of_its_own(f"{folder}{words['name']}", taken)
