from django import forms
from django.utils.translation import gettext_lazy as _

from publishing.uploads import UploadForm

from . import recordings


class TermForm(UploadForm):
    HOLDS = "recording"
    store = staticmethod(recordings.stored)

    upload = forms.FileField(
        label=_("Sound file"),
        required=False,
        help_text=_(
            "The word, said once and clearly: MP3, M4A, AAC, Ogg or WAV, 500 KB at most. Without one, patients have "
            "the respelling."
        ),
        widget=forms.FileInput(attrs={"accept": "audio/*"}),
        error_messages={"empty": _("This file is empty. Choose the recording again.")},
    )
    without = forms.BooleanField(label=_("Remove the recording"), required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("without") and not cleaned.get("upload"):
            self.instance.recording = ""
            self.keep("")
        return cleaned
