"""How the privacy officer finds rows of the record, and takes them along as CSV."""

import csv
from datetime import UTC, datetime, time

from django import forms
from django.db import connections
from django.utils.translation import gettext_lazy as _

from .models import Action, Entry, Outcome
from .noting import LONGEST_WHY
from .routing import RECORD

COLUMNS = ("number", "at", "user_id", "username", "action", "kind", "key", "detail", "why", "outcome")
FORMULAS = (*"=+-@＝＋－＠", "\t", "\r", "\n")  # what a spreadsheet takes for the beginning of a formula
MARK = "\ufeff"  # by which spreadsheets know UTF-8
PEOPLE = "record-people"  # the list of names that the page offers


class Filters(forms.Form):
    """What to look for; `rows` are the entries that match, the newest first."""

    username = forms.CharField(
        label=_("Who (user name)"),
        required=False,
        max_length=150,
        widget=forms.TextInput(
            {"list": PEOPLE, "autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    action = forms.ChoiceField(label=_("Did"), required=False, choices=[("", _("Any")), *Action.choices])
    kind = forms.CharField(label=_("What"), required=False, max_length=50, widget=forms.Select)
    key = forms.CharField(label=_("Which one (number)"), required=False, max_length=64)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False, choices=[("", _("Any")), *Outcome.choices])
    first = forms.DateField(label=_("From (day, UTC)"), required=False, widget=forms.DateInput({"type": "date"}))
    last = forms.DateField(label=_("Until (day, UTC)"), required=False, widget=forms.DateInput({"type": "date"}))

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("first") and cleaned.get("last") and cleaned["last"] < cleaned["first"]:
            self.add_error("last", _("This day is before the first. Change one of them."))
        return cleaned

    def used(self):
        """The names of the filters in use."""
        return [name for name in self.fields if self.cleaned_data.get(name)]

    def used_in_words(self):
        """What goes on record: which filters are in use, without the words in them."""
        return ", ".join(str(self.fields[name].label).partition(" (")[0].lower() for name in self.used())

    def offer(self):
        """Let the form choose among the kinds of things on record; return the names of people there."""
        kinds = found("kind")
        asked = self.data.get("kind")
        if asked and asked not in kinds:
            kinds.append(asked)
        named = sorted(((kind, Entry(kind=kind).kind_in_words) for kind in kinds), key=lambda kind: kind[1].lower())
        self.fields["kind"].widget.choices = [("", _("Any")), *named]
        return [name for name in found("username") if name]

    def rows(self):
        if not self.is_valid():
            return Entry.objects.none()
        wanted = {name: self.cleaned_data[name] for name in self.used() if name not in ("first", "last")}
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        if first:
            wanted["at__gte"] = datetime.combine(first, time.min, UTC)
        if last:
            wanted["at__lte"] = datetime.combine(last, time.max, UTC)
        return Entry.objects.filter(**wanted)


class ExportForm(forms.Form):
    why = forms.CharField(
        label=_("Why do you need a copy?"),
        max_length=LONGEST_WHY,
        widget=forms.TextInput({"size": 60}),
        help_text=_("It goes on record. Name no patient."),
    )


def found(column):
    """All values in an indexed column of the record, from one to the next, however many rows there are."""
    name = connections[RECORD].ops.quote_name(column)
    select = f"""
        WITH RECURSIVE found(value) AS (
            SELECT MIN({name}) FROM record_entry
            UNION ALL
            SELECT (SELECT MIN({name}) FROM record_entry WHERE {name} > value) FROM found WHERE value IS NOT NULL
        )
        SELECT value FROM found WHERE value IS NOT NULL
    """  # noqa: S608
    with connections[RECORD].cursor() as cursor:
        cursor.execute(select)
        return [value for (value,) in cursor.fetchall()]


def csv_lines(rows):
    """The lines of a CSV file of entries, one at a time; no cell of it is taken for a formula."""
    writer = csv.writer(_Line())
    yield MARK + writer.writerow(COLUMNS)
    for number, at, *rest in rows.values_list(*COLUMNS).iterator(chunk_size=2_000):
        moment = at.astimezone(UTC).isoformat(timespec="microseconds")
        yield writer.writerow([number, moment, *map(_safe, rest)])


def _safe(value):
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value


class _Line:
    def write(self, line):
        return line
