"""Finds requests by name, day of birth, phone or email, though nothing that is kept tells any of these.

Of each a keyed hash is kept (`sealing.blind_hashes`), so a whole name is found and a part of one is not.
"""

import unicodedata

import phonenumbers

from . import sealing
from .fields import REGION
from .models import Lookup, Request

Purpose = Lookup.Purpose


def keep(request, answers):
    """Let `request` be found by what is in its `answers`."""
    Lookup.objects.bulk_create(rows_for(request, answers), ignore_conflicts=True)


def fill(most=5_000):
    """Let up to `most` requests be found that can't be by anything yet; returns how many there were."""
    found = Request.objects.filter(lookups=None).order_by("pk")[:most]
    for request in found:
        try:
            keep(request, request.unsealed()["answers"])
        except sealing.Unreadable:
            continue
    return len(found)


def rows_for(request, answers):
    """The Lookups of a request, unsaved, under the key of HASH_KEYSET that counts now."""
    found = {(purpose, sealing.blind_hashes(f"find {purpose}", text)[0]) for purpose, text in _texts(answers)}
    return [Lookup(request=request, purpose=purpose, hash=digest) for purpose, digest in sorted(found)]


def find(**sought):
    """Requests that match all that is sought: `name`, `born` (1961-03-27), `phone`, `email`; nothing for nothing."""
    wanted = [(purpose, normal(purpose, text)) for purpose, text in sought.items() if text]
    if not wanted or not all(text for _purpose, text in wanted):
        return Request.objects.none()
    found = Request.objects.all()
    for purpose, text in wanted:
        hashes = sealing.blind_hashes(f"find {purpose}", text)
        found = found.filter(pk__in=Lookup.objects.filter(purpose=purpose, hash__in=hashes).values("request"))
    return found


def same_patient(request):
    """Other requests that seem to be of the same patient: the same day of birth, and a name, phone or email too."""
    mine = list(request.lookups.values_list("purpose", "hash"))
    born = [digest for purpose, digest in mine if purpose == Purpose.BORN]
    others = [digest for purpose, digest in mine if purpose != Purpose.BORN]
    by_born = Lookup.objects.filter(purpose=Purpose.BORN, hash__in=born).exclude(request=request).values("request")
    by_more = Lookup.objects.exclude(purpose=Purpose.BORN).filter(hash__in=others).values("request")
    found = Request.objects.filter(pk__in=by_born).filter(pk__in=by_more)
    return found.defer("key", "words").order_by("-received_at")


def normal(purpose, text):
    """`text` as it is compared: without case, accents and spaces that say nothing; "" for what can't be one."""
    if purpose == Purpose.NAME:
        if "," in text:  # as in “Sample, Zed”
            family, _comma, given = text.partition(",")
            text = f"{given} {family}"
        folded = unicodedata.normalize("NFKD", text).casefold()
        signs = (sign if sign.isalnum() else " " for sign in folded if not unicodedata.combining(sign))
        return " ".join("".join(signs).split())
    if purpose == Purpose.PHONE:
        try:
            number = phonenumbers.parse(text, REGION)
        except phonenumbers.NumberParseException:
            return ""
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return "".join(text.split()).casefold()


def _texts(answers):
    """(purpose, text) for all that a request is found by: the patient's whole name, its last part, and who asked."""
    patient, reach = answers.get("patient", {}), answers.get("reach", {})
    given, family = patient.get("given", ""), patient.get("family", "")
    names = [f"{given} {family}", family, answers.get("asking", {}).get("asker_name", "")]
    if given.split():
        names.append(f"{given.split()[0]} {family}")  # without the middle names
    texts = [(Purpose.NAME, name) for name in names] + [(Purpose.BORN, patient.get("born", ""))]
    texts += [(Purpose.PHONE, reach.get("phone", "")), (Purpose.EMAIL, reach.get("email", ""))]
    normals = [(purpose, normal(purpose, text)) for purpose, text in texts if text]
    return [(purpose, text) for purpose, text in normals if text]
