from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts import handing_over
from housekeeping.duties import Duty, register


class ConditionsConfig(AppConfig):
    name = "conditions"

    def ready(self):
        from . import gate_rules, review_clock  # noqa: F401 - the first adds its rules to the gate
        from .models import Condition

        handing_over.register(Condition, "owner", _("conditions they own"))
        handing_over.register(Condition, "backup_owner", _("conditions they are the backup owner of"))
        register(
            Duty(
                name="review_reminders",
                words=_("Remind the owners of conditions that a review is due"),
                act=review_clock.remind,
                every=timedelta(hours=1),
            )
        )
