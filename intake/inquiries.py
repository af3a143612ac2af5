"""Whether somebody may see how a request stands: a reference, a day of birth, then a code that goes to the patient.

What is done and answered is the same whether there is such a request or not.
"""

import hashlib
import logging
import secrets
import uuid
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from . import codes, sealing
from .drafts import new_token
from .models import Inquiry, Notice, Request

COOKIE = f"{'__Host-' if settings.IS_HTTPS else ''}request-status"
CODE_FOR = timedelta(minutes=15)
OPEN_FOR = timedelta(minutes=30)
DIGITS = 6
MOST_TRIES = 5
OF_NOBODY = {"patient": {"born": ""}, "reach": {}}

log = logging.getLogger(__name__)


def begin(reference, born):
    """Ask for a code to see the request that is called `reference`, of a patient born on `born` (1961-03-27).

    Returns the token for the browser's cookie.
    """
    request = Request.objects.filter(reference=codes.as_written(reference)).first()
    answers = _answers(request)
    is_known = constant_time_compare(answers["patient"]["born"], born) and request is not None
    reach = answers["reach"] if is_known else {}
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    token = new_token()
    inquiry = Inquiry(
        id=uuid.uuid4(),
        cookie_hash=_hash(token),
        request=request if is_known else None,
        asked_at=timezone.now(),
    )
    inquiry.code_hash = _code_hash(inquiry, code)
    words = {"to": reach.get("email", ""), "phone": reach.get("phone", ""), "code": code}
    with transaction.atomic():
        inquiry.save(force_insert=True)
        Notice.write(Notice.Kind.STATUS, words=words, tried_for=CODE_FOR)
    return token


def waiting(request):
    """This browser's inquiry that waits for a code, or None."""
    now = timezone.now()
    return _of(request).filter(opened_at=None, asked_at__gt=now - CODE_FOR, tries__lt=MOST_TRIES).first()


def opened(request):
    """This browser's inquiry that a code has opened, or None."""
    kept = _of(request).filter(opened_at__gt=timezone.now() - OPEN_FOR)
    return kept.select_related("request").first()


def open_with(inquiry, code):
    """The token of a new cookie if `code` is the one that was sent; else None, and the try is counted."""
    with transaction.atomic():
        held = Inquiry.objects.select_for_update().filter(pk=inquiry.pk, opened_at=None, tries__lt=MOST_TRIES).first()
        if held is None:
            return None
        held.tries += 1
        is_right = constant_time_compare(held.code_hash, _code_hash(held, code)) and held.request_id is not None
        token = new_token() if is_right else None
        if is_right:
            held.opened_at, held.code_hash, held.cookie_hash = timezone.now(), "", _hash(token)
        held.save()
    return token


def stay_open(request):
    """Count what this browser does as use: a file that comes may take longer than the page stays open."""
    _of(request).filter(opened_at__isnull=False).update(opened_at=timezone.now())


def close(request):
    _of(request).delete()


def give_cookie(response, token):
    response.set_cookie(COOKIE, token, httponly=True, secure=settings.IS_HTTPS, samesite="Lax")


def take_cookie(response):
    response.delete_cookie(COOKIE, samesite="Lax")


def forget_old():
    """Forget who asked, once neither the code nor what it opened counts any more."""
    now = timezone.now()
    old = Inquiry.objects.filter(asked_at__lt=now - CODE_FOR - OPEN_FOR)
    old.exclude(opened_at__gt=now - OPEN_FOR).delete()


def _of(request):
    return Inquiry.objects.filter(cookie_hash=_hash(request.COOKIES.get(COOKIE, "")))


def _hash(token):
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _code_hash(inquiry, code):
    return sealing.blind_hashes("status", f"{inquiry.pk} {code}")[0]


def _answers(request):
    """Those of `request`, or of nobody: where it is None, or does not open."""
    try:
        return (request or _decoy()).unsealed()["answers"]
    except sealing.Unreadable:
        if request:
            log.error("Request %s does not open.", request.pk)
        _decoy.cache_clear()  # the site's key may have changed meanwhile
        return OF_NOBODY


@cache
def _decoy():
    """A request of nobody: opening it takes as long as opening one of somebody."""
    decoy = Request(id=uuid.uuid4())
    decoy.seal({"answers": OF_NOBODY, "checked": [["x" * 100] * 30]})
    return decoy
