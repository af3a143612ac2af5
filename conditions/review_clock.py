"""Which conditions a clinician should read again, and who hears of it when."""

import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.letters import gets_mail
from publishing.models import Edition

from .models import Condition, ReviewReminder

SOON = datetime.timedelta(days=30)
STAGES = (0, 7, 30)  # days before a review is due on which the owners hear of it
WEEK = 7  # days between two reminders of one that is overdue


def due(on=None):
    """Live conditions whose next review is within 30 days of `on` (today) or overdue, the longest overdue first."""
    on = on or timezone.localdate()
    live = Edition.objects.live(timezone.now()).values("page")
    return list(
        Condition.objects.filter(next_review_on__lte=on + SOON, pk__in=live).order_by("next_review_on", "title")
    )


def stage(due_on, on):
    """The stage (see ReviewReminder) that a review due on `due_on` has reached on the day `on`."""
    days = (due_on - on).days
    if days <= -WEEK:
        return -(-days // WEEK) * WEEK
    return next(stage for stage in STAGES if days <= stage)


def remind():
    """Send the owners of every condition whose review is due the mail of the stage it has reached, once."""
    today = timezone.localdate()
    for condition in due(today):
        reached = {"due_on": condition.next_review_on, "stage": stage(condition.next_review_on, today)}
        people = [person for person in (condition.owner, condition.backup_owner) if _can_be_told(person)]
        if people and not condition.reminders.filter(**reached).exists():
            _send(condition, people, today)
            ReviewReminder.objects.get_or_create(condition=condition, **reached, defaults={"sent_at": timezone.now()})


def _can_be_told(person):
    return person is not None and person.is_active and gets_mail(person.email)


def _send(condition, people, today):
    context = {
        "title": condition.title,
        "day": date_format(condition.next_review_on, "F j, Y"),
        "is_overdue": condition.next_review_on < today,
    }
    subject = _("Review overdue: %s") if context["is_overdue"] else _("Review due: %s")
    for person in people:
        text = render_to_string("conditions/mail/review_due.txt", context | _next_step(condition, person))
        headers = {"Auto-Submitted": "auto-generated"}
        EmailMessage(subject % " ".join(condition.title.split()), text, to=[person.email], headers=headers).send()


def _next_step(condition, person):
    """What `person` may do about a review that is due, and the address of it: only clinicians sign."""
    if person.has_perm("publishing.review_page"):
        step = "review"
    elif person.has_perm("conditions.change_condition"):
        step = "ask_for_review"
    else:
        step = "change"
    path = reverse(f"admin:conditions_condition_{step}", args=[condition.pk])
    return {"step": step, "address": f"{settings.SITE_URL}{path}"}
