"""Looks through the record for what was changed behind its back."""

from django.db import connections

from . import chain, triggers
from .routing import RECORD

AT_ONCE = 5_000
COLUMNS = ", ".join((*chain.COVERED, "mac")).replace(" at,", " CAST(at AS text),")  # whatever may stand in there


def faults(heads, *, looked_at=lambda number: None):
    """Yield a sentence on each fault of the record, in the order of its rows; nothing where it is whole.

    `heads` were read before, so that each names a row that is there by now. `looked_at` is called with the number of
    the last row of every AT_ONCE.
    """
    for name in triggers.missing(connections[RECORD]):
        yield f"The trigger {name} is missing, so rows could be changed."
    heads_by_number = {}
    for head in heads:
        heads_by_number.setdefault(head.number, set()).add(head)
    previous, expected = chain.FIRST, 1
    key_now, newest = chain.newest_key(), 0
    for *values, mac in _rows(looked_at):
        number = values[0]
        if not isinstance(number, int) or number < expected:
            yield f"A row has {number!r} for a number, which was never given."
            continue
        if number > expected:
            yield f"{_rows_named(expected, number - 1)} gone, so row {number} can't be checked."
        elif not chain.holds(mac, values, previous):
            yield f"Row {number} is not as it was written: changed, or put in the place of another."
        else:
            key = chain.key_of(mac) or 0
            if key < newest:
                yield f"Row {number} was sealed with a key that had been changed before."
            newest = max(newest, key)
        for head in heads_by_number.pop(number, ()):
            if head.mac != mac:
                yield f"Row {number} is not the one that was there at {head.at}, says the head written then."
        previous, expected = mac, number + 1
    if expected > 1 and newest < key_now:
        yield "No row is there by the newest key: rows are gone from the end, or the change of the key was cut short."
    missing = [head for number, heads in heads_by_number.items() if number >= expected for head in heads]
    if missing:
        last = max(missing)
        yield f"{_rows_named(expected, last.number)} gone from the end: row {last.number} was there at {last.at}."


def _rows(looked_at):
    select = f"SELECT {COLUMNS} FROM record_entry WHERE number > %s ORDER BY number LIMIT %s"  # noqa: S608
    after = -(2**63)
    with connections[RECORD].cursor() as cursor:
        while True:
            cursor.execute(select, [after, AT_ONCE])
            rows = cursor.fetchall()
            yield from rows
            if len(rows) < AT_ONCE:
                return
            after = rows[-1][0]
            looked_at(after)


def _rows_named(first, last):
    return f"Row {first} is" if first == last else f"Rows {first} to {last} are"
