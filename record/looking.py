"""How the privacy officer finds rows of the record, and takes them along as CSV."""

import csv
from datetime import UTC, datetime, time, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Action, Entry, Outcome
from .noting import LONGEST_WHY

COLUMNS = ("number", "at", "user_id", "username", "action", "kind", "key", "detail", "why", "outcome")
FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of a formula


class Filters(forms.Form):
    """What to look for; `rows` are the entries that match, the newest first."""

    username = forms.CharField(label=_("User name"), required=False, max_length=150)
    action = forms.ChoiceField(label=_("Action"), required=False, choices=[("", _("Any")), *Action.choices])
    kind = forms.CharField(label=_("Kind of thing"), required=False, max_length=50)
    key = forms.CharField(label=_("Key of the thing"), required=False, max_length=64)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False, choices=[("", _("Any")), *Outcome.choices])
    first = forms.DateField(label=_("From (day, UTC)"), required=False, widget=forms.DateInput({"type": "date"}))
    last = forms.DateField(label=_("Until (day, UTC)"), required=False, widget=forms.DateInput({"type": "date"}))

    def used(self):
        """The names of the filters in use: what goes on record, without the words in them."""
        return [name for name in self.fields if self.cleaned_data.get(name)]

    def rows(self):
        if not self.is_valid():
            return Entry.objects.none()
        wanted = {name: self.cleaned_data[name] for name in self.used() if name not in ("first", "last")}
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        if first:
            wanted["at__gte"] = datetime.combine(first, time.min, UTC)
        if last:
            wanted["at__lt"] = datetime.combine(last, time.min, UTC) + timedelta(days=1)
        return Entry.objects.filter(**wanted)


class ExportForm(forms.Form):
    why = forms.CharField(
        label=_("Why do you need a copy?"),
        max_length=LONGEST_WHY,
        widget=forms.TextInput({"size": 60}),
        help_text=_("It goes on record. Name no patient."),
    )


def csv_lines(rows):
    """The lines of a CSV file of entries, one at a time; no cell of it is taken for a formula."""
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for number, at, *rest in rows.values_list(*COLUMNS).iterator(chunk_size=2_000):
        moment = at.astimezone(UTC).isoformat(timespec="microseconds")
        yield writer.writerow([number, moment, *map(_safe, rest)])


def _safe(value):
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value


class _Line:
    def write(self, line):
        return line
