"""Links by which somebody without an account reads a page before it is published."""

import datetime

from django.db import transaction
from django.utils import timezone

from record.models import Action
from record.noting import failures_noted, note

from . import files
from .actions import thing
from .composing import preview
from .models import Page, PreviewLink
from .revisions import as_saved, keep


@failures_noted()
@transaction.atomic
def make_link(page, *, by, days):
    """Return a new PreviewLink to `page` as it is saved now, for so many days."""
    now = timezone.now()
    revision = keep(page, by=by)
    note(by, Action.ADD, thing(page), detail=f"preview link to save {revision.number}, {days} days")
    expires_at = now + datetime.timedelta(days=days)
    return PreviewLink.objects.create(revision=revision, made_at=now, made_by=by, expires_at=expires_at)


@failures_noted()
@transaction.atomic
def end_link(link, *, by):
    """End `link` at once; nothing happens to one that has ended."""
    page = link.revision.page
    if PreviewLink.objects.open(timezone.now()).filter(pk=link.pk).update(ended_at=timezone.now()):
        note(by, Action.DELETE, thing(page), detail=f"preview link to save {link.revision.number}")


def opens(token, name):
    """Whether whoever has `token` may see the stored file `name`, because an open link shows it."""
    link = PreviewLink.objects.with_token(token)
    return link is not None and link.is_open() and name in _files_of(preview(as_saved(link.revision)[0]))


def _files_of(shown):
    words = [shown.words.get(field) for field in Page.kinds()[shown.kind].FILES]
    return {*files.names_in(words), *(name for entry in shown.mentions for name in _files_of(entry))}
