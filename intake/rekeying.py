"""Changes the key of INTAKE_KEYSET, under which the key of each row is sealed, while the site runs.

A new key is put into the keyset and seals from then on, each row's key is sealed anew by it, and once no row needs them
the old keys are dropped. Whoever seals or opens reads the keyset as it stands (`sealing`), so no worker need be told.
Where it stands is told by the keyset and the rows alone: what was cut short is finished by calling it again.
"""

import fcntl
import json
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.db import transaction
from tink import aead, json_proto_keyset_format, new_keyset_handle, secret_key_access

from record import keyset_files

from . import kms, sealing
from .models.sealed import SealedRow

AT_ONCE = 200  # rows in one transaction


class Busy(Exception):
    """Another change of the key is under way."""


@contextmanager
def alone():
    """Keep others from changing the key meanwhile. Raises Busy where somebody does."""
    with (settings.DATA / "rotate_keys.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy from error
        yield


def begin():
    """Put a new key into the keyset, unless a change was begun already; returns its number and whether it is new."""
    keyset = _read()
    if len(keyset["key"]) > 1:
        return keyset["primaryKeyId"], False
    aead.register()
    new = {"primaryKeyId": keyset["primaryKeyId"]}
    while new["primaryKeyId"] in {key["keyId"] for key in keyset["key"]}:
        handle = new_keyset_handle(aead.aead_key_templates.AES256_GCM)
        new = json.loads(json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN))
    _put({"primaryKeyId": new["primaryKeyId"], "key": [*keyset["key"], *new["key"]]})
    return new["primaryKeyId"], True


def seal_anew(told=lambda done, of: None):
    """Seal the key of each row by the newest key; returns how many were, and the keys of rows that don't open.

    `told` hears how far it is.
    """
    newest = _read()["primaryKeyId"]
    total = sum(model.objects.count() for model in sealed_models())
    done, changed, unreadable = 0, 0, []
    for model in sealed_models():
        last = None
        while rows := _batch(model, last, newest, unreadable):
            last, seen, sealed = rows
            done, changed = done + seen, changed + sealed
            told(done, total)
    return changed, unreadable


@transaction.atomic
def _batch(model, last, newest, unreadable):
    """Seal the next rows after the key `last`; returns (last key, rows seen, rows sealed), None after the last one."""
    after = model.objects.order_by("pk").only("pk", "key").select_for_update()
    rows = list((after.filter(pk__gt=last) if last else after)[:AT_ONCE])
    if not rows:
        return None
    changed = []
    for row in rows:
        if not row.key or sealing.sealed_by(row.key) == newest:  # a draft that was sent has no key
            continue
        try:
            row.key = sealing.sealed_anew(row.key, row.bound)
        except sealing.Unreadable:
            unreadable.append(f"{model._meta.model_name} {row.pk}")
        else:
            changed.append(row)
    model.objects.bulk_update(changed, ["key"])
    return rows[-1].pk, len(rows), len(changed)


def drop_old_keys():
    """Leave the newest key alone in the keyset: whatever an older one sealed never opens again."""
    keyset = _read()
    _put({**keyset, "key": [key for key in keyset["key"] if key["keyId"] == keyset["primaryKeyId"]]})


def sealed_models():
    return [model for model in apps.get_app_config("intake").get_models() if issubclass(model, SealedRow)]


def _read():
    text = settings.INTAKE_KEYSET.read_text(encoding="utf-8")
    if settings.INTAKE_KMS_URI:
        text = json_proto_keyset_format.serialize(kms.unseal(text, settings.INTAKE_KMS_URI), secret_key_access.TOKEN)
    return json.loads(text)


def _put(keyset):
    text = json.dumps(keyset, indent=2)
    json_proto_keyset_format.parse(text, secret_key_access.TOKEN).primitive(aead.Aead)
    if settings.INTAKE_KMS_URI:
        text = kms.seal(text, settings.INTAKE_KMS_URI)
    keyset_files.replace(settings.INTAKE_KEYSET.resolve(), text)
