"""Changes the key that ties the rows of the record together. Older keys stay, for the rows of their time."""

import json

from django.conf import settings
from django.db import Error, transaction
from tink import json_proto_keyset_format, new_keyset_handle, secret_key_access
from tink import mac as tink_mac

from . import chain, keyset_files, noting
from .models import Action, Entry, Outcome
from .routing import RECORD


def change_key(*, why):
    """Seal with a new key from now on, and return the row that says so, the first by that key.

    Nobody writes meanwhile, and whoever writes next reads the keyset again. A change that was cut short after the
    keyset was written is finished, not begun anew. Raises OSError where the keyset can't be written, NotOnRecord where
    the record can't.
    """
    if noting.trouble():
        raise noting.NotOnRecord
    file = settings.RECORD_KEYSET.resolve()
    try:
        with transaction.atomic(using=RECORD, durable=True):
            noting.hold()
            last = Entry.objects.order_by("-number").values_list("mac", flat=True).first()
            before = chain.key_of(last)
            if before is None or before == chain.newest_key():
                keyset_files.replace(file, _with_another_key(file.read_text(encoding="utf-8")))
            entry = Entry(
                action=Action.CHANGE_KEY,
                kind="record",
                key=chain.newest_name(),
                why=why,
                outcome=Outcome.ALLOWED,
            )
            noting.append(entry)
    except Error as error:
        raise noting.NotOnRecord from error
    return entry


def _with_another_key(text):
    """The keyset `text` with a new key at its end, which seals from now on."""
    known, keyset = chain.keys(text), json.loads(text)
    while True:
        handle = new_keyset_handle(tink_mac.mac_key_templates.HMAC_SHA256_256BITTAG)
        new = json.loads(json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN))
        if chain.name_of(new["primaryKeyId"]) not in known.places:
            break
    text = json.dumps({"primaryKeyId": new["primaryKeyId"], "key": [*keyset["key"], *new["key"]]}, indent=2)
    chain.keys(text)
    return text
