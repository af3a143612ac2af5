"""The pages of signing in and of one's own account, under the admin's address and namespace."""

from django.urls import path

from . import own, sign_in, staying


def urls(site):
    """`site` is the admin that shows them; what needs a whole sign-in is asked for it by the admin's own rule."""
    whole = site.admin_view
    return [
        path("logout/", sign_in.sign_out, name="logout"),
        path("code/", sign_in.code, name="code"),
        path("code/recovery/", sign_in.code, {"recovery": True}, name="recovery"),
        path("second-factor/", sign_in.second_factor, name="second_factor"),
        path("stay/", staying.stay, name="stay"),
        path("account/", whole(own.account), name="account"),
        path("account/password/", whole(own.account_password), name="account_password"),
        path("account/recovery-codes/", whole(own.account_codes), name="account_codes"),
        path("account/email/", whole(own.account_email), name="account_email"),
    ]
