from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from publishing.forms import PageForm

from . import pictures
from .models import ALT_OR_DECORATIVE

SALT = "figures.kept"


class FigureForm(PageForm):
    """A figure's form. Browsers forget a chosen file when a form comes back, so `kept` brings back its picture."""

    upload = forms.FileField(
        label=_("Picture file"),
        required=False,
        help_text=_(
            "JPEG, PNG or WebP, 15 MB and 40 million pixels at most. Only the picture is kept: what a camera wrote "
            "into the file, such as the place, is removed."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"empty": _("This file is empty. Choose the picture again.")},
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def changed_data(self):
        return [name for name in super().changed_data if name != "kept"] + ["kept"] * bool(self.data.get("kept"))

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        if upload:
            outcome = pictures.outcome(upload)
            if isinstance(outcome, str):
                raise ValidationError(outcome)
            self.instance.picture = outcome
            self.data = self.data.copy()
            self.data[self.add_prefix("kept")] = signing.dumps(outcome, salt=SALT)
        return upload

    def clean_kept(self):
        kept = self.cleaned_data["kept"]
        if kept and not self.cleaned_data.get("upload"):
            try:
                self.instance.picture = signing.loads(kept, salt=SALT)
            except signing.BadSignature:
                self.data = self.data.copy()
                del self.data[self.add_prefix("kept")]
        return kept

    def clean(self):
        cleaned = super().clean()
        if not self.instance.picture and "upload" not in self.errors:
            self.add_error("upload", _("Choose a picture."))
        if bool(cleaned.get("alt")) == bool(cleaned.get("is_decorative")) and "alt" not in self.errors:
            self.add_error("alt", ALT_OR_DECORATIVE)
        return cleaned
