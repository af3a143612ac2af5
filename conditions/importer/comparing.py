"""A condition's working rows held against what a document wants of it."""

import difflib

from conditions.models import Condition
from publishing.fields import lines

from .entries import names_of
from .passages import passages
from .report import Difference
from .wanted import ROWS


def differences(condition, wanted):
    """A Difference for every field and list that the document tells otherwise; empty where it changes nothing."""
    found = []
    for name, value in wanted.fields.items():
        stored = getattr(condition, name)
        if stored != value and not (name in ("also_called", "lay_words") and lines(stored) == lines(value)):
            found.append(_difference(condition.part_label(name), _lines(name, stored), _lines(name, value)))
    for name, rows in wanted.rows.items():
        model = ROWS[name]
        stored = [_values(row, model) for row in getattr(condition, name).select_related(model.TARGET)]
        if [_key(row, model) for row in stored] != [_key(row, model) for row in rows]:
            label = model._meta.verbose_name_plural
            found.append(_difference(label, _row_lines(stored, model), _row_lines(rows, model)))
    return found


def removals(condition, wanted):
    """(number, rows) for every list whose rows the document replaces and of which it doesn't name all."""
    for name, rows in wanted.rows.items():
        model = ROWS[name]
        named = [row[model.TARGET].pk for row in rows]
        gone = getattr(condition, name).exclude(**{f"{model.TARGET}__in": named}).count()
        if gone:
            yield gone, model._meta.verbose_name if gone == 1 else model._meta.verbose_name_plural


def _difference(label, site, document):
    matcher = difflib.SequenceMatcher(a=site, b=document, autojunk=False)
    only_site, only_document = [], []
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind != "equal":
            only_site += site[start:end]
            only_document += document[other_start:other_end]
    return Difference(
        label[:1].upper() + label[1:],
        tuple(line for line in only_site if line not in document),
        tuple(line for line in only_document if line not in site),
    )


def _lines(name, value):
    """A field's value as lines for people."""
    if name in Condition.TEXTS:
        return [words for _, words in passages(value)]
    choices = Condition._meta.get_field(name).choices
    if choices:
        labels = dict(choices)
        return [str(labels[code]) for code in (value if isinstance(value, list) else [value]) if code]
    return lines(value)


def _values(row, model):
    extras = {name: getattr(row, name) for name in ("group", "goal", "is_lead") if hasattr(row, name)}
    return {model.TARGET: getattr(row, model.TARGET), "note": row.note, **extras}


def _key(row, model):
    return {**row, model.TARGET: row[model.TARGET].pk}


def _row_lines(rows, model):
    """Rows as lines: "X-ray (first) – often enough"; an entry that is not in the library yet brings its own text."""
    found = []
    for row in rows:
        entry = row[model.TARGET]
        marks = [row.get("group", ""), row.get("goal", ""), "leads" if row.get("is_lead") else ""]
        line = f"{entry.title} ({', '.join(filter(None, marks))})" if any(marks) else entry.title
        texts = [row["note"]]
        if getattr(entry, "is_new", False):
            texts += names_of(entry)[1:] + [words for _, words in passages(getattr(entry, "description", ""))]
        found.append(" – ".join([line, *(" ".join(text.split()) for text in texts if text)]))
    return found
