from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self):
        from . import on_record, roles
        from .models import User

        user_logged_in.connect(on_record.signed_in, dispatch_uid="record")
        user_logged_out.connect(on_record.signed_out, dispatch_uid="record")
        user_login_failed.connect(on_record.refused, dispatch_uid="record")
        for through in (User.groups.through, User.user_permissions.through):
            m2m_changed.connect(roles.changed, sender=through, dispatch_uid="sign_ins_end")
