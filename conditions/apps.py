from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from accounts import handing_over


class ConditionsConfig(AppConfig):
    name = "conditions"

    def ready(self):
        from .models import Condition

        handing_over.register(Condition, "owner", _("conditions they own"))
        handing_over.register(Condition, "backup_owner", _("conditions they are the backup owner of"))
