"""Documents between upload and import: files under SPINEINFO_DATA, each for one person and for an hour at most."""

import secrets
import time
from dataclasses import dataclass

from django.conf import settings
from django.core import signing

LIFETIME = 60 * 60
SALT = "conditions.importer.uploads"


class Gone(Exception):
    """An upload that is no longer there, or was somebody else's."""


@dataclass(frozen=True)
class Upload:
    """A kept document: its bytes, the name its owner gave it, and whatever was `noted` with it (JSON)."""

    data: bytes
    name: str
    noted: object
    path: object

    def forget(self):
        self.path.unlink(missing_ok=True)


def keep(data, name, *, owner, noted=None):
    """Keep a document for `owner` and return the signed ticket, a string, that gives it back."""
    folder = _folder()
    _forget_old(folder)
    file = secrets.token_hex(16)
    path = folder / file
    path.touch(mode=0o600)
    path.write_bytes(data)
    return signing.dumps({"file": file, "name": name, "owner": owner.pk, "noted": noted}, salt=SALT)


def redeem(ticket, *, owner):
    """The Upload that `ticket` stands for; raises Gone where it is too old, forged, used up or not the owner's."""
    try:
        kept = signing.loads(ticket, salt=SALT, max_age=LIFETIME)
    except signing.BadSignature as error:
        raise Gone from error
    path = _folder() / kept["file"]
    if kept["owner"] != owner.pk:
        raise Gone
    try:
        return Upload(path.read_bytes(), kept["name"], kept["noted"], path)
    except FileNotFoundError as error:
        raise Gone from error


def _folder():
    folder = settings.DATA / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _forget_old(folder):
    oldest = time.time() - LIFETIME
    for path in folder.iterdir():
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
        except FileNotFoundError:  # another request was quicker
            continue
