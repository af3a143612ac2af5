"""Ties each row of the record to the one before it, by a key that the database does not know.

The mac of a row covers all its values and the mac of the row before, so that a row can't be changed, removed or moved
without the key unless everything after it goes too; what then is missing shows against the heads written outside
(`record.heads`).

The keyset holds every key there ever was, the oldest first, and each mac names its own; after a row by a newer key no
older one counts. `record.rekeying` changes the key.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from tink import TinkError, json_proto_keyset_format, secret_key_access
from tink import mac as tink_mac

from . import keyset_files

COVERED = ("number", "at", "user_id", "username", "action", "kind", "key", "detail", "why", "outcome")
FIRST = ""  # what stands for the mac before the first row


def seal(values, previous):
    """The mac of a row, as hexadecimal digits: of its `values`, in the order of COVERED, and the mac before it."""
    return _keys().mac.compute_mac(_words(values, previous)).hex()


def holds(mac, values, previous):
    """Whether `mac` was made from just these by someone who has the key. The values may be anything at all."""
    try:
        _keys().mac.verify_mac(bytes.fromhex(mac), _words(values, previous))
    except (TinkError, ValueError, TypeError, AttributeError):
        return False
    return True


def _words(values, previous):
    number, at, *rest = values
    if isinstance(at, str):  # as a database keeps it: in UTC, whether it says so or not
        at = datetime.fromisoformat(at)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return json.dumps([number, at.astimezone(UTC).isoformat(timespec="microseconds"), *rest, previous]).encode()


def key_of(mac):
    """Which key made `mac`: 0 for the oldest; None where it names none of ours."""
    named = mac[2:10] if isinstance(mac, str) and mac.startswith("01") else ""
    return _keys().places.get(named)


def newest_key():
    """The place of the key that seals from now on, as `key_of` counts."""
    return _keys().newest


def newest_name():
    """The number that the macs of this key begin with, in hexadecimal digits."""
    return next(name for name, place in _keys().places.items() if place == newest_key())


def name_of(number):
    return f"{number:08x}"


class Keys(NamedTuple):
    mac: object
    places: dict  # by the key's number in hexadecimal digits, with which its macs begin
    newest: int


def _keys():
    """What stands in the keyset now: another process may have put another file in its place."""
    if settings.RECORD_KEYSET is None:
        return Keys(_KeyForDebugging(), {}, 0)
    return _read(settings.RECORD_KEYSET, keyset_files.version(settings.RECORD_KEYSET))


@lru_cache(maxsize=2)
def _read(path, _version):
    return keys(path.read_text(encoding="utf-8"))


def keys(text):
    """The keys of a keyset file; raises TinkError or ValueError where `text` is none."""
    tink_mac.register()
    primitive = json_proto_keyset_format.parse(text, secret_key_access.TOKEN).primitive(tink_mac.Mac)
    stored = json.loads(text)
    numbers = [key["keyId"] for key in stored["key"] if key["status"] == "ENABLED"]
    places = {name_of(number): place for place, number in enumerate(numbers)}
    return Keys(primitive, places, numbers.index(stored["primaryKeyId"]))


class _KeyForDebugging:
    def compute_mac(self, words):
        return hmac.digest(settings.SECRET_KEY.encode(), words, hashlib.sha256)

    def verify_mac(self, mac, words):
        if not hmac.compare_digest(mac, self.compute_mac(words)):
            raise TinkError
