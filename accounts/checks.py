from django.conf import settings
from django.core.checks import Info, Tags, register


@register(Tags.security, deploy=True)
def mail_goes_out(app_configs, **kwargs):
    if settings.EMAIL_BACKEND != "accounts.letters.NoMailServer":
        return []
    hint = "Set EMAIL_URL and EMAIL_FROM. A site that invites nobody can do without."
    return [Info("No mail is sent: no invitation, no link for a new password.", hint=hint, id="accounts.I001")]
