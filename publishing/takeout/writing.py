import datetime
import hashlib
import json
import os
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db import connection, transaction

from publishing import files
from record.models import Action
from record.noting import Thing, noted

from . import content
from .documents import documents

CONTENT = Thing("content")


class TooMuch(Exception):
    """No import would take an archive of this content; the text says why and what to do."""


def write(path, *, by=None):
    """Write all content to the new archive `path` as it is at one moment; return (pages, names of missing files).

    An archive of the same content has the same bytes. `path` is whole or not there at all.
    """
    with (
        noted(by, Action.EXPORT, CONTENT),
        tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as part,
    ):
        try:
            with _one_moment(), ZipFile(part, "w") as archive:
                pages, missing = _Writer(archive).write()
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).replace(path)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
    return pages, missing


@contextmanager
def _one_moment():
    """A transaction that sees no change which others make meanwhile."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor == "postgresql" and is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


class _Writer:
    def __init__(self, archive):
        self.archive = archive
        self.sums = {}
        self.bytes = 0

    def write(self):
        names, pages = set(), 0
        for model in content.models():
            text = as_json(content.rows_of(model))
            names.update(re.findall(files.NAME, text))
            self._add(f"content/{content.label(model)}.json", text.encode())
        self._add("people.json", as_json(content.people()).encode())
        for name, text in documents():
            self._add(f"documents/{name}", text.encode())
            pages += 1
        missing = [name for name in sorted(names) if not self._add_file(name)]
        manifest = {
            "format": content.FORMAT,
            "migrations": content.migrations(connection),
            "files": self.sums,
            "missing": missing,
        }
        manifest = as_json(manifest).encode()
        _hold(len(manifest), content.MOST_OF_MANIFEST, "bytes of its manifest")
        self._put("manifest.json", manifest)
        return pages, missing

    def _add_file(self, name):
        try:
            self._add(f"files/{name}", files.read(name))
        except FileNotFoundError:
            return False
        return True

    def _add(self, name, data):
        self.sums[name] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        self.bytes += len(data)
        _hold(self.bytes, content.MOST_BYTES, "bytes")
        _hold(len(self.sums), content.MOST_FILES, "files")
        self._put(name, data)

    def _put(self, name, data):
        info = ZipInfo(name)  # of the first moment that the format knows
        info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
        self.archive.writestr(info, data)


def _hold(count, most, what):
    if count > most:
        raise TooMuch(
            f"The content needs more than {most:,} {what}, and no import would take that. "
            "Make a copy of the whole site by manage.py backup instead."
        )


def as_json(value):
    """`value` in its own order: that of a picture's widths has a meaning."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain) + "\n"


def _plain(value):
    """Days and moments whole: Django's own encoder drops what is below a millisecond."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"No way to write {type(value).__name__} is known.")
