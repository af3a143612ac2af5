"""Where sealed segments stand: under random names in the storage `sealed`, a folder or an object store."""

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages

LEAST_FREE = 0.05  # of the disk, which files never take
MOST_KEPT_FREE = 5 * 10**9  # bytes: on a large disk that is enough


class DurableStorage(FileSystemStorage):
    """A folder in which what was saved is whole and still there after the power has failed."""

    def _save(self, name, content):
        path = Path(self.path(name))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = path.with_suffix(".part")
        try:
            with open(beside, "xb", opener=_for_us_alone) as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            beside.rename(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        for folder in (path.parent, path.parent.parent):
            _sync(folder)
        return name

    def listed(self):
        """(name, when it was written) of each file there is."""
        with suppress(FileNotFoundError):
            for folder in self.listdir("")[0]:
                for name in self.listdir(folder)[1]:
                    with suppress(FileNotFoundError):  # gone meanwhile
                        yield f"{folder}/{name}", self.get_modified_time(f"{folder}/{name}")


def has_room_for(size):
    """Whether so many bytes leave something for the database beside them; always, where there is no disk of ours."""
    storage = storages["sealed"]
    if not isinstance(storage, FileSystemStorage):
        return True
    folder = Path(storage.location)
    disk = shutil.disk_usage(folder if folder.exists() else folder.parent)
    return disk.free - size > min(disk.total * LEAST_FREE, MOST_KEPT_FREE)


def write(data):
    """Keep `data` (bytes) under a new name, which is returned once it is there for good."""
    name = secrets.token_hex(16)
    return storages["sealed"].save(f"{name[:2]}/{name}", ContentFile(data))


def read(name):
    with storages["sealed"].open(name) as file:
        return file.read()


def remove(names):
    """What can't be removed now is swept later (`files.forgetting`)."""
    for name in names:
        with suppress(OSError):
            storages["sealed"].delete(name)


def listed():
    """(name, when it was written) of each blob there is."""
    return storages["sealed"].listed()


def _for_us_alone(path, flags):
    return os.open(path, flags, 0o600)


def _sync(folder):
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
