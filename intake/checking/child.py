"""The process that looks at a file: it asks its parent for bytes, and answers with one line of JSON.

It has limits of memory and time, can write no file, and knows neither keys nor a database. A request to the parent is
16 bytes, an offset and a length; the answer is 4 bytes, a length, and so many bytes. The last request has the offset
LAST, and the length of the JSON that follows it.
"""

import base64
import io
import json
import os
import resource
import struct
from importlib import import_module

REQUEST = struct.Struct("!QQ")
ANSWER = struct.Struct("!I")
LAST = 2**64 - 1
AT_ONCE = 1024 * 1024
MEMORY = 2 * 1024**3
SECONDS = 300


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
    """Do the task that the parent names."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    import_module("intake.checking.look")  # a decoder that is missing is no fault of the file
    _write_all(1, REQUEST.pack(0, 0))  # it has begun
    task = json.loads(_read_all(ANSWER.unpack(_read_all(ANSWER.size))[0]))
    file = io.BufferedReader(Remote(task["size"]), 64 * 1024)
    answer = json.dumps(TASKS[task["do"]](file, task["name"])).encode()
    _write_all(1, REQUEST.pack(LAST, len(answer)) + answer)


def _look(file, name):
    from .look import look_at

    return look_at(file, name).as_json()


def _preview(file, name):
    from .archives import opened
    from .dicom import preview

    return base64.b64encode(preview(opened(file, int(name)) if name else file)).decode()


TASKS = {"look": _look, "preview": _preview}


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
