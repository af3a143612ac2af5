"""Seals what patients write: each row under a key of its own, which is sealed in turn under the site's keyset.

Everything sealed is bound to its place (the table, the row, the column), so that it opens nowhere else. Formats and
key rotation are tink's (https://developers.google.com/tink): AES-256-GCM for all of it.
"""

import hashlib
import hmac
from functools import cache, lru_cache

from django.conf import settings
from google.protobuf.message import DecodeError
from tink import (
    TinkError,
    aead,
    json_proto_keyset_format,
    new_keyset_handle,
    prf,
    proto_keyset_format,
    secret_key_access,
)
from tink.proto import aes_gcm_pb2, common_pb2, hmac_prf_pb2, tink_pb2

from record import keyset_files

from . import kms

DIGEST = 16  # bytes of a blind hash that are kept


class Unreadable(Exception):
    """What is sealed does not open: it was changed, stands in another's place, or the key is not the one."""


def new_key(bound):
    """A new key for one row, sealed and bound to `bound` (bytes)."""
    handle = new_keyset_handle(_template())
    return proto_keyset_format.serialize_encrypted(handle, _site_key(), bound)


def seal(key, words, bound, part=b""):
    """`words` (bytes) under the row's sealed `key`, whose place is `bound`, and in it `part`."""
    return _row_key(key, bound).encrypt(words, bound + part)


def unseal(key, sealed, bound, part=b""):
    """What `seal` was given. Raises Unreadable."""
    try:
        return _row_key(key, bound).decrypt(bytes(sealed), bound + part)
    except TinkError as error:
        raise Unreadable("Sealed words do not open.") from error


def sealed_by(key):
    """The number of the site's key that a row's `key` is sealed by; None where it names none."""
    try:
        sealed = tink_pb2.EncryptedKeyset.FromString(bytes(key)).encrypted_keyset
    except DecodeError:
        return None
    return int.from_bytes(sealed[1:5], "big") if sealed[:1] == b"\1" else None


def sealed_anew(key, bound):
    """A row's `key` sealed by the site's primary key; it opens what it opened. Raises Unreadable."""
    try:
        handle = proto_keyset_format.parse_encrypted(bytes(key), _site_key(), bound)
    except TinkError as error:
        raise Unreadable("The key of sealed words does not open.") from error
    return proto_keyset_format.serialize_encrypted(handle, _site_key(), bound)


def blind_hashes(purpose, text):
    """Hashes by which `text` can be found without being kept, hexadecimal: to be kept under the first.

    There is one for each key of HASH_KEYSET, so that what was kept before a rotation is found after it.
    """
    prfs = _hash_keys()
    words = f"{purpose}\0{text}".encode()
    order = [prfs.primary_id(), *(key for key in prfs.all() if key != prfs.primary_id())]
    return [prfs.all()[key].compute(words, DIGEST).hex() for key in order]


def _row_key(key, bound):
    try:
        return proto_keyset_format.parse_encrypted(bytes(key), _site_key(), bound).primitive(aead.Aead)
    except TinkError as error:
        raise Unreadable("The key of sealed words does not open.") from error


@cache
def _template():
    aead.register()
    return aead.aead_key_templates.AES256_GCM


def _site_key():
    """The AEAD of INTAKE_KEYSET as it stands now: `rotate_keys` may have put another file in its place."""
    file = settings.INTAKE_KEYSET
    return _site_key_of(file, file and keyset_files.version(file))


@lru_cache(maxsize=2)
def _site_key_of(file, _version):
    aead.register()
    try:
        return _site_keyset(file).primitive(aead.Aead)
    except (TinkError, ValueError) as error:
        raise Unreadable("INTAKE_KEYSET holds no keyset.") from error


def _site_keyset(file):
    if file is None:
        return _for_debugging(_aes_key())
    if settings.INTAKE_KMS_URI:
        return kms.unseal(file.read_text(encoding="utf-8"), settings.INTAKE_KMS_URI)
    return _keyset(file)


def _hash_keys():
    """The PRFs of HASH_KEYSET as it stands now: `rotate_keys --hashes` may have put another file in its place."""
    file = settings.HASH_KEYSET
    return _hash_keys_of(file, file and keyset_files.version(file))


@lru_cache(maxsize=2)
def _hash_keys_of(file, _version):
    prf.register()
    keyset = _keyset(file) if file else _for_debugging(_hmac_key())
    return keyset.primitive(prf.PrfSet)


def _keyset(file):
    return json_proto_keyset_format.parse(file.read_text(encoding="utf-8"), secret_key_access.TOKEN)


# While debugging without keysets, keys that follow from SECRET_KEY


def _for_debugging(key):
    data = tink_pb2.KeyData(
        type_url=f"type.googleapis.com/{key.DESCRIPTOR.full_name}",
        value=key.SerializeToString(),
        key_material_type=tink_pb2.KeyData.SYMMETRIC,
    )
    entry = tink_pb2.Keyset.Key(key_data=data, status=tink_pb2.ENABLED, key_id=1, output_prefix_type=tink_pb2.RAW)
    keyset = tink_pb2.Keyset(primary_key_id=1, key=[entry])
    return proto_keyset_format.parse(keyset.SerializeToString(), secret_key_access.TOKEN)


def _aes_key():
    return aes_gcm_pb2.AesGcmKey(key_value=_secret(b"intake"))


def _hmac_key():
    return hmac_prf_pb2.HmacPrfKey(
        params=hmac_prf_pb2.HmacPrfParams(hash=common_pb2.SHA256), key_value=_secret(b"hash")
    )


def _secret(name):
    return hmac.digest(settings.SECRET_KEY.encode(), name, hashlib.sha256)
