"""Asks for letters with news, and sends all that were asked for; an invitation is tried at once too."""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Count, Min, Q
from django.template.loader import render_to_string
from django.utils import timezone

from . import links
from .models import Letter

HEAD_START = timedelta(minutes=1)  # for the try at once; longer than a mail server may take
RESETS_REST = timedelta(minutes=10)  # between two to one person
MOST_RESETS_A_DAY = 5
NEWS_FOR = timedelta(days=7)  # while mail does not go out
LATE_AFTER = timedelta(minutes=15)
NOBODYS = ("@localhost", ".invalid")  # ends of addresses to which no mail goes
SUBJECTS = {
    Letter.Kind.INVITATION: "Your account at {site}",
    Letter.Kind.RESET: "A new password at {site}",
    Letter.Kind.EMAIL_CHANGED: "Your email address at {site} was changed",
    Letter.Kind.PASSWORD_CHANGED: "Your password at {site} was changed",
    Letter.Kind.FACTOR_CHANGED: "Your second factor at {site} was changed",
}

log = logging.getLogger(__name__)


class NoMailServer(BaseEmailBackend):
    """Stands where a site has not said by what to send mail."""

    def send_messages(self, messages):
        raise ConnectionError("Set EMAIL_URL: without it the site sends no mail.")


def tell(account, kind, *, to=""):
    """Ask for a letter with news of a change, to the address `to` or that of now.

    Whoever changes something next can't turn it away. Where no mail goes out nobody waits for one.
    """
    to = to or account.email
    if gets_mail(to) and links.may_have(account, Letter.Kind.RESET):
        Letter.objects.create(kind=kind, account=account, to=to, asked_at=timezone.now())


def gets_mail(address):
    """Whether mail to `address` can go out at all, and to somebody."""
    return bool(address) and not address.endswith(NOBODYS) and settings.EMAIL_BACKEND != "accounts.letters.NoMailServer"


def due():
    """Letters to be sent now; an invitation once the try at once is over."""
    waiting = ~Q(kind=Letter.Kind.INVITATION) | Q(asked_at__lt=timezone.now() - HEAD_START)
    return Letter.objects.filter(waiting, sent_at=None, given_up_at=None).order_by("pk")


def late():
    """How many letters of the last days did not go out in time, and when the first of them was asked for."""
    unsent = Letter.objects.filter(account__isnull=False, sent_at=None, asked_at__lt=timezone.now() - LATE_AFTER)
    return unsent.aggregate(count=Count("pk"), since=Min("asked_at"))


def post(letter):
    """Send `letter` and return what writes that down; one that is for nobody any more is dropped."""
    if not _is_wanted(letter):
        return letter.delete
    if _is_too_late(letter):
        return lambda: Letter.objects.filter(pk=letter.pk).update(given_up_at=timezone.now(), to="")
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


def drop_old():
    """What a day has passed over counts for nothing; news that wait are given up first."""
    day_ago = timezone.now() - timedelta(days=1)
    news = Q(kind__in=Letter.NEWS) & (Q(sent_at__lt=day_ago) | Q(given_up_at__lt=day_ago))
    Letter.objects.filter(Q(kind=Letter.Kind.RESET, asked_at__lt=day_ago) | news).delete()


def _is_wanted(letter):
    if letter.kind in Letter.NEWS:
        return True
    if letter.account is None or not links.may_have(letter.account, letter.kind):
        return False
    if letter.kind == Letter.Kind.INVITATION:
        return letter == letter.account.last_invitation
    now = timezone.now()
    sent = Letter.objects.filter(account=letter.account, kind=letter.kind, sent_at__gt=now - timedelta(days=1))
    return sent.count() < MOST_RESETS_A_DAY and not sent.filter(sent_at__gt=now - RESETS_REST).exists()


def _is_too_late(letter):
    """Whether nobody waits for it any more; an invitation's day begins as it is sent."""
    if letter.kind == Letter.Kind.INVITATION:
        return False
    return letter.asked_at < timezone.now() - (NEWS_FOR if letter.kind in Letter.NEWS else letter.valid_for)


def _send(letter):
    site = settings.SITE_URL.partition("://")[2]
    context = {"site": site, "account": letter.account, "at": letter.asked_at}
    if letter.kind not in Letter.NEWS:
        code = links.code_for(letter)
        context |= {"code": code, "address": links.address_for(code)}
    EmailMessage(
        SUBJECTS[letter.kind].format(site=site),
        render_to_string(f"accounts/mail/{letter.kind}.txt", context),
        to=[letter.to or letter.account.email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


def _mark(letter):
    Letter.objects.filter(pk=letter.pk).update(sent_at=timezone.now(), to="")
