from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Template(models.Model):
    """A message that the desk sends often. It names nobody; its wordings are kept, the newest one counts."""

    PLAIN = ("id", "name", "is_offered")
    SEALED = ()

    name = models.CharField(
        max_length=80,
        unique=True,
        help_text=_("As the desk calls it: “We need your MRI”. Patients don't see it."),
        error_messages={"unique": _("There is a template of this name. Change that one, or choose another name.")},
    )
    is_offered = models.BooleanField(_("is offered"), default=True, help_text=_("Take the check away to retire it."))

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        ordering = ["name"]
        default_permissions = ("view", "add", "change")

    def __str__(self):
        return self.name

    @property
    def newest(self):
        """The Wording that counts now, or None."""
        return self.wordings.order_by("-number").first()


class Wording(models.Model):
    """What a template said from some moment on. A message keeps which one it was written from."""

    PLAIN = ("id", "template", "number", "text", "by", "made_at")
    SEALED = ()

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="wordings")
    number = models.PositiveIntegerField()
    text = models.TextField(max_length=3000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="one_wording_of_each_number")]

    def __str__(self):
        return f"version {self.number}"
