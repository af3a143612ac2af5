"""Pages as plain documents, for people and for other systems."""

import json

from django.utils.html import format_html, format_html_join, mark_safe

from publishing.composing import working_pages
from publishing.drafts import Draft
from publishing.files import names_in
from publishing.models import Page
from publishing.richtext import RichTextField, clean


def documents():
    """(name within the archive, HTML) of each page as it is saved."""
    for kind, model in sorted(Page.kinds().items()):
        for page in model.working().order_by("slug"):
            yield f"{kind}/{page.slug}.html", document(page)


def document(page):
    """The working row `page` in full: each part under what editors call it."""
    draft = Draft.of(page)
    rich = {field.name for field in page._meta.get_fields() if isinstance(field, RichTextField)}
    parts = []
    for name, value in draft.words.items():
        if name in page.FILES:
            value = _links(names_in(value))
        elif value not in ("", [], {}, None):
            value = mark_safe(clean(value)) if name in rich else _plain(value)  # noqa: S308
        if value:
            parts.append((page.part_label(name), value))
    shown = working_pages(mention.target_id for mention in draft.mentions)
    by_label = {}
    for mention in draft.mentions:
        note = f" – {mention.note}" if mention.note else ""
        by_label.setdefault(page.part_label(mention.role), []).append((f"{shown[mention.target_id].title}{note}",))
    parts += [(label, _list(entries)) for label, entries in by_label.items()]
    return format_html(
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{0}</title>\n<h1>{0}</h1>\n<p>{1}</p>\n{2}',
        page.title,
        page.summary,
        format_html_join("", "<h2>{}</h2>\n<div>{}</div>\n", parts),
    )


def _plain(value):
    if not isinstance(value, list):
        return str(value)
    return _list([(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False),) for each in value])


def _links(names):
    return format_html_join("", '<p><a href="../../files/{0}">{0}</a></p>\n', ((name,) for name in sorted(names)))


def _list(entries):
    return format_html("<ul>\n{}</ul>", format_html_join("", "<li>{}</li>\n", entries))
