"""Asks clamd whether a virus is in a file; the file is streamed to it."""

import logging
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
    except (ClamdError, OSError) as error:
        log.error("clamd does not answer (%s); what came is marked as not scanned.", type(error).__name__)
        return NOT_SCANNED
    status, virus = answer.get("stream", ("ERROR", ""))
    if status == "OK":
        return CLEAN
    if status != "FOUND":
        log.error("clamd failed at a file; it is marked as not scanned.")
        return NOT_SCANNED
    return TOO_LARGE if (virus or "").startswith(LIMIT_MET) else FOUND


def _scanner():
    parts = urlsplit(settings.CLAMD_URL)
    if parts.scheme == "unix":
        return ClamdUnixSocket(parts.path, timeout=PATIENCE)
    return ClamdNetworkSocket(parts.hostname, parts.port or 3310, timeout=PATIENCE)
