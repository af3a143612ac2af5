import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import actions
from .drafts import Draft
from .models import Edition, Page, Review


class PageForm(forms.ModelForm):
    """A working row's form, which knows whether someone else saved the row after it was opened."""

    opened_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    over_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stored_version = self.instance.version
        self.initial["opened_version"] = self.instance.version
        if "slug" in self.fields:
            invalid = _("Use letters, digits and hyphens alone, such as “metastatic-tumor”.")
            self.fields["slug"].error_messages["invalid"] = invalid

    @cached_property
    def is_stale(self):
        """Whether the row was saved after this form was opened, and the person has not chosen to save over it."""
        if not self.is_bound or self.instance.pk is None:
            return False
        sent = {self.data.get(self.add_prefix(name)) for name in ("opened_version", "over_version")}
        return str(self.stored_version) not in sent

    def clean(self):
        cleaned = super().clean()
        if self.is_stale:
            raise ValidationError(
                _(
                    "Someone else saved this page after you opened it. Nothing you typed is lost: both versions stand "
                    "below. Change your text if you need to, then tick “Save mine over it” and save again."
                ),
                code="stale",
            )
        return cleaned

    @property
    def changed_data(self):
        return [name for name in super().changed_data if name not in ("opened_version", "over_version")]

    def differences(self, stored):
        """What this form would change in the row `stored`, as (name, stored words, submitted words)."""
        return [
            (self.fields[name].label, _words(self[name].initial), _words(self[name].value()))
            for name in self.changed_data
        ]


def _words(value):
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(value)


class ChangeForm(forms.Form):
    """Asks for the line that stays in the edition, and what becomes of planned changes."""

    LOGGED = None

    version = forms.IntegerField(widget=forms.HiddenInput)
    change = forms.CharField(
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        error_messages={"required": _("Say in a few words what changed.")},
    )
    waiting = forms.ChoiceField(
        label=_("Changes are planned for this page"),
        choices=[("keep", _("Keep them: they will follow as planned")), ("cancel", _("Cancel them"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, page, at, **kwargs):
        super().__init__(*args, **kwargs)
        self.page = page
        self.initial["version"] = page.version
        if not Edition.objects.planned(at).filter(page=page.pk).exists():
            del self.fields["waiting"]

    def of_today(self):
        """This form with what was typed, for the page as it is saved now."""
        page = Page.objects.get(pk=self.page.pk).concrete
        data = self.data.copy()
        data["version"] = page.version
        again = type(self)(data, page=page, at=timezone.now())
        again.full_clean()
        return again


class PublishForm(ChangeForm):
    """Also offers the entries the page shows that patients can't see yet."""

    LOGGED = "Published edition %d: %s"

    entries = forms.ModelMultipleChoiceField(
        label=_("Publish these entries too"),
        queryset=Page.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The page shows them, but they were never published. Without this they stay out of the page."),
    )

    def __init__(self, *args, page, at, **kwargs):
        super().__init__(*args, page=page, at=at, **kwargs)
        self.fields["change"].label = _("What changed?")
        self.fields["change"].help_text = _("One line for those who look back: “New paragraph on bracing.”")
        mentioned = [mention.target_id for mention in page.frozen_mentions()]
        new = Page.objects.filter(pk__in=mentioned, editions=None).order_by("kind", "title")
        self.fields["entries"].queryset = new
        self.initial["entries"] = list(new.values_list("pk", flat=True))
        if not self.initial["entries"]:
            del self.fields["entries"]

    def act(self, *, by):
        """Publish the page and the chosen entries, all or none; return the editions, the page's last."""
        data = self.cleaned_data
        return actions.publish_with_entries(
            self.page,
            data.get("entries", ()),
            by=by,
            change=data["change"],
            version=data["version"],
            waiting=data.get("waiting"),
        )

    def done(self, editions):
        entries = len(editions) - 1
        with_entries = ngettext("Published, with %d entry.", "Published, with %d entries.", entries)
        return with_entries % entries if entries else _("Published. Patients now read this page.")


class WithdrawForm(ChangeForm):
    LOGGED = "Withdrew the page by edition %d: %s"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["change"].label = _("Why?")
        self.fields["change"].help_text = _("One line for those who look back: “Dr. Example has left the department.”")

    def act(self, *, by):
        """Withdraw the page; return the edition that says so, in a list."""
        data = self.cleaned_data
        return [actions.withdraw(self.page, by=by, change=data["change"], waiting=data.get("waiting"))]

    def done(self, editions):
        return _("Withdrawn. Patients no longer see this page.")


class ReviewForm(forms.Form):
    """A clinician's decision on what they read."""

    clinical_hash = forms.CharField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[
            (Review.Decision.APPROVED, _("I have read this page. It is right and may say that I reviewed it")),
            (Review.Decision.CHANGES, _("It needs changes")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    signed_as = forms.CharField(
        label=_("Your name as patients read it"),
        help_text=_("The name of your account, with your degree: “Ada Example, MD”."),
        max_length=Review._meta.get_field("signed_as").max_length,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        error_messages={"required": _("Give your name as patients should read it.")},
    )
    comment = forms.CharField(
        label=_("What should change?"),
        help_text=_("For the editors alone."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
    )

    def __init__(self, *args, page, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.page, self.by = page, by
        self.initial["clinical_hash"] = Draft.of(page).clinical_hash
        self.initial["signed_as"] = by.get_full_name()

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("decision") == Review.Decision.CHANGES and not cleaned.get("comment", "").strip():
            self.add_error("comment", _("Say what should change."))
        name = self.by.get_full_name()
        if not name:
            self.add_error(None, _("Your account has no name yet. Ask an administrator to add it, then review."))
        elif cleaned.get("signed_as") and not re.match(rf"{re.escape(name)}(?:,|$)", cleaned["signed_as"]):
            self.add_error("signed_as", _("Begin with the name of your account, %s.") % name)
        return cleaned

    def act(self, *, by):
        """Keep the decision and return the Review."""
        return actions.review(self.page, by=by, **self.cleaned_data)

    def done(self, review):
        if review.decision == Review.Decision.CHANGES:
            return _("Kept. The page does not say that it was reviewed until a clinician approves it.")
        return _("Approved. Patients read that once these words are published and all entries it shows are approved.")

    def of_today(self):
        """This form with what was typed, for the page as it is saved now."""
        page = Page.objects.get(pk=self.page.pk).concrete
        data = self.data.copy()
        data["clinical_hash"] = Draft.of(page).clinical_hash
        data.pop("decision", None)  # they have not read it yet
        again = type(self)(data, page=page, by=self.by)
        again.full_clean()
        return again
