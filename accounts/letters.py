"""Sends the letters that were asked for: housekeeping does, and an invitation is tried at once too."""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone

from . import links
from .models import Letter

HEAD_START = timedelta(minutes=1)  # for the try at once; longer than a mail server may take
RESETS_REST = timedelta(minutes=10)  # between two to one person
MOST_RESETS_A_DAY = 5
SUBJECTS = {Letter.Kind.INVITATION: "Your account at {site}", Letter.Kind.RESET: "A new password at {site}"}

log = logging.getLogger(__name__)


class NoMailServer(BaseEmailBackend):
    """Stands where a site has not said by what to send mail."""

    def send_messages(self, messages):
        raise ConnectionError("Set EMAIL_URL: without it the site sends no mail.")


def due():
    """Letters to be sent now; an invitation once the try at once is over."""
    waiting = Q(kind=Letter.Kind.RESET) | Q(asked_at__lt=timezone.now() - HEAD_START)
    return Letter.objects.filter(waiting, sent_at=None).order_by("pk")


def post(letter):
    """Send `letter` and return what writes that down; one that is for nobody any more is dropped."""
    if not _is_wanted(letter):
        return letter.delete
    _send(letter)
    return lambda: _mark(letter)


def post_at_once(letter):
    """Whether `letter` could be sent; if not, housekeeping tries again."""
    try:
        post(letter)()
    except OSError as error:  # a mail server's refusals are among them
        log.error("A letter could not be sent (%s); housekeeping tries again.", type(error).__name__)
        return False
    return True


def drop_old_resets():
    """What a day has passed over counts for nothing."""
    Letter.objects.filter(kind=Letter.Kind.RESET, asked_at__lt=timezone.now() - timedelta(days=1)).delete()


def _is_wanted(letter):
    if letter.account is None or not links.may_have(letter.account, letter.kind):
        return False
    if letter.kind == Letter.Kind.INVITATION:
        return letter == letter.account.last_invitation
    now = timezone.now()
    if letter.asked_at < now - letter.valid_for:
        return False
    sent = Letter.objects.filter(account=letter.account, kind=letter.kind, sent_at__gt=now - timedelta(days=1))
    return sent.count() < MOST_RESETS_A_DAY and not sent.filter(sent_at__gt=now - RESETS_REST).exists()


def _send(letter):
    site = settings.SITE_URL.partition("://")[2]
    code = links.code_for(letter)
    context = {"site": site, "account": letter.account, "code": code, "address": links.address_for(code)}
    EmailMessage(
        SUBJECTS[letter.kind].format(site=site),
        render_to_string(f"accounts/mail/{letter.kind}.txt", context),
        to=[letter.account.email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


def _mark(letter):
    Letter.objects.filter(pk=letter.pk).update(sent_at=timezone.now())
