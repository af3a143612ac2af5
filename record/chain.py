"""Ties each row of the record to the one before it, by a key that the database does not know.

The mac of a row covers all its values and the mac of the row before, so that a row can't be changed, removed or moved
without the key unless everything after it goes too; what then is missing shows against the heads written outside
(`record.heads`).
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from functools import cache

from django.conf import settings
from tink import TinkError, json_proto_keyset_format, secret_key_access
from tink import mac as tink_mac

COVERED = ("number", "at", "user_id", "username", "action", "kind", "key", "detail", "why", "outcome")
FIRST = ""  # what stands for the mac before the first row


def seal(values, previous):
    """The mac of a row, as hexadecimal digits: of its `values`, in the order of COVERED, and the mac before it."""
    return _key().compute_mac(_words(values, previous)).hex()


def holds(mac, values, previous):
    """Whether `mac` was made from just these by someone who has the key. The values may be anything at all."""
    try:
        _key().verify_mac(bytes.fromhex(mac), _words(values, previous))
    except (TinkError, ValueError, TypeError, AttributeError):
        return False
    return True


def _words(values, previous):
    number, at, *rest = values
    if isinstance(at, str):  # as a database keeps it: in UTC, whether it says so or not
        at = datetime.fromisoformat(at)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return json.dumps([number, at.astimezone(UTC).isoformat(timespec="microseconds"), *rest, previous]).encode()


@cache
def _key():
    if settings.RECORD_KEYSET is None:
        return _KeyForDebugging()
    tink_mac.register()
    text = settings.RECORD_KEYSET.read_text(encoding="utf-8")
    return json_proto_keyset_format.parse(text, secret_key_access.TOKEN).primitive(tink_mac.Mac)


class _KeyForDebugging:
    def compute_mac(self, words):
        return hmac.digest(settings.SECRET_KEY.encode(), words, hashlib.sha256)

    def verify_mac(self, mac, words):
        if not hmac.compare_digest(mac, self.compute_mac(words)):
            raise TinkError
