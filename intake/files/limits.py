"""How much may come with one request, and how many at once."""

import logging
import threading
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from .. import desk
from ..models import File
from . import blobs

GIGABYTE = 10**9
MOST_FILES = 3000  # with one request: a disc of scans holds hundreds
UNFINISHED_FOR = timedelta(days=7)  # since bytes came last

log = logging.getLogger(__name__)
_places = threading.BoundedSemaphore(settings.UPLOAD_PLACES)  # of this process


class TooMuch(Exception):
    """More than may come with one request; what it says is for the patient."""


class Busy(Exception):
    """All places for uploads of this process are taken."""


def most_bytes():
    return desk.settings().most_gigabytes * GIGABYTE


def bytes_left(owner):
    """How many more may come with the request `owner`. Raises TooMuch where there are as many files as may be."""
    sizes = list(File.objects.counted().filter(owner=owner).values_list("size", flat=True))
    if len(sizes) >= MOST_FILES:
        raise TooMuch(_("You have sent as many files as one request can hold. Please call us about the others."))
    return most_bytes() - sum(sizes)


def check_size(owner, size):
    """Raises TooMuch where a file of `size` bytes may not come with the request `owner`."""
    if size <= 0:
        raise TooMuch(empty())
    if size > bytes_left(owner):
        raise TooMuch(too_much())
    if not blobs.has_room_for(size):
        log.error("A patient's file was turned away: the disk with sealed/ is nearly full.")
        raise TooMuch(no_room())


def empty():
    return _("This file is empty. Open it on your device to see whether it is the right one.")


def no_room():
    return _("We have no room for files just now. Send your request without them, and the files another day.")


def not_stored():
    return _("We could not store this just now. What came before is safe. Try again in some minutes, or call us.")


def too_much():
    text = _("This is more than the %(most)d GB that one request can hold. Mail us a disc instead, or call us.")
    return text % {"most": desk.settings().most_gigabytes}


@contextmanager
def place():
    """One of the places for uploads, so few that idle ones never keep a reader waiting. Raises Busy."""
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        yield
    finally:
        _places.release()
