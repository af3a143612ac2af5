from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self):
        from . import on_record

        user_logged_in.connect(on_record.signed_in, dispatch_uid="record")
        user_logged_out.connect(on_record.signed_out, dispatch_uid="record")
        user_login_failed.connect(on_record.refused, dispatch_uid="record")
