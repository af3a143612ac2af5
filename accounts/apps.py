from datetime import timedelta

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed
from django.utils.translation import gettext_lazy as _

from housekeeping.duties import Duty, register


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self):
        from . import checks, on_record, roles  # noqa: F401
        from .models import User

        user_logged_in.connect(on_record.password_was_right, dispatch_uid="record")
        user_logged_out.connect(on_record.signed_out, dispatch_uid="record")
        user_login_failed.connect(on_record.password_was_wrong, dispatch_uid="record")
        for through in (User.groups.through, User.user_permissions.through):
            m2m_changed.connect(roles.changed, sender=through, dispatch_uid="sign_ins_end")
        self.register_duties()

    def register_duties(self):
        from . import actions, letters, limits, lockout, sessions

        register(
            Duty(
                name="letters",
                words=_("Send invitations, links for new passwords and news of changes by mail"),
                act=letters.post,
                due=letters.due,
            )
        )
        register(
            Duty(
                name="old_resets",
                words=_("Forget letters about passwords that are more than a day old"),
                act=letters.drop_old,
                every=timedelta(hours=1),
            )
        )
        register(
            Duty(
                name="emergency_accounts",
                words=_("Close emergency accounts whose day is over"),
                act=actions.close_emergency,
                due=actions.emergencies_over,
            )
        )
        register(
            Duty(
                name="old_tries",
                words=_("Forget old wrong tries to sign in"),
                act=lockout.forget_old_tries,
                every=timedelta(hours=1),
            )
        )
        register(
            Duty(
                name="old_sendings",
                words=_("Forget how often forms were sent in hours that are past"),
                act=limits.forget_past_hours,
                every=timedelta(hours=1),
            )
        )
        register(
            Duty(
                name="ended_sessions",
                words=_("Remove sign-ins that have ended"),
                act=sessions.remove_ended,
                every=timedelta(hours=1),
            )
        )
