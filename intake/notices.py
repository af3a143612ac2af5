"""Tells by mail what happens to requests; housekeeping sends. No mail names a person, a condition or a specialty."""

import logging
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Case, Count, F, Min, Q, When
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from pages.context_processors import site_details
from record.models import Action
from record.noting import failures_noted, note

from . import desk
from .models import Notice, Request
from .models.notice import TRIED_FOR
from .sealing import Unreadable

Kind = Notice.Kind
DESK_RESTS = timedelta(minutes=1)  # between two mails to the desk
MOST_IN_A_MAIL = 500  # references
LATE_AFTER = timedelta(minutes=15)
KEPT_FOR = timedelta(days=7)  # once it is sent
KEPT_FAILED_FOR = timedelta(days=30)
PERMANENT = range(500, 600)  # what a mail server answers that will answer the same tomorrow

log = logging.getLogger(__name__)


# Written in the transaction of what they tell of


def tell_of(request, answers):
    """A request has come."""
    if desk.settings().mail_to:
        Notice.write(Kind.DESK, request=request)
    if answers.get("reach", {}).get("email"):
        Notice.write(Kind.ARRIVED, request=request)


def tell_of_message(request):
    """There is a message for the patient; whether it can be told by mail."""
    has_mail = bool(request.unsealed()["answers"].get("reach", {}).get("email"))
    if has_mail:
        Notice.write(Kind.MESSAGE, request=request)
    return has_mail


# Sent by housekeeping


def due():
    """The notices to be sent now, those that somebody waits for first. The desk gets one mail a minute."""
    waiting = Notice.objects.filter(sent_at=None, failed_at=None)
    if Notice.objects.filter(kind=Kind.DESK, sent_at__gt=timezone.now() - DESK_RESTS).exists():
        theirs = Q(pk__in=[])
    elif waiting.filter(kind=Kind.DESK, mail=F("pk")).exists():  # one that is being sent, or is to be tried again
        theirs = Q(mail=F("pk"))
    else:
        theirs = Q(kind=Kind.DESK)
    soonest_first = Case(When(kind__in=[Kind.STATUS, Kind.RESUME], then=0), When(kind=Kind.DESK, then=1), default=2)
    return waiting.filter(theirs | ~Q(kind=Kind.DESK)).order_by(soonest_first, "made_at", "pk")


def post(notice):
    """Send `notice`, with what is held together with it, and return what writes down how that went.

    Raises what went wrong where trying again may help.
    """
    try:
        return _sent(notice) if _send(notice) else _dropped(notice)
    except SMTPRecipientsRefused as error:
        if not all(code in PERMANENT for code, _words in error.recipients.values()):
            return _not_now(notice, error)
        log.error("A notice to %s was refused for good.", notice.kind)
    except (ValueError, Unreadable) as error:  # an address that no mail can have, or words that do not open
        log.error("A notice to %s can't be made (%s).", notice.kind, type(error).__name__)
    except OSError as error:  # a mail server's refusals are among them
        return _not_now(notice, error)
    return _failed(notice)


def forget_old():
    """Forget what was told long ago, and codes that count for nothing any more."""
    now = timezone.now()
    Notice.objects.filter(Q(sent_at__lt=now - KEPT_FOR) | Q(failed_at__lt=now - KEPT_FAILED_FOR)).delete()
    Notice.objects.filter(kind=Kind.STATUS, tried_until__lt=now).delete()


def _not_now(notice, error):
    if notice.tried_until > timezone.now():
        raise error
    log.error("A notice to %s is given up (%s).", notice.kind, type(error).__name__)
    return _failed(notice)


def _told_together(notice):
    return Notice.objects.filter(mail=notice.pk, sent_at=None, failed_at=None)


def _sent(notice):
    return lambda: _told_together(notice).update(sent_at=timezone.now(), key=b"", words=b"")


def _failed(notice):
    return lambda: _told_together(notice).update(failed_at=timezone.now())


def _dropped(notice):
    return Notice.objects.filter(Q(pk=notice.pk) | Q(mail=notice.pk, sent_at=None)).delete


# What they say


def _send(notice):
    """Whether there is anybody to tell; it is told then."""
    senders = {
        Kind.DESK: _to_desk,
        Kind.ARRIVED: _arrived,
        Kind.RESUME: _resume,
        Kind.STATUS: _status,
        Kind.MESSAGE: _message,
    }
    return senders[notice.kind](notice)


def _to_desk(notice):
    to = desk.settings().mail_to
    if not to:
        return False
    if not _held_together(notice):
        return True  # another loop was quicker, and tells of this one with its own
    told = Request.objects.filter(notices__mail=notice.pk).order_by("priority", "received_at")
    requests = list(told.only("reference", "kind", "priority", "received_at", "answer_by"))
    if not requests:
        return False
    context = {"requests": [(request, _staff_address(request)) for request in requests]}
    if len(requests) == 1:
        subject = {
            Request.Priority.EMERGENCY: _("Urgent: a request for %(kind)s is waiting, %(reference)s"),
            Request.Priority.TODAY: _("Today: a request for %(kind)s is waiting, %(reference)s"),
        }.get(requests[0].priority, _("A request for %(kind)s is waiting, %(reference)s"))
        subject %= {"kind": _kind_in_words(requests[0]), "reference": requests[0].reference}
    else:
        is_urgent = requests[0].priority != Request.Priority.ROUTINE
        subject = (_("Urgent: %d requests are waiting") if is_urgent else _("%d requests are waiting")) % len(requests)
    _mail(notice, subject, "desk", to, context)
    return True


def _held_together(notice):
    """Let `notice` speak for all that wait for the desk by now; False if another one does."""
    with transaction.atomic():
        waiting = Notice.objects.filter(kind=Kind.DESK, sent_at=None, failed_at=None).order_by("made_at", "pk")
        waiting = list(waiting.select_for_update(no_key=True).values_list("pk", "mail"))
        speaking = {pk for pk, mail in waiting if mail == pk}
        if not speaking:
            free = [notice.pk, *(pk for pk, _mail in waiting if pk != notice.pk)][:MOST_IN_A_MAIL]
            Notice.objects.filter(pk__in=free).update(mail=notice.pk)
        return not speaking or notice.pk in speaking


def _arrived(notice):
    to = _answers(notice).get("email")
    if not to:
        return False
    context = {"request": notice.request, "status": _address("intake:status")}
    _mail(notice, _("Your request %s has come") % notice.request.reference, "arrived", to, context)
    return True


def _message(notice):
    to = _answers(notice).get("email")
    if not to:
        return False
    context = {"request": notice.request, "status": _address("intake:status")}
    _mail(notice, _("A message about your request %s") % notice.request.reference, "message", to, context)
    return True


def _resume(notice):
    words = notice.unsealed()
    context = {"code": words["code"], "address": _address("intake:resume", kind=words["kind"])}
    _mail(notice, _("Your code to finish your request"), "resume", words["to"], context)
    return True


def _status(notice):
    """By mail, or as a text message where the site can send them; a decoy has neither."""
    words = notice.unsealed()
    if notice.tried_until < timezone.now():
        return False
    if words["to"]:
        _mail(notice, _("Your code"), "status", words["to"], {"code": words["code"]})
    elif words["phone"] and settings.TEXT_MESSAGES:
        text = _("%(code)s is your code. It counts for 15 minutes. Tell it to nobody.") % {"code": words["code"]}
        import_string(settings.TEXT_MESSAGES)(words["phone"], text)
    else:
        return False
    return True


def _mail(notice, subject, name, to, context):
    host = settings.SITE_URL.partition("://")[2].partition(":")[0]
    context = {"site": site_details(timezone.now()), "host": host, **context}
    EmailMessage(
        subject,
        render_to_string(f"intake/mail/{name}.txt", context),
        to=[to],
        headers={"Auto-Submitted": "auto-generated", "Message-ID": f"<{notice.pk}@{host}>"},
    ).send()


def _answers(notice):
    return notice.request.unsealed()["answers"].get("reach", {})


def _kind_in_words(request):
    return _("a second opinion") if request.kind == "second_opinion" else _("an appointment")


def _address(name, **kwargs):
    try:
        return f"{settings.SITE_URL}{reverse(name, kwargs=kwargs)}"
    except NoReverseMatch:
        return ""


def _staff_address(request):
    return _address("admin:intake_request_change", object_id=request.pk) or _address("admin:index")


# What staff read of it, on the admin's first page


def state():
    """What the desk should know: whether it is told at all, how many notices wait too long, and which have failed."""
    lasting = Notice.objects.exclude(kind=Kind.STATUS)
    late = lasting.filter(sent_at=None, failed_at=None, made_at__lt=timezone.now() - LATE_AFTER)
    failed = lasting.filter(failed_at__isnull=False)
    kinds = failed.order_by().values("kind").annotate(count=Count("pk"), since=Min("failed_at"))
    about = Request.objects.filter(pk__in=failed.values("request")).order_by("reference")
    return {
        "mail_to": desk.settings().mail_to,
        "late": late.aggregate(count=Count("pk"), since=Min("made_at")),
        "failed": [{**row, "words": Kind(row["kind"]).label} for row in kinds],
        "references": list(about.values_list("reference", flat=True)[:50]),
    }


def try_again(*, by):
    """Have housekeeping send what has failed, under the same Message-ID; returns how many."""
    with failures_noted(), transaction.atomic():
        note(by, Action.CHANGE, Notice, detail="failed notices, to be tried again")
        failed = Notice.objects.filter(failed_at__isnull=False).exclude(kind=Kind.STATUS)
        return failed.update(failed_at=None, tried_until=timezone.now() + TRIED_FOR)
