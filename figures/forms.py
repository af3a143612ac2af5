from django import forms
from django.utils.translation import gettext_lazy as _

from publishing.uploads import UploadForm

from . import pictures
from .models import ALT_OR_DECORATIVE


class FigureForm(UploadForm):
    HOLDS = "picture"
    store = staticmethod(pictures.stored)

    upload = forms.FileField(
        label=_("Picture file"),
        required=False,
        help_text=_(
            "JPEG, PNG or WebP, 15 MB at most; up to 40 million pixels in a JPEG, 16 million in others. Only the "
            "picture is kept: what a camera wrote into the file, such as the place, is removed."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"empty": _("This file is empty. Choose the picture again.")},
    )

    def clean(self):
        cleaned = super().clean()
        if not self.instance.picture and "upload" not in self.errors:
            self.add_error("upload", _("Choose a picture."))
        if bool(cleaned.get("alt")) == bool(cleaned.get("is_decorative")) and "alt" not in self.errors:
            self.add_error("alt", ALT_OR_DECORATIVE)
        return cleaned
