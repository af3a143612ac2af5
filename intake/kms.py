"""The hospital's key service, which can keep the key that opens INTAKE_KEYSET: INTAKE_KMS_URI.

Of AWS (`aws-kms://arn:aws:kms:…`) and Google (`gcp-kms://projects/…`), by tink's own clients. AWS's is tested, against
a stand-in for the service; Google's is not tested, and needs `tink[gcpkms]` installed.
"""

import json

from tink import TinkError, aead, json_proto_keyset_format, secret_key_access

BOUND = b"intake keyset"


class Unreachable(Exception):
    """The key service gave no key: it is away, refuses, or INTAKE_KMS_URI is not of a kind that is known."""


def is_sealed(text):
    """Whether a keyset file's text is sealed by a key service."""
    try:
        return "encryptedKeyset" in json.loads(text)
    except ValueError:
        return False


def seal(text, uri):
    """The keyset in `text`, as it is made at first, sealed by the key `uri`."""
    handle = json_proto_keyset_format.parse(text, secret_key_access.TOKEN)
    try:
        return json_proto_keyset_format.serialize_encrypted(handle, _key(uri), BOUND)
    except (TinkError, OSError) as error:
        raise Unreachable(_advice(uri)) from error


def unseal(text, uri):
    """A keyset handle from what `seal` gave."""
    try:
        return json_proto_keyset_format.parse_encrypted(text, _key(uri), BOUND)
    except (TinkError, OSError) as error:
        raise Unreachable(_advice(uri)) from error


def _key(uri):
    aead.register()
    kind = uri.partition("://")[0]
    try:
        if kind == "aws-kms":
            from botocore.exceptions import BotoCoreError
            from tink.integration import awskms

            try:
                return _Steady(awskms.AwsKmsClient(uri, None).get_aead(uri), BotoCoreError)
            except BotoCoreError as error:
                raise Unreachable(_advice(uri)) from error
        if kind == "gcp-kms":
            from tink.integration import gcpkms

            return gcpkms.GcpKmsClient(uri, None).get_aead(uri)
    except (ImportError, TinkError) as error:
        raise Unreachable(_advice(uri)) from error
    raise Unreachable(_advice(uri))


class _Steady(aead.Aead):
    """A key whose service may be away, which its client tells by errors of its own."""

    def __init__(self, key, away):
        self.key, self.away = key, away

    def encrypt(self, plaintext, associated_data):
        return self._ask(self.key.encrypt, plaintext, associated_data)

    def decrypt(self, ciphertext, associated_data):
        return self._ask(self.key.decrypt, ciphertext, associated_data)

    def _ask(self, do, *what):
        try:
            return do(*what)
        except self.away as error:
            raise TinkError("The key service does not answer.") from error


def _advice(uri):
    return f"the key service gave no key for INTAKE_KMS_URI={uri}: check the address, the site's rights and the network"
