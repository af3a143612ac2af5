"""Mails about reviews: that one is asked for, and what the clinician decided. Housekeeping sends them.

They name the page and lead to it; what staff wrote to one another stays on the site.
"""

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.letters import gets_mail

from .models import Page, ReviewRequest
from .sign_off import clinicians

NEWS_FOR = timedelta(days=7)  # while mail does not go out


def due_requests():
    """Requests of which the clinicians have not been told, while that is news."""
    since = timezone.now() - NEWS_FOR
    return ReviewRequest.objects.open().filter(told_at=None, asked_at__gt=since).order_by("pk")


def due_answers():
    """Answers of which those who asked have not been told; nobody is told what they decided themselves."""
    answered = ReviewRequest.objects.filter(review__at__gt=timezone.now() - NEWS_FOR, answer_told_at=None)
    return answered.filter(~Q(review__clinician=F("asked_by"))).order_by("pk")


def tell_clinicians(request):
    people = [request.clinician] if request.clinician else list(clinicians())
    context = {"who": request.asked_by.get_full_name() or str(request.asked_by)}
    _send(_("A page to review: %s"), "review_asked", request.page, "review", people, context)
    return lambda: ReviewRequest.objects.filter(pk=request.pk).update(told_at=timezone.now())


def tell_editor(request):
    context = {"review": request.review, "is_approved": request.review.decision == "approved"}
    _send(_("Reviewed: %s"), "review_answered", request.page, "change", [request.asked_by], context)
    return lambda: ReviewRequest.objects.filter(pk=request.pk).update(answer_told_at=timezone.now())


def _send(subject, template, page, view, people, context):
    options = Page.kinds()[page.kind]._meta
    path = reverse(f"admin:{options.app_label}_{options.model_name}_{view}", args=[page.pk])
    context |= {"title": page.title, "address": f"{settings.SITE_URL}{path}", "site": settings.SITE_URL}
    text = render_to_string(f"publishing/mail/{template}.txt", context)
    for person in people:
        if gets_mail(person.email):
            headers = {"Auto-Submitted": "auto-generated"}
            EmailMessage(subject % " ".join(page.title.split()), text, to=[person.email], headers=headers).send()
