"""Requests that are being written: kept sealed for a week, and found again by a cookie that the database can't tell."""

import hashlib
import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from . import codes, sealing
from .files.forgetting import erase_of
from .models import Draft

KEPT_FOR = timedelta(days=7)
GROUPS = 3  # of a code to finish later: 58 bits
COOKIES = {
    kind: f"{'__Host-' if settings.IS_HTTPS else ''}{kind.replace('_', '-')}-draft"
    for kind in ("appointment", "second_opinion")
}


def of(request, kind):
    """The draft of `kind` that this browser holds the cookie of, if it is not too old; else None."""
    token = request.COOKIES.get(COOKIES[kind], "")
    if not token:
        return None
    kept = Draft.objects.filter(kind=kind, saved_at__gt=timezone.now() - KEPT_FOR)
    return kept.filter(cookie_hash=_hash(token)).first()


def begin(kind, answers, *, taken_by=None):
    """Keep `answers` as a new draft; returns it and the token for its cookie. `taken_by` takes it down on the phone."""
    now = timezone.now()
    token = new_token()
    draft = Draft(id=uuid.uuid4(), kind=kind, cookie_hash=_hash(token), started_at=now, saved_at=now, taken_by=taken_by)
    draft.seal(answers)
    draft.save(force_insert=True)
    return draft, token


def keep(draft, answers):
    """Keep `answers`, those of one step, beside what other steps hold; False if the draft has been sent meanwhile."""
    with transaction.atomic():
        current = Draft.objects.select_for_update().get(pk=draft.pk)
        if current.is_sent:
            return False
        current.seal({**current.unsealed(), **answers})
        current.saved_at = timezone.now()
        current.save()
    return True


def give_code(draft):
    """A new code to finish the draft elsewhere, of which a hash alone is kept; None if it has been sent meanwhile.

    One given before ends.
    """
    code = codes.new_code(GROUPS)
    with transaction.atomic():
        current = Draft.objects.select_for_update().get(pk=draft.pk)
        if current.is_sent:
            return None
        current.resume_hash = sealing.blind_hashes("resume", code)[0]
        current.saved_at = timezone.now()
        current.save()
    return code


def resume(code):
    """The draft that somebody holds a code of, and the token of its new cookie, which ends the old one; or Nones."""
    hashes = sealing.blind_hashes("resume", codes.as_written(code))
    kept = Draft.objects.filter(resume_hash__in=hashes, saved_at__gt=timezone.now() - KEPT_FOR, is_sent=False)
    with transaction.atomic():
        draft = kept.select_for_update().first()
        if draft is None:
            return None, None
        token = new_token()
        draft.cookie_hash = _hash(token)
        draft.save()
    return draft, token


def new_token():
    """256 random bits, for a cookie."""
    return secrets.token_urlsafe(32)


def give_cookie(response, kind, token):
    """Let this browser hold a draft until it is closed."""
    response.set_cookie(COOKIES[kind], token, httponly=True, secure=settings.IS_HTTPS, samesite="Lax")


def take_cookie(response, kind):
    response.delete_cookie(COOKIES[kind], samesite="Lax")


@transaction.atomic
def erase(draft):
    """Erase a draft that was not sent, with its files."""
    erase_of(draft.pk)
    draft.delete()


def erase_old():
    """Erase drafts that nobody has written in for a week, sent or not; returns how many."""
    return Draft.objects.filter(saved_at__lte=timezone.now() - KEPT_FOR).delete()[0]


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()
