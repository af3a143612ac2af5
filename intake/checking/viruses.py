"""Asks clamd whether a virus is in a file; the file is streamed to it."""

import io
import logging
import socket
import zipfile
from functools import cache
from urllib.parse import urlsplit

from clamav_client.clamd import BufferTooLongError, ClamdError, ClamdNetworkSocket, ClamdUnixSocket
from django.conf import settings

from .refusing import size_of

CLEAN, FOUND, NOT_SCANNED, TOO_LARGE = "clean", "found", "not_scanned", "too_large"
DEEPEST = 100
PATIENCE = 300  # seconds for one answer
LIMIT_MET = "Heuristics.Limits.Exceeded"  # what clamd calls it where it looked at the begin of something alone

log = logging.getLogger(__name__)


def scan(file, unpacked=0):
    """CLEAN, FOUND, TOO_LARGE for clamd, or NOT_SCANNED where there is none or it fails.

    An archive counts by how much it holds: of a large member clamd reads the begin, and does not say so.
    """
    if not settings.CLAMD_URL:
        return NOT_SCANNED
    if max(size_of(file), unpacked) > settings.CLAMD_MEGABYTES * 10**6:
        return TOO_LARGE
    file.seek(0)
    try:
        status, virus = _answer(file)
        if status == "OK" and not _tells_its_limits():
            log.error("clamd calls clean what it did not look at as a whole: set “AlertExceedsMax yes” in clamd.conf.")
            return NOT_SCANNED
    except BufferTooLongError:
        return TOO_LARGE
    except (ClamdError, OSError, UnicodeDecodeError) as error:
        log.error("clamd does not answer (%s); what came is marked as not scanned.", type(error).__name__)
        return NOT_SCANNED
    if status == "OK":
        return CLEAN
    if status != "FOUND":
        log.error("clamd failed at a file; it is marked as not scanned.")
        return NOT_SCANNED
    return TOO_LARGE if (virus or "").startswith(LIMIT_MET) else FOUND


def _answer(file):
    return _scanner().instream(file).get("stream", ("ERROR", ""))


def _tells_its_limits():
    """Whether clamd says so where it reaches a limit of its own; as it is installed, it calls such a file clean."""
    _status, virus = _answer(io.BytesIO(_too_deep()))
    return (virus or "").startswith(LIMIT_MET)


@cache
def _too_deep():
    """An archive in an archive and so on, one more than the deepest that clamd can be set to open."""
    inner = b""
    for _level in range(DEEPEST + 1):
        outer = io.BytesIO()
        with zipfile.ZipFile(outer, "w") as archive:
            archive.writestr("inner.zip", inner)
        inner = outer.getvalue()
    return inner


class UnixSocket(ClamdUnixSocket):
    """Waits no longer for a connection than for an answer; the client's own waits for ever."""

    def _init_socket(self):
        self.clamd_socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.clamd_socket.settimeout(self.timeout)
        self.clamd_socket.connect(self.unix_socket)


def _scanner():
    parts = urlsplit(settings.CLAMD_URL)
    if parts.scheme == "unix":
        return UnixSocket(parts.path, timeout=PATIENCE)
    return ClamdNetworkSocket(parts.hostname, parts.port or 3310, timeout=PATIENCE)
