"""Asks clamd whether a virus is in a file; the file is streamed to it."""

import logging
import socket
from urllib.parse import urlsplit

from clamav_client.clamd import BufferTooLongError, ClamdError, ClamdNetworkSocket, ClamdUnixSocket
from django.conf import settings

from .refusing import size_of

CLEAN, FOUND, NOT_SCANNED, TOO_LARGE = "clean", "found", "not_scanned", "too_large"
PATIENCE = 300  # seconds for one answer
LIMIT_MET = "Heuristics.Limits.Exceeded"  # what clamd calls it where it looked at the begin of something alone

log = logging.getLogger(__name__)


def scan(file):
    """CLEAN, FOUND, TOO_LARGE for clamd, or NOT_SCANNED where there is none or it fails."""
    if not settings.CLAMD_URL:
        return NOT_SCANNED
    if size_of(file) > settings.CLAMD_MEGABYTES * 10**6:
        return TOO_LARGE
    file.seek(0)
    try:
        answer = _scanner().instream(file)
    except BufferTooLongError:
        return TOO_LARGE
    except (ClamdError, OSError, UnicodeDecodeError) as error:
        log.error("clamd does not answer (%s); what came is marked as not scanned.", type(error).__name__)
        return NOT_SCANNED
    status, virus = answer.get("stream", ("ERROR", ""))
    if status == "OK":
        return CLEAN
    if status != "FOUND":
        log.error("clamd failed at a file; it is marked as not scanned.")
        return NOT_SCANNED
    return TOO_LARGE if (virus or "").startswith(LIMIT_MET) else FOUND


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
