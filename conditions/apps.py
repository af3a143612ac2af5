from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts import handing_over
from housekeeping.duties import Duty, register

MAY_OWN = "conditions.view_condition"  # who may own a condition: the reminder leads to its page in the admin


class ConditionsConfig(AppConfig):
    name = "conditions"

    def ready(self):
        from . import gate_rules, review_clock  # noqa: F401 - the first adds its rules to the gate
        from .models import Condition

        handing_over.register(Condition, "owner", _("conditions they own"), permission=MAY_OWN)
        backed = _("conditions they are the backup owner of")
        handing_over.register(Condition, "backup_owner", backed, permission=MAY_OWN)
        register(
            Duty(
                name="review_reminders",
                words=_("Remind the owners of conditions that a review is due"),
                act=review_clock.remind,
                every=timedelta(hours=1),
            )
        )
