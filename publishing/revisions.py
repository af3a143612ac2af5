"""Every save that changes a page is kept, so that any can be read, compared and brought back."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from .models import Page, Revision, Row

NOT_OF_THE_PAGE = {"kind", "version"}


def keep(page, *, by, note=""):
    """Keep what the working row of `page` says after a save and return the Revision; the last one if it says the same.

    Call it in the transaction of the save, after the rows. `by` is a user, or None for a command.
    """
    working = Page.objects.get(pk=page.pk).concrete
    return keep_working(working, by=by, note=note)


def with_last(pages):
    """`pages`, each with the key and the content of its last Revision as `last_save` and `last_content`."""
    last = Revision.objects.filter(page=OuterRef("pk")).order_by("-number")
    return pages.annotate(last_save=Subquery(last.values("pk")[:1]), last_content=Subquery(last.values("content")[:1]))


def kept_already(working):
    """The key of the last Revision of `working`, a row read `with_last`, if that is what it says now."""
    is_same = getattr(working, "last_content", None) == _as_stored(content_of(working))
    return working.last_save if is_same else None


def keep_working(working, *, by, note=""):
    """As `keep`, of a row of its own kind that was just read by `working()`."""
    content = content_of(working)
    last = Revision.objects.filter(page=working.pk).order_by("-number").first()
    if last and last.content == _as_stored(content):
        return last
    return Revision.objects.create(
        page_id=working.pk,
        number=last.number + 1 if last else 1,
        content=content,
        note=note,
        saved_at=timezone.now(),
        saved_by=by,
    )


def content_of(page):
    """What a Revision keeps of `page`, an instance of its own kind."""
    return {
        "fields": {field.attname: field.value_from_object(page) for field in _fields(type(page))},
        "rows": {
            **{name: [_values(model, row) for row in getattr(page, name).all()] for name, model in _rows(type(page))},
            **{field.name: [one.pk for one in getattr(page, field.name).all()] for field in _sets(type(page))},
        },
    }


def as_saved(revision):
    """(page, gone): the page as it was saved, an instance of its own kind that is not for saving.

    `gone` counts the rows that are left out because the entries they name have since been deleted.
    """
    model = Page.kinds()[revision.page.kind]
    page = model(**_field_values(model, revision), pk=revision.page_id, kind=model.KIND)
    page._state.adding = False
    page._prefetched_objects_cache = {}
    gone = 0
    for name, row_model in _rows(model):
        rows, missing = _live_rows(row_model, revision.content["rows"].get(name, []))
        page._prefetched_objects_cache[name] = _fetched(row_model, rows)
        gone += missing
    for field in _sets(model):
        keys = revision.content["rows"].get(field.name, [])
        found = list(field.related_model.objects.filter(pk__in=keys))
        page._prefetched_objects_cache[field.name] = _fetched(field.related_model, found)
        gone += len(keys) - len(found)
    return page, gone


def put_back(revision):
    """Put what `revision` keeps in place of the working row and its rows; return how many rows were left out.

    Shared entries stay as they are. Raises ValidationError where the site would refuse it today, such as an address
    that belongs to another page by now.
    """
    model = Page.kinds()[revision.page.kind]
    page = model.objects.get(pk=revision.page_id)
    for name, value in _field_values(model, revision).items():
        setattr(page, name, value)
    page.full_clean()
    page.save()
    gone = 0
    for name, row_model in _rows(model):
        rows, missing = _live_rows(row_model, revision.content["rows"].get(name, []))
        getattr(page, name).all().delete()
        for position, row in enumerate(rows):
            setattr(row, row_model.PARENT, page)
            row.position = position
        row_model.objects.bulk_create(rows)
        gone += missing
    for field in _sets(model):
        keys = revision.content["rows"].get(field.name, [])
        found = field.related_model.objects.filter(pk__in=keys)
        gone += len(keys) - len(found)
        getattr(page, field.name).set(found)
    return gone


def _fields(model):
    """The fields of a kind of page that a revision keeps, those of the base among them."""
    links = set(model._meta.parents.values())
    skipped = NOT_OF_THE_PAGE | set(model.NOT_KEPT)
    return [f for f in model._meta.concrete_fields if not f.primary_key and f not in links and f.name not in skipped]


def _sets(model):
    return model._meta.local_many_to_many


def _rows(model):
    """(name of the relation, model) of the rows that belong to a kind of page."""
    return [
        (relation.get_accessor_name(), relation.related_model)
        for relation in model._meta.related_objects
        if issubclass(relation.related_model, Row) and relation.field.name == relation.related_model.PARENT
    ]


def _values(model, row):
    skipped = {"id", "position", f"{model.PARENT}_id"}
    return {f.attname: f.value_from_object(row) for f in model._meta.concrete_fields if f.attname not in skipped}


def _live_rows(model, kept):
    """(unsaved rows in their order, how many name an entry that is gone)."""
    target = model._meta.get_field(model.TARGET)
    entries = target.related_model.objects.in_bulk([values[target.attname] for values in kept])
    rows = [
        model(position=position, **{model.TARGET: entries[values[target.attname]]}, **_known(model, values, target))
        for position, values in enumerate(kept)
        if values[target.attname] in entries
    ]
    return rows, len(kept) - len(rows)


def _known(model, values, target):
    """Those of the kept `values` for which the model has a field still."""
    names = {field.attname for field in model._meta.concrete_fields} - {target.attname}
    return {name: value for name, value in values.items() if name in names}


def _field_values(model, revision):
    """The kept values of the fields that the model has still; one added later is left out, which keeps its default."""
    kept = revision.content["fields"]
    values = {f.attname: f.to_python(kept[f.attname]) for f in _fields(model) if f.attname in kept}
    for field in _fields(model):  # an entry that has been deleted since
        key = values.get(field.attname)
        if isinstance(field, models.ForeignKey) and key and not field.related_model.objects.filter(pk=key).exists():
            values[field.attname] = None
    return values


def _fetched(model, rows):
    """A queryset that has fetched `rows` already."""
    queryset = model.objects.all()
    queryset._result_cache, queryset._prefetch_done = rows, True
    return queryset


def _as_stored(content):
    """`content` as it is read again: dates have become text."""
    return json.loads(json.dumps(content, cls=DjangoJSONEncoder))
