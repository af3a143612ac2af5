"""What an editor says who asks for a review, and a clinician who decides."""

import re
from calendar import monthrange

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import reviewing
from .drafts import Draft
from .models import Page, Review

USUAL_MONTHS, MOST_MONTHS = 12, 36  # from a sign-off to the next review


class AskForReviewForm(forms.Form):
    """Asks which clinician to ask, and for what."""

    clinician = forms.ModelChoiceField(
        label=_("Who should read it?"),
        queryset=None,
        required=False,
        empty_label=_("Any clinician"),
    )
    note = forms.CharField(
        label=_("What should they look at?"),
        help_text=_("For the clinician alone: “New paragraph on bracing. Is six weeks right?”"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
    )

    def __init__(self, *args, clinicians, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["clinician"].queryset = clinicians
        self.fields["clinician"].label_from_instance = lambda person: person.get_full_name() or str(person)


class ReviewForm(forms.Form):
    """A clinician's decision on what they read."""

    clinical_hash = forms.CharField(widget=forms.HiddenInput)
    latest = forms.IntegerField(widget=forms.HiddenInput)
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
    next_review_on = forms.DateField(
        label=_("By which day should it be read again?"),
        help_text=_("A year from now, unless you choose another day; three years at most. Patients read it."),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "vDateField"}),
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
        self.initial["latest"] = reviewing.latest_review(page)
        self.initial["signed_as"] = _last_signature(by)
        if "next_review_on" in page.WORDS:
            self.initial["next_review_on"] = months_from_today(USUAL_MONTHS)
        else:
            del self.fields["next_review_on"]

    def clean_next_review_on(self):
        day = self.cleaned_data["next_review_on"] or months_from_today(USUAL_MONTHS)
        if not timezone.localdate() < day <= months_from_today(MOST_MONTHS):
            raise ValidationError(_("Choose a day from tomorrow on, within three years."))
        return day

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
        return reviewing.review(self.page, by=by, **self.cleaned_data)

    def done(self, review):
        if review.decision == Review.Decision.CHANGES:
            return _("Kept. The page does not say that it was reviewed until a clinician approves it.")
        if self.page.editions.filter(made_at__gte=review.at).exists():
            return _("Approved. Patients read that and the new day of review once all entries it shows are approved.")
        return _("Approved. Patients read that once these words are published and all entries it shows are approved.")

    @property
    def of_the_same_words(self):
        """What to send to approve by one button what was approved before; empty where these are other words."""
        latest = Review.objects.filter(page=self.page.pk).order_by("-at", "-pk").first()
        is_same = latest and latest.clinical_hash == self.initial["clinical_hash"]
        if not (is_same and latest.decision == Review.Decision.APPROVED):
            return {}
        return {name: self.initial.get(name, "") for name in self.fields} | {"decision": Review.Decision.APPROVED}

    def of_today(self):
        """This form with what was typed, for the page as it is saved now."""
        page = Page.objects.get(pk=self.page.pk).concrete
        data = self.data.copy()
        data["clinical_hash"] = Draft.of(page).clinical_hash
        data["latest"] = reviewing.latest_review(page)
        data.pop("decision", None)  # they have not read it yet
        again = type(self)(data, page=page, by=self.by)
        again.full_clean()
        return again


def _last_signature(person):
    """As whom `person` signed last, degree and all; their name if they never did, or have another name since."""
    name = person.get_full_name()
    signed = Review.objects.filter(clinician=person, signed_as__startswith=f"{name},").order_by("-at", "-pk")
    return signed.values_list("signed_as", flat=True).first() or name


def months_from_today(months):
    """The day so many months from today; the last of a month that is too short."""
    today = timezone.localdate()
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return today.replace(year=year, month=month + 1, day=min(today.day, monthrange(year, month + 1)[1]))
