"""What a document wants of a condition: values of its fields and lists of its rows, in the library's terms."""

from dataclasses import dataclass, field

from conditions.models import (
    Condition,
    ConditionPhysician,
    ConditionSeeAlso,
    ConditionSource,
    ConditionSymptom,
    ConditionTerm,
    ConditionTest,
    ConditionTreatment,
    ConditionWarningSign,
)
from publishing.richtext import clean

from .coverage import html_words, words

ROWS = {
    "term_rows": ConditionTerm,
    "warning_sign_rows": ConditionWarningSign,
    "symptom_rows": ConditionSymptom,
    "test_rows": ConditionTest,
    "treatment_rows": ConditionTreatment,
    "physician_rows": ConditionPhysician,
    "see_also_rows": ConditionSeeAlso,
    "source_rows": ConditionSource,
}
TEXTS = {
    section: (section,)
    for section in ("overview", "symptoms", "causes", "treatments", "outlook", "living", "preparing")
}
TEXTS["tests"] = ("tests", "further_tests")


@dataclass
class Wanted:
    """`fields` by field name; `rows` by related name, as lists of row values without the condition.

    What the document is silent on is in neither and stays as it is.
    """

    fields: dict = field(default_factory=dict)
    rows: dict = field(default_factory=dict)


def fields_of(parsed):
    """The values that the document gives for the condition's own fields."""
    fields = {"title": parsed.title, **parsed.headers}
    for name in ("see_also", "old_addresses"):  # which are no fields of its own
        fields.pop(name, None)
    for name in ("also_called", "lay_words"):
        if name in fields:
            fields[name] = "\n".join(fields[name])
    if "regions" in fields:
        fields["regions"] = [code for code in Condition.Region.values if code in fields["regions"]]
    for section, names in TEXTS.items():
        if section in parsed.spoken:
            fields |= {name: clean(parsed.texts.get(name, "")) for name in names}
    return fields


def rows_of(parsed, entries):
    """The rows that the document lists, by related name; `entries` finds and makes library entries.

    A section without a list (text alone, or none) leaves the rows as they are.
    """
    surgeries = [entries.surgery(entry) for entry in parsed.surgeries]  # made first: other lists may name them
    rows = {
        "term_rows": [entries.term(word) for word in parsed.words],
        "warning_sign_rows": [entries.warning_sign(sign) for sign in parsed.warning_signs],
        "symptom_rows": [entries.symptom(entry) for entry in parsed.symptoms],
        "test_rows": [entries.test(test) for test in parsed.tests],
        "treatment_rows": [
            *(entries.treatment(entry) for entry in parsed.treatments),
            *surgeries,
        ],
        "physician_rows": [entries.physician(person, parsed) for person in parsed.physicians],
        "see_also_rows": [entries.condition(name, parsed) for name in parsed.headers.get("see_also", [])],
        "source_rows": [entries.source(source) for source in parsed.sources],
    }
    rows = {name: _each_once(rows[name], model.TARGET, entries) for name, model in ROWS.items()}
    return {name: listed for name, listed in rows.items() if listed}


def _each_once(rows, target, entries):
    found = {}
    for row in filter(None, rows):
        entry = row[target]
        first = found.setdefault(entry.pk, row)
        if first is row:
            continue
        entries.report.remark("heading", f"“{entry.title}” is listed twice; the first counts.")
        if row["note"] and not same_text(row["note"], first["note"]):
            entries.report.remark("not_placed", f"{entry.title} – {row['note']}")
    return list(found.values())


def same_words(html, other):
    """Whether two rich texts say the same, whatever their marks."""
    return html_words(html) == html_words(other)


def same_text(text, other):
    """Whether two plain texts say the same, whatever their case and punctuation."""
    return words(text) == words(other)
