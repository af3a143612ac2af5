"""The sample department's files in sample/: what they say, as working rows."""

import tomllib

from django.conf import settings
from django.core.files import File

from conditions.importer.blocks import Unreadable
from conditions.importer.entries import checked
from conditions.importer.markdown import to_html
from conditions.models import Condition, DiagnosticTest, Hub, Symptom, Treatment, WarningSign
from figures import pictures
from figures.models import Figure
from glossary.models import Term
from news.models import Article
from physicians.models import Location, Physician
from publishing.models import Page
from publishing.revisions import keep
from publishing.richtext import RichTextField, clean

from .models import InformationPage, SiteDetails

FOLDER = settings.BASE_DIR / "sample"
FILES = {
    "site.toml": SiteDetails,
    "locations.toml": Location,
    "figures.toml": Figure,
    "physicians.toml": Physician,
    "terms.toml": Term,
    "warning_signs.toml": WarningSign,
    "symptoms.toml": Symptom,
    "tests.toml": DiagnosticTest,
    "treatments.toml": Treatment,
    "hubs.toml": Hub,
    "information.toml": InformationPage,
}
PLACES = {"file", "after"}  # of a figure: no fields of its own
AFTER_CONDITIONS = {"articles.toml": Article}
# The lists of names in the files: what they name, and by which field.
NAMED = {
    "locations": (Location, "name"),
    "conditions": (Condition, "title"),
    "physicians": (Physician, "title"),
    "treatments": (Treatment, "title"),
    "warning_signs": (WarningSign, "title"),
}


def entries(files=FILES):
    """(model, values) for every table of the files, in the order in which they can be saved.

    Markdown has become HTML; those of NAMED are lists of names.
    """
    for name, model in files.items():
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
    own, named = _apart(values)
    if any(sorted(names) != sorted(str(entry) for entry in _named_by(row, name)) for name, names in named.items()):
        return True
    return any(getattr(row, name) != value for name, value in own.items())


def save(model, values):
    """Save an entry that is not stored yet and return its row; Unreadable where it breaks a rule of the forms."""
    own, named = _apart(values)
    if model is Figure:
        with (FOLDER / "figures" / values["file"]).open("rb") as file:
            own["picture"] = pictures.stored(File(file))
    row = checked(model(**own))
    row.save()
    for name, names in named.items():
        target, field = NAMED[name]
        found = {getattr(entry, field): entry for entry in target.objects.filter(**{f"{field}__in": names})}
        if missing := [wanted for wanted in names if wanted not in found]:
            raise Unreadable(f"{row} names “{missing[0]}”, which no file describes")
        if name == "locations":
            row.locations.set(found.values())
        else:
            for position, title in enumerate(names):
                _rows(row, name).create(position=position, **{name.removesuffix("s"): found[title]})
    if isinstance(row, Page):
        keep(row, by=None, note="From the sample department.")
    return row


def place_figures(condition):
    """Put on a new `condition` the figures that stand on it."""
    for _figure, values in entries({"figures.toml": Figure}):
        if part := values["after"].get(condition.slug):
            condition.figure_rows.create(figure=stored(Figure, values), part=part)


def _apart(values):
    """`values` in two: the row's own fields, and the lists of names."""
    own = {name: value for name, value in values.items() if name not in NAMED and name not in PLACES}
    return own, {name: value for name, value in values.items() if name in NAMED}


def _named_by(row, name):
    if name == "locations":
        return row.locations.all()
    return [getattr(link, link.TARGET) for link in _rows(row, name).select_related(name.removesuffix("s"))]


def _rows(row, name):
    return getattr(row, f"{name.removesuffix('s')}_rows")


def _value(model, name, value):
    if not isinstance(value, str):
        return value
    if name not in ("locations", *PLACES) and isinstance(model._meta.get_field(name), RichTextField):
        return clean(to_html(value))
    return value.strip()
