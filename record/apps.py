from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from housekeeping.duties import Duty, register


class RecordConfig(AppConfig):
    name = "record"

    def ready(self):
        from .heads import write_head

        register(
            Duty(
                name="record_head",
                words=_("Write down outside the database how long the record of who did what is"),
                act=write_head,
                every=timedelta(hours=1),
            )
        )
