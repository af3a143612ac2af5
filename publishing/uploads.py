"""An uploaded file in a page's form: read and stored before the form is saved, and kept when the form comes back."""

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from .forms import PageForm


class Unusable(Exception):
    """An upload that cannot be used; its text tells a person why and what to do."""


def outcome(upload, store):
    """What became of an uploaded file: what `store` made of it, or the text of its refusal; worked out once.

    Reading and storing take a while, so whoever saves in a transaction asks before it begins.
    """
    if not hasattr(upload, "outcome"):
        try:
            upload.outcome, upload.is_refused = store(upload), False
        except Unusable as refusal:
            upload.outcome, upload.is_refused = str(refusal), True
    return upload.outcome


class UploadForm(PageForm):
    """A form with a box for a file, `upload`, which a subclass declares; what is stored goes into the field HOLDS.

    `store` makes of an uploaded file what that field holds, or raises Unusable. Browsers forget a chosen file when a
    form comes back, so `kept` brings back, signed, what was made of it.
    """

    HOLDS = None
    store = None

    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def changed_data(self):
        return [name for name in super().changed_data if name != "kept"] + ["kept"] * bool(self.data.get("kept"))

    def clean_upload(self):
        """Comes after `clean_kept`, as every field of a subclass does: a new file counts more than one kept."""
        upload = self.cleaned_data["upload"]
        if upload:
            made = outcome(upload, self.store)
            if upload.is_refused:
                raise ValidationError(made)
            setattr(self.instance, self.HOLDS, made)
            self.keep(signing.dumps(made, salt=self._salt))
        return upload

    def clean_kept(self):
        kept = self.cleaned_data["kept"]
        if kept:
            try:
                setattr(self.instance, self.HOLDS, signing.loads(kept, salt=self._salt))
            except signing.BadSignature:
                self.keep("")
        return kept

    @property
    def _salt(self):
        return f"{self._meta.model._meta.label_lower}.{self.HOLDS}"

    def keep(self, value):
        """Bring back `value`, signed, when the form is shown again; an empty one for nothing."""
        self.data = self.data.copy()
        self.data[self.add_prefix("kept")] = value


class UploadAdmin:
    """Of a page whose form is an UploadForm: a file is read and stored before the transaction that saves its form."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "POST" and (self.has_add_permission(request) or self.has_change_permission(request)):
            upload = request.FILES.get("upload")
            if upload:
                outcome(upload, self.form.store)
        return super().changeform_view(request, object_id, form_url, extra_context)
