"""The process that looks at a file: it asks its parent for bytes, and answers with one line of JSON.

It has limits of memory and time, and knows neither keys nor a database. Once all that it needs is loaded, it can open
nothing more, be it a file or a socket; so whoever takes it over by a file gets no further.

It says that it has begun by 16 bytes of nothing. A request to the parent is 16 bytes, an offset and a length; what
comes back is 4 bytes, a length, and so many bytes. The last request has the offset LAST, and the length of the JSON
that follows.
"""

import base64
import codecs
import io
import json
import os
import resource
import struct
import sys

REQUEST = struct.Struct("!QQ")
ANSWER = struct.Struct("!I")
LAST = 2**64 - 1
AT_ONCE = 1024 * 1024
LIMITS = {
    resource.RLIMIT_AS: 2 * 1024**3,
    resource.RLIMIT_CPU: 300,  # seconds
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_CORE: 0,
}
HELD = 3  # files which are open from the start: the two pipes, and what is thrown away


class Remote(io.RawIOBase):
    """A file whose bytes the parent has."""

    name = ""  # pydicom asks

    def __init__(self, size):
        self.size = size
        self.place = 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def tell(self):
        return self.place

    def seek(self, offset, whence=io.SEEK_SET):
        self.place = max(0, {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.size}[whence] + offset)
        return self.place

    def readinto(self, buffer):
        length = min(len(buffer), AT_ONCE, max(self.size - self.place, 0))
        if not length:
            return 0
        _write_all(1, REQUEST.pack(self.place, length))
        data = _read_all(ANSWER.unpack(_read_all(ANSWER.size))[0])
        buffer[: len(data)] = data
        self.place += len(data)
        return len(data)


def main():
    """Do the task that the second argument names; what is missing for it shows before anything of the file does."""
    _limit(LIMITS)
    do = TASKS[sys.argv[2]]()
    _limit({resource.RLIMIT_NOFILE: HELD})
    _write_all(1, REQUEST.pack(0, 0))  # it has begun
    about = json.loads(_read_all(ANSWER.unpack(_read_all(ANSWER.size))[0]))
    file = io.BufferedReader(Remote(about["size"]), 64 * 1024)
    answer = json.dumps(do(file, about["asked"])).encode()
    _write_all(1, REQUEST.pack(LAST, len(answer)) + answer)


def _limit(limits):
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))


def looking():
    """Loads what looking needs; returns what looks."""
    from .look import look_at

    _load_encodings()
    return lambda file, name: look_at(file, name).as_json()


def previewing():
    """Loads what a preview needs; returns what makes one, of a DICOM file or of a member of an archive."""
    from .archives import opened
    from .previews import preview

    _load_encodings()

    def preview_of(file, member):
        return base64.b64encode(preview(file if member is None else opened(file, member))).decode()

    return preview_of


def _load_encodings():
    """All in which DICOM may write its words, and archives their names."""
    from pydicom.charset import python_encoding

    for encoding in {"cp437", *python_encoding.values()}:
        codecs.lookup(encoding)


TASKS = {"look": looking, "preview": previewing}


def _write_all(handle, data):
    while data:
        data = data[os.write(handle, data) :]


def _read_all(length):
    parts = []
    while length:
        part = os.read(0, min(length, AT_ONCE))
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
