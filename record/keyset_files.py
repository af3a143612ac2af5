"""The files that hold keys, which may change while the site runs."""

import os
import stat
import tempfile
from pathlib import Path


def version(file):
    """What differs once another file stands in its place."""
    about = file.stat()
    return about.st_ino, about.st_mtime_ns, about.st_size


def replace(file, text):
    """Put `text` into `file`, all or nothing, for the same eyes as before."""
    about = file.stat()
    handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as draft:
            if (about.st_uid, about.st_gid) != (os.geteuid(), os.getegid()):
                os.fchown(draft.fileno(), about.st_uid, about.st_gid)
            os.fchmod(draft.fileno(), stat.S_IMODE(about.st_mode))
            draft.write(text)
            draft.flush()
            os.fsync(draft.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
