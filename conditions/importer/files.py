"""Files on the disk, as the commands name them."""

from pathlib import Path

from .blocks import MAX_BYTES, Unreadable


def content(path):
    """The bytes of the file at `path`, at most one more than may be imported; raises Unreadable where there is none."""
    path = Path(path)
    if path.is_dir():
        raise Unreadable("this is a folder; name the files in it")
    if path.exists() and not path.is_file():
        raise Unreadable("this is not a file")
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise Unreadable("there is no such file") from error
    except OSError as error:
        raise Unreadable(f"the file can't be opened ({error.strerror})") from error
