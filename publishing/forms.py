from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from . import actions, gate
from .composing import working_pages
from .models import Edition, Page
from .richtext import RichTextField
from .state import states
from .templatetags.richtext import rich

FIRST_YEAR, LAST_YEAR = 1900, 2199


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
            (self.fields[name].label, self._words(name, self[name].initial), self._words(name, self[name].value()))
            for name in self.changed_data
        ]

    def _words(self, name, value):
        """What `value` of the field `name` says, as people read it."""
        if any(field.name == name for field in self._meta.model._meta.fields if isinstance(field, RichTextField)):
            return rich(" ".join((value or "").split()))
        return _words(value)


def _words(value):
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(value)


class MomentField(forms.SplitDateTimeField):
    """A day and a time that clocks show once, in years that every database can keep."""

    def compress(self, data_list):
        try:
            moment = super().compress(data_list)
        except ValidationError as refused:
            if refused.code == "ambiguous_timezone":
                said = _("The clocks change then, so that hour is missing or comes twice. Choose another time.")
                raise ValidationError(said, code=refused.code) from refused
            raise
        if moment and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValidationError(_("Give a year from %d to %d.") % (FIRST_YEAR, LAST_YEAR), code="year")
        return moment


def moment_field(label, **options):
    """A field that asks for a day and a time, in the time zone of the site."""
    return MomentField(
        label=label,
        widget=forms.SplitDateTimeWidget(
            date_format="%Y-%m-%d",
            time_format="%H:%M",
            date_attrs={"type": "date", "class": "vDateField", "aria-label": _("Day")},
            time_attrs={"type": "time", "class": "vTimeField", "aria-label": _("Time")},
        ),
        error_messages={"required": _("Give a day and a time.")},
        **options,
    )


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
        error_messages={"required": _("Choose what becomes of what is planned.")},
    )

    def __init__(self, *args, page, state, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.page, self.state, self.by = page, state, by
        self.initial["version"] = page.version
        if not state.plans:
            del self.fields["waiting"]

    def of_today(self):
        """This form with what was typed, for the page as it is saved now."""
        ((page, state),) = states([Page.objects.get(pk=self.page.pk).concrete], timezone.now())
        data = self.data.copy()
        data["version"] = page.version
        again = type(self)(data, page=page, state=state, by=self.by)
        again.full_clean()
        return again


class PlannedForm(ChangeForm):
    """Also asks when it is to happen: at once, or at a moment to come."""

    when = forms.ChoiceField(
        label=_("When?"),
        choices=[("now", _("Now")), ("later", _("At a moment to come"))],
        initial="now",
        required=False,
        widget=forms.RadioSelect,
    )
    moment = moment_field(_("The moment to come"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        place = timezone.get_current_timezone_name().rpartition("/")[2].replace("_", " ")
        self.fields["moment"].help_text = _("By the clock in %s. No one has to be here then.") % place
        self.order_fields(["version", "change", "entries", "wording_only", "despite", "when", "moment", "waiting"])

    def clean(self):
        cleaned = super().clean()
        moment = cleaned.get("moment")
        if cleaned.get("when") != "later":
            cleaned["moment"] = None
        elif "moment" not in self.errors and moment is None:
            self.add_error("moment", _("Give the day and the time."))
        elif moment and moment <= timezone.now():
            self.add_error("moment", _("That moment has passed. Choose a later one, or choose “Now”."))
        return cleaned

    def planned(self, edition):
        """When the planned `edition` starts, in words; empty for one that has started."""
        if edition.live_from <= edition.made_at:
            return ""
        return date_format(timezone.localtime(edition.live_from), "F j, Y, g:i A")


class PublishForm(PlannedForm):
    """Also offers the entries the page shows that patients can't see yet, and holds all to the gate."""

    LOGGED = "Published edition %d: %s"

    entries = forms.ModelMultipleChoiceField(
        label=_("Publish these entries too"),
        queryset=Page.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The page shows them, but they were never published. Without this they stay out of the page."),
    )
    despite = forms.CharField(
        label=_("Why publish in spite of the warnings above?"),
        help_text=_("The reason stays in the edition: “Dr. Example reads it on Monday; the phone number is urgent.”"),
        max_length=Edition._meta.get_field("despite").max_length,
        required=False,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
    )

    wording_only = forms.CharField(
        label=_("Did only the wording change?"),
        max_length=Edition._meta.get_field("wording_only").max_length,
        required=False,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
    )

    def __init__(self, *args, page, **kwargs):
        super().__init__(*args, page=page, **kwargs)
        self.fields["change"].label = _("What changed?")
        self.fields["change"].help_text = _("One line for those who look back: “New paragraph on bracing.”")
        mentioned = [mention.target_id for mention in page.frozen_mentions()]
        new = Page.objects.filter(pk__in=mentioned, editions=None).order_by("kind", "title")
        self.fields["entries"].queryset = new
        self.initial["entries"] = [entry.pk for entry in new]
        self.new_entries = working_pages(self.initial["entries"])
        if not self.new_entries:
            del self.fields["entries"]
        if not any(finding.level == gate.WARNING for _page, some in self.found for finding in some):
            del self.fields["despite"]
        self._offer_to_keep_the_review()

    def _offer_to_keep_the_review(self):
        is_void = any(page == self.page and finding.rule == "review" for page, some in self.found for finding in some)
        kept = self.around.approval_of_live(self.page) if is_void else None
        if kept is None or not self.by.has_perm("publishing.keep_review"):
            del self.fields["wording_only"]
            return
        self.fields["wording_only"].help_text = _(
            "%(name)s approved what patients read now, on %(day)s. If nothing of what it means changed, say why: the "
            "approval then stands for the new words, and your reason stays in the edition. Else leave this empty."
        ) % {"name": kept.signed_as, "day": date_format(timezone.localtime(kept.at), "F j, Y")}

    @cached_property
    def around(self):
        """What the gate asks of the site; none of the entries is live."""
        return gate.Around(timezone.now(), live={self.page.pk: self.state.edition} if self.state.is_live else {})

    @cached_property
    def looked_at(self):
        """The findings of the page and of each entry that may be published with it, by page; of some there are none."""
        pages = [self.page, *self.new_entries.values()]
        return dict(zip(pages, gate.findings_of(pages, beside=pages, around=self.around), strict=True))

    @property
    def found(self):
        """(page, its findings) where there are any."""
        return [(page, some) for page, some in self.looked_at.items() if some]

    @property
    def found_on_one_page(self):
        return len(self.found) == 1 and not self.new_entries

    def clean(self):
        cleaned = super().clean()
        chosen = [self.new_entries[entry.pk] for entry in cleaned.get("entries", ())]
        try:
            self.passage = self._passage(chosen, despite=cleaned.get("despite", ""))
        except gate.Held as held:
            self.add_error(None, _("This has to be mended first. Nothing is published yet: %s") % held)
        else:
            if cleaned.get("wording_only"):
                self.passage = self.passage.without(self.page, "review")
            if self.passage.has_warnings and not self.passage.despite.strip():
                self.add_error("despite", _("Give the reason, or mend what the warnings name."))
        return cleaned

    def _passage(self, chosen, *, despite):
        if len(chosen) == len(self.new_entries):
            return gate.passage_of(self.looked_at, despite=despite)
        return gate.let_through([self.page, *chosen], despite=despite)  # what is left out may be linked to

    def act(self, *, by):
        """Publish the page and the chosen entries, all or none; return the editions, the page's last."""
        data = self.cleaned_data
        return actions.publish_with_entries(
            self.page,
            data.get("entries", ()),
            by=by,
            change=data["change"],
            version=data["version"],
            at=data["moment"],
            waiting=data.get("waiting"),
            passage=self.passage,
            wording_only=data.get("wording_only", "").strip(),
        )

    def done(self, editions):
        if planned := self.planned(editions[-1]):
            return _("Planned. Patients read this from %s on; until then they read what they read now.") % planned
        entries = len(editions) - 1
        with_entries = ngettext("Published, with %d entry.", "Published, with %d entries.", entries)
        return with_entries % entries if entries else _("Published. Patients now read this page.")


class WithdrawForm(PlannedForm):
    LOGGED = "Withdrew the page by edition %d: %s"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["change"].label = _("Why?")
        self.fields["change"].help_text = _("One line for those who look back: “Dr. Example has left the department.”")

    def act(self, *, by):
        """Withdraw the page; return the edition that says so, in a list."""
        data = self.cleaned_data
        return [
            actions.withdraw(self.page, by=by, change=data["change"], at=data["moment"], waiting=data.get("waiting"))
        ]

    def done(self, editions):
        if planned := self.planned(editions[-1]):
            return _("Planned. Patients can’t see this page from %s on; until then nothing changes.") % planned
        return _("Withdrawn. Patients no longer see this page.")


class LiveAgainForm(ChangeForm):
    LOGGED = "Made live again by edition %d: %s"

    replaces = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, **kwargs)
        self.edition = edition
        self.initial["replaces"] = self._in_force
        self.fields["change"].label = _("Why?")
        self.fields["change"].help_text = _("One line for those who look back: “The new text was published too early.”")

    @property
    def _in_force(self):
        return self.state.edition.number if self.state.edition else 0

    def of_today(self):
        ((page, state),) = states([Page.objects.get(pk=self.page.pk).concrete], timezone.now())
        again = type(self)(self.data.copy(), page=page, state=state, by=self.by, edition=self.edition)
        again.data["replaces"] = again._in_force
        again.full_clean()
        return again

    def act(self, *, by):
        """Make the old edition live again; return the new one, in a list."""
        data = self.cleaned_data
        asked = {name: data.get(name) for name in ("change", "waiting", "replaces")}
        return [actions.make_live_again(self.edition, by=by, **asked)]

    def done(self, editions):
        return _("Live again. What is saved in the form stays as it is, and is not what patients read.")
