"""Changes the key of HASH_KEYSET, under which requests are found, while the site runs.

A new key is put into the keyset and hashes from then on; what is looked for is looked for under all its keys, so
nothing is lost meanwhile. The hashes of each request are made anew from its answers. Codes that patients hold, to
finish a request or to see how one stands, can't be made anew: the old key stays until none of its time is left.
"""

import json
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from tink import json_proto_keyset_format, new_keyset_handle, prf, secret_key_access

from record import keyset_files

from . import finding, inquiries
from .kms import Unreachable
from .models import Draft, Inquiry, Lookup, Request
from .sealing import Unreadable

AT_ONCE = 200  # requests in one transaction


def begin():
    """Put a new key into the keyset, unless a change was begun already; returns its number and whether it is new."""
    keyset = _read()
    if len(keyset["key"]) > 1:
        return keyset["primaryKeyId"], False
    prf.register()
    new = {"primaryKeyId": keyset["primaryKeyId"]}
    while new["primaryKeyId"] in {key["keyId"] for key in keyset["key"]}:
        handle = new_keyset_handle(prf.prf_key_templates.HMAC_SHA256)
        new = json.loads(json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN))
    _put({"primaryKeyId": new["primaryKeyId"], "key": [*keyset["key"], *new["key"]]})
    return new["primaryKeyId"], True


def hash_anew(told=lambda done, of: None):
    """Make the hashes of each request by the newest key; returns how many were others, and which don't open.

    `told` hears how far it is. What was cut short is finished by calling it again.
    """
    total, done, changed, unreadable, last = Request.objects.count(), 0, 0, [], None
    while batch := _batch(last, unreadable):
        last, seen, anew = batch
        done, changed = done + seen, changed + anew
        told(done, total)
    return changed, unreadable


@transaction.atomic
def _batch(last, unreadable):
    """Hash the next requests after the key `last`; returns (last key, how many, how many anew), None after the last."""
    after = Request.objects.order_by("pk").select_for_update(no_key=True)
    requests = list((after.filter(pk__gt=last) if last else after)[:AT_ONCE])
    if not requests:
        return None
    changed = 0
    for request in requests:
        try:
            rows = finding.rows_for(request, request.unsealed()["answers"])
        except (Unreadable, Unreachable):
            unreadable.append(f"request {request.pk}")
            continue
        if {row.hash for row in rows} != set(request.lookups.values_list("hash", flat=True)):
            request.lookups.all().delete()
            Lookup.objects.bulk_create(rows)
            changed += 1
    return requests[-1].pk, len(requests), changed


def codes_of_the_old_key():
    """How many codes that patients may hold were made before the change was begun."""
    begun_at = datetime.fromtimestamp(settings.HASH_KEYSET.stat().st_mtime, UTC)
    drafts = Draft.objects.filter(started_at__lte=begun_at, is_sent=False).exclude(resume_hash="")
    asked = begun_at - inquiries.CODE_FOR + timedelta(seconds=1)
    now = datetime.now(UTC)
    waiting = Inquiry.objects.filter(asked_at__range=(asked, begun_at), asked_at__gt=now - inquiries.CODE_FOR)
    return drafts.count() + waiting.exclude(code_hash="").count()


def drop_old_keys():
    """Leave the newest key alone in the keyset: what an older one hashed is found no more."""
    keyset = _read()
    _put({**keyset, "key": [key for key in keyset["key"] if key["keyId"] == keyset["primaryKeyId"]]})


def _read():
    return json.loads(settings.HASH_KEYSET.read_text(encoding="utf-8"))


def _put(keyset):
    text = json.dumps(keyset, indent=2)
    json_proto_keyset_format.parse(text, secret_key_access.TOKEN).primitive(prf.PrfSet)
    keyset_files.replace(settings.HASH_KEYSET.resolve(), text)
