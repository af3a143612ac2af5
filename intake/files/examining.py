"""Looks into each file once it is whole: what it is, and whether a virus is in it. Housekeeping calls.

Nobody gets a file before. One that is refused is erased at once; that it came, and why it is refused, stays for the
patient to read. Where clamd is away, or a file too large for it, the file is kept and marked; the request goes on.
"""

import hashlib
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from ..checking import apart, viruses
from ..models import File
from ..sealing import Unreadable
from .forgetting import erase_content
from .segments import Reading

SCANNED_AGAIN_AFTER = timedelta(hours=1)
LEASE = timedelta(minutes=15)  # longer than apart and clamd have time together
PIECE = 1024 * 1024
OF_A_DISC = {"not_a_kind", "wrong_ending"}  # programs in a folder that was chosen whole: no reason to worry anyone
DAMAGED = {"kind": "", "refusal": "could_not_be_read"}

State, Scan = File.State, File.Scan


def due():
    """Files that nobody has looked into yet, and those that clamd was away for an hour ago."""
    waiting = Q(state=State.WHOLE)
    if settings.CLAMD_URL:
        again = timezone.now() - SCANNED_AGAIN_AFTER
        waiting |= Q(state=State.KEPT, scan=Scan.NOT_SCANNED, moved_at__lte=again)
    return File.objects.filter(waiting).order_by("moved_at", "pk")


def examine(file):
    """Look into `file`; returns what writes down what was found."""
    try:
        with Reading(file) as reading:
            return partial(_write_down, file, *_examined(file, reading))
    except Unreadable:  # somebody changed what is stored, or the disk did
        return partial(_write_down, file, DAMAGED, Scan.NONE)


def _examined(file, reading):
    """(look, scan) of what `reading` reads."""
    words = file.unsealed()
    look = words.get("look") or apart.look(reading, words["name"])
    if look["refusal"]:
        is_left_out = words.get("folder") and look["refusal"] in OF_A_DISC
        return look | ({"refusal": "left_out"} if is_left_out else {}), Scan.NONE
    scan = viruses.scan(reading, unpacked=look.get("unpacked", 0))
    if scan == viruses.FOUND:
        return look | {"refusal": "virus"}, Scan.NONE
    return look | {"sha256": _sha256(reading)}, scan


def _sha256(reading):
    reading.seek(0)
    digest = hashlib.sha256()
    while piece := reading.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _write_down(file, look, scan):
    current = File.objects.select_for_update().filter(pk=file.pk, state__in=[State.WHOLE, State.KEPT]).first()
    if current is None:  # it was taken back meanwhile
        return
    current.state = State.REFUSED if look["refusal"] else State.KEPT
    current.scan = scan
    current.moved_at = timezone.now()
    current.holds = "" if look["refusal"] else _holds(look)
    current.seal({**current.unsealed(), "look": look})
    if current.state == State.REFUSED:
        current.arrived = 0
        erase_content(current)
    current.save()


def _holds(look):
    """Whether it is images from a scanner, or papers: a report, or a photo of one."""
    kinds = {look["kind"], *(kind for _name, kind in look.get("taken", ()))}
    return File.Holds.IMAGES if "dicom" in kinds else File.Holds.PAPERS
