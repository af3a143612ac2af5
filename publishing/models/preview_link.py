from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from .revision import Revision

SIGNER = Signer(salt="publishing.preview_link")


class PreviewLinkQuerySet(models.QuerySet):
    def open(self, at):
        return self.filter(ended_at=None, expires_at__gt=at)

    def with_token(self, token):
        """The link that `token` was made for, open or not; None for one that this site did not sign."""
        try:
            return self.filter(pk=SIGNER.unsign(token)).select_related("revision__page").first()
        except (BadSignature, ValueError):
            return None


class PreviewLink(models.Model):
    """That whoever has its address may read what a save of a page says, without an account and for a while."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="preview_links")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="a_preview_link_ends_after_it_is_made"
            )
        ]

    def __str__(self):
        return f"Preview link {self.pk}"

    def get_absolute_url(self):
        return reverse("publishing:preview", args=[self.token])

    @property
    def token(self):
        return SIGNER.sign(str(self.pk))

    def is_open(self, at=None):
        return self.ended_at is None and self.expires_at > (at or timezone.now())
