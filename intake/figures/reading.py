"""The figures of one year, as they may be printed. There is no other span: two that overlap tell small numbers."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from conditions.models import Condition
from publishing.composing import live_pages_of

from ..models import Request, Tally
from ..models.request import Kind
from ..places import PLACES
from .counting import UNKNOWN
from .hiding import LEAST, shown

Dimension = Tally.Dimension
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
BAR = 40  # units of the plot from one bar to the next
HEIGHT = 160


@dataclass
class Row:
    """One line of a table, each cell as it is printed."""

    label: str
    arrived: str
    contact_hours: str
    closed: str
    close_days: str
    bar: int = 0  # how high it is drawn, of HEIGHT; 0 where the number isn't shown


@dataclass
class Table:
    kind: str
    heading: str
    rows: list
    total: Row
    is_by_month: bool = False
    is_of_outcomes: bool = False  # what arrived has none yet

    @property
    def bars(self):
        """(x, y, height, label, number) of each bar of the plot."""
        return [
            (number * BAR, HEIGHT - row.bar, row.bar, row.label, row.arrived if row.arrived[-1].isdigit() else "–")
            for number, row in enumerate(self.rows)
        ]

    @property
    def width(self):
        return BAR * len(self.rows)


def years():
    """The years of which there are figures, the newest first."""
    return [day.year for day in Tally.objects.dates("month", "year", order="DESC")]


def tables(year):
    """The Tables of `year`: for each kind by month, then by each dimension."""
    labels = _labels()
    found = []
    for kind in Kind:
        tallies = list(Tally.objects.filter(kind=kind, month__year=year))
        by_month = {date(year, month, 1): _sum([]) for month in range(1, 13)}
        by_month |= {tally.month: _sum([tally]) for tally in tallies if tally.dimension == Dimension.ALL}
        named = [(date_format(month, "F"), sums) for month, sums in by_month.items()]
        found.append(_table(kind, _("By month of arrival"), named, is_by_month=True))
        for dimension in (Dimension.CONDITION, Dimension.REGION, Dimension.PLACE, Dimension.OUTCOME):
            parts = defaultdict(list)
            for tally in tallies:
                if tally.dimension == dimension:
                    parts[labels[dimension].get(tally.value, _("a page that is gone"))].append(tally)
            named = sorted(((label, _sum(part)) for label, part in parts.items()), key=lambda one: one[0])
            if named:
                found.append(_table(kind, dimension.label, named, is_of_outcomes=dimension == Dimension.OUTCOME))
    return found


def csv_lines(year):
    """The lines of a CSV file of all tables; no cell of it is taken for a formula."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(
        [_("Kind"), _("Table"), _("Part"), _("Arrived"), _("Hours to first contact"), _("Closed"), _("Days to outcome")]
    )
    for table in tables(year):
        for row in (*table.rows, table.total):
            began = ("", "") if table.is_of_outcomes else (row.arrived, row.contact_hours)
            cells = (table.kind, table.heading, row.label, *began, row.closed, row.close_days)
            yield writer.writerow([f"'{cell}" if str(cell).startswith(FORMULAS) else cell for cell in cells])


def _labels():
    """By dimension: what each value is called."""
    conditions = {str(page.page_id): page.title for page in live_pages_of([Condition], timezone.now())[Condition]}
    unknown = {UNKNOWN: _("not known")}
    return {
        Dimension.CONDITION: {**conditions, "unsure": _("not sure"), "other": _("another one"), **unknown},
        Dimension.REGION: {**dict(Condition.Region.choices), **unknown},
        Dimension.PLACE: {**dict(PLACES), **unknown},
        Dimension.OUTCOME: dict(Request.Outcome.choices),
    }


def _sum(tallies):
    names = ("arrived", "contacted", "contact_minutes", "closed", "close_days")
    return {name: sum(getattr(tally, name) for tally in tallies) for name in names}


def _table(kind, heading, named, **more):
    arrived, all_arrived = shown([sums["arrived"] for _label, sums in named])
    closed, all_closed = shown([sums["closed"] for _label, sums in named])
    most = max([int(cell) for cell in arrived if cell.isdigit()] or [0])
    rows = []
    for (label, sums), one_arrived, one_closed in zip(named, arrived, closed, strict=True):
        row = _row(str(label), sums, one_arrived, one_closed)
        row.bar = int(one_arrived) * (HEIGHT - 24) // most if one_arrived.isdigit() and most else 0
        rows.append(row)
    whole = {name: sum(sums[name] for _label, sums in named) for name in _sum([])}
    total = _row(_("All"), whole, all_arrived, all_closed)
    return Table(kind.label, str(heading), rows, total, **more)


def _row(label, sums, arrived, closed):
    return Row(
        label,
        arrived,
        _mean(sums["contact_minutes"] / 60, sums["contacted"]),
        closed,
        _mean(sums["close_days"], sums["closed"]),
    )


def _mean(total, count):
    """A mean of few is not shown: it tells of them."""
    return f"{total / count:.1f}" if count >= LEAST else "–"


class _Line:
    def write(self, line):
        return line
