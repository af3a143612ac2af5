"""A new file of a request, before its first byte."""

import unicodedata
import uuid

from django.db import transaction
from django.utils import timezone

from ..models import File
from . import limits, owners

LONGEST_NAME = 150  # characters
DEEPEST = 8  # folders
NAMELESS = "file"
_LAST_FIRST = str.maketrans("\\", "/")


def shown_name(name):
    """`name` as it can be shown and saved anywhere: the last part of a path, without signs that are not seen."""
    last = name.translate(_LAST_FIRST).rstrip("/").rpartition("/")[2]
    seen = "".join(sign if sign.isprintable() else " " for sign in unicodedata.normalize("NFC", last))
    stem, dot, ending = " ".join(seen.split()).strip(". ").rpartition(".")
    if len(ending) > 10:
        stem, dot, ending = f"{stem}{dot}{ending}", "", ""
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}" or NAMELESS


def shown_folder(path):
    """The folders of `path`, without the file at its end, as they can be shown and made anywhere."""
    parts = path.translate(_LAST_FIRST).split("/")[:-1]
    return "/".join(shown_name(part) for part in parts[-DEEPEST:] if part.strip(". "))


@transaction.atomic
def begin(owner, *, size, name, path="", changed=""):
    """A new File of `owner` that will have `size` bytes. Raises limits.TooMuch and owners.Gone.

    `path` is where it stands in a folder that was chosen whole. `changed` is what the patient's computer says of when
    it was changed last: with the name and the size it tells whether somebody who comes back has chosen the same one.
    """
    owners.lock(owner)
    limits.check_size(owner, size)
    file = new_file(owner, size=size, name=name, path=path, changed=changed)
    file.save(force_insert=True)
    return file


def new_file(owner, *, size, name, path="", changed=""):
    """One with a key of its own, not saved yet."""
    now = timezone.now()
    file = File(id=uuid.uuid4(), owner=owner, size=size, begun_at=now, moved_at=now)
    file.seal({"name": shown_name(name), "folder": shown_folder(path), "changed": changed[:40]})
    return file
