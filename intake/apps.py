from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from housekeeping.duties import Duty, register


class IntakeConfig(AppConfig):
    name = "intake"
    verbose_name = _("Patients' requests")

    def ready(self):
        from accounts import handing_over
        from accounts.roles import COORDINATOR, REVIEWING_PHYSICIAN

        from . import drafts, erasing, finding, inquiries, notices
        from .figures import counting
        from .files import examining, forgetting
        from .models.request import Request, RequestQuerySet

        still_open = RequestQuerySet.open
        handing_over.register(Request, "owner", _("open requests they answer"), role=COORDINATOR, left=still_open)
        handing_over.register(
            Request, "reviewer", _("open requests they review"), role=REVIEWING_PHYSICIAN, left=still_open
        )
        register(
            Duty(
                name="old_drafts",
                words=_("Erase requests that were begun and not sent within seven days"),
                act=drafts.erase_old,
                every=timedelta(hours=1),
            )
        )
        register(
            Duty(
                name="old_requests",
                words=_("Erase requests that were closed as long ago as the desk keeps them"),
                act=erasing.erase_old,
                every=timedelta(hours=1),
                lease=timedelta(minutes=30),
            )
        )
        register(
            Duty(
                name="figures",
                words=_("Add up how many requests came, how long they waited and how they ended"),
                act=counting.count_new,
                every=timedelta(hours=1),
                lease=timedelta(minutes=30),
            )
        )
        register(
            Duty(
                name="lookups",
                words=_("Let requests that came before names could be looked for be found by them"),
                act=finding.fill,
                every=timedelta(hours=1),
                lease=timedelta(minutes=30),
            )
        )
        register(
            Duty(
                name="files",
                words=_("Look into scans and reports that have come, and for viruses in them"),
                act=examining.examine,
                due=examining.due,
                lease=examining.LEASE,
                is_slow=True,
            )
        )
        register(
            Duty(
                name="old_files",
                words=_("Erase scans that came in part only, or whose request is gone"),
                act=forgetting.forget_old,
                every=timedelta(hours=1),
                lease=timedelta(minutes=30),
            )
        )
        register(
            Duty(
                name="notices",
                words=_("Tell the desk and patients by mail that a request has come"),
                act=notices.post,
                due=notices.due,
            )
        )
        register(
            Duty(
                name="old_notices",
                words=_("Forget what was told by mail a week ago"),
                act=notices.forget_old,
                every=timedelta(hours=1),
            )
        )
        register(
            Duty(
                name="old_inquiries",
                words=_("Forget who asked how a request stands"),
                act=inquiries.forget_old,
                every=timedelta(hours=1),
            )
        )
