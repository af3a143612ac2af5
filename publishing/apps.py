from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from housekeeping.duties import Duty, register


class PublishingConfig(AppConfig):
    name = "publishing"

    def ready(self):
        from . import external_links, review_mail

        register(
            Duty(
                name="external_links",
                words=_("Look whether links to other sites lead somewhere"),
                act=external_links.look_at_some,
                every=timedelta(minutes=10),
                lease=timedelta(minutes=20),
            )
        )
        register(
            Duty(
                name="reviews_asked_for",
                words=_("Tell clinicians by mail that a page waits for their review"),
                act=review_mail.tell_clinicians,
                due=review_mail.due_requests,
            )
        )
        register(
            Duty(
                name="reviews_answered",
                words=_("Tell editors by mail what a clinician decided"),
                act=review_mail.tell_editor,
                due=review_mail.due_answers,
            )
        )
