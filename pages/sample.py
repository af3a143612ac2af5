"""The sample department's files in sample/: what they say, as working rows."""

import tomllib

from django.conf import settings

from conditions.importer.blocks import Unreadable
from conditions.importer.entries import checked
from conditions.importer.markdown import to_html
from conditions.models import DiagnosticTest, Symptom, Treatment
from glossary.models import Term
from physicians.models import Location, Physician
from publishing.richtext import RichTextField, clean

from .models import SiteDetails

FOLDER = settings.BASE_DIR / "sample"
FILES = {
    "site.toml": SiteDetails,
    "locations.toml": Location,
    "physicians.toml": Physician,
    "terms.toml": Term,
    "symptoms.toml": Symptom,
    "tests.toml": DiagnosticTest,
    "treatments.toml": Treatment,
}


def entries():
    """(model, values) for every table of the files, in the order in which they can be saved.

    Markdown has become HTML; a physician's `locations` are names.
    """
    for name, model in FILES.items():
        tables = tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
        for table in tables[name.removesuffix(".toml").removesuffix("s")]:
            yield model, {field: _value(model, field, value) for field, value in table.items()}


def documents():
    """The condition documents, as paths."""
    return sorted(path for path in (FOLDER / "conditions").iterdir() if path.is_file())


def is_site(details):
    """Whether these SiteDetails are the sample's, which names itself in its notice."""
    sample = next(values for model, values in entries() if model is SiteDetails)
    return all(getattr(details, name) == sample[name] for name in ("department", "notice"))


def stored(model, values):
    """The row that stands for an entry already, or None."""
    name = "name" if model is Location else "slug"
    return model.objects.filter(**{name: values[name]}).first()


def differs(row, values):
    """Whether a stored row says anything else than the entry."""
    values = dict(values)
    locations = values.pop("locations", None)
    if locations is not None and sorted(locations) != sorted(place.name for place in row.locations.all()):
        return True
    return any(getattr(row, name) != value for name, value in values.items())


def save(model, values):
    """Save an entry that is not stored yet and return its row; Unreadable where it breaks a rule of the forms."""
    values = dict(values)
    locations = values.pop("locations", [])
    row = checked(model(**values))
    row.save()
    if locations:
        found = Location.objects.filter(name__in=locations)
        if len(found) != len(locations):
            raise Unreadable(f"{row} is seen at a location that no file describes")
        row.locations.set(found)
    return row


def _value(model, name, value):
    if not isinstance(value, str):
        return value
    if name != "locations" and isinstance(model._meta.get_field(name), RichTextField):
        return clean(to_html(value))
    return value.strip()
