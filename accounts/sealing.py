"""Seals the secrets of second factors, so that a copy of the database alone gives nobody a code.

By tink (AES-256-GCM) under FACTOR_KEYSET, bound to its place, which is the device's number: a secret opens in the row
alone that it was sealed for. While debugging without a keyset they stand as they are.
"""

from base64 import b64decode, b64encode
from functools import cache

from django.conf import settings
from tink import TinkError, aead, json_proto_keyset_format, secret_key_access


class Unreadable(Exception):
    """A secret does not open: it was changed, stands in another's place, or the keyset is not the one."""


def seal(key, place):
    """What is kept of `key`, which is hexadecimal; at most 80 characters."""
    if settings.FACTOR_KEYSET is None:
        return key
    return b64encode(_aead(settings.FACTOR_KEYSET).encrypt(bytes.fromhex(key), _bound_to(place))).decode()


def unseal(kept, place):
    """The key that was sealed, hexadecimal. Raises Unreadable."""
    if settings.FACTOR_KEYSET is None:
        return kept
    try:
        return _aead(settings.FACTOR_KEYSET).decrypt(b64decode(kept, validate=True), _bound_to(place)).hex()
    except (TinkError, ValueError) as error:
        raise Unreadable(
            "A second factor does not open: FACTOR_KEYSET is not the keyset that sealed it, or it was changed. Put the "
            "right file back, or use reset_factor."
        ) from error


def _bound_to(place):
    return f"accounts factor {place}".encode()


@cache
def _aead(file):
    aead.register()
    keyset = json_proto_keyset_format.parse(file.read_text(encoding="utf-8"), secret_key_access.TOKEN)
    return keyset.primitive(aead.Aead)
