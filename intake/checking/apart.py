"""Looks at files in a process of its own (`child`), so that what breaks a decoder breaks nothing else."""

import base64
import json
import os
import select
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from .child import ANSWER, AT_ONCE, LAST, REQUEST
from .refusing import CODES, size_of

TOP = str(Path(__file__).resolve().parent.parent.parent)
START = "import sys; sys.path.insert(0, sys.argv[1]); from intake.checking.child import main; main()"
PATIENCE = 300  # seconds for one file
PATIENCE_FOR_A_PICTURE = 60  # while somebody waits
MOST_ANSWERED = 64 * 1024 * 1024
KINDS = ("", "pdf", "jpeg", "png", "heic", "dicom", "zip")
BEGIN_OF_PNG = b"\x89PNG\r\n\x1a\n"
OF_A_SLICE = {"study", "series", "date", "kind", "words", "number", "frames", "name", "member"}
FAILED = {"kind": "", "refusal": "could_not_be_read", "taken": [], "left_out": [], "slices": [], "unpacked": 0}


class Broken(Exception):
    """The child ended, hung, or said what it may not: that is of the file."""


class Unable(Exception):
    """No child could begin: that is of this machine, and nothing is known of the file."""


def look(file, name):
    """What `look.look_at` finds in `file`, as JSON says it; "could_not_be_read" where the child does not tell.

    Raises Unable.
    """
    try:
        return _checked(_ask("look", file, name, PATIENCE))
    except Broken:
        return FAILED


def _checked(answer):
    """`answer`, of a process that may have been taken over, where it has the shape of a look. Raises Broken."""
    try:
        is_look = (
            answer.keys() == FAILED.keys()
            and answer["kind"] in KINDS
            and answer["refusal"] in ("", *CODES)
            and isinstance(answer["unpacked"], int)
            and all(isinstance(name, str) for name in answer["left_out"])
            and all(isinstance(name, str) and kind in KINDS for name, kind in answer["taken"])
            and all(described.keys() | {"name", "member"} == OF_A_SLICE for described in answer["slices"])
            and all(isinstance(value, str | int) for described in answer["slices"] for value in described.values())
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise Broken from error
    if not is_look:
        raise Broken
    return answer


def preview(file, member=None):
    """A PNG of the middle of a DICOM file, or of that `member` of an archive; None where there is none."""
    try:
        picture = base64.b64decode(_ask("preview", file, member, PATIENCE_FOR_A_PICTURE))
    except (Broken, Unable, TypeError, ValueError):
        return None
    return picture if picture.startswith(BEGIN_OF_PNG) else None


def _ask(task, file, asked, patience):
    size = size_of(file)
    child = subprocess.Popen(
        [sys.executable, "-I", "-c", START, TOP, task],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"OPENBLAS_NUM_THREADS": "1", "LANG": "C.UTF-8"},
        cwd="/",
    )
    try:
        about = json.dumps({"asked": asked, "size": size}).encode()
        return _serve(child, file, size, about, time.monotonic() + patience)
    finally:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                pipe.close()


def _serve(child, file, size, about, end):
    """Give the child what it asks for until `end`; returns what it answers in the end."""
    os.set_blocking(child.stdin.fileno(), False)
    try:
        _receive_the_begin(child, end)
        _send(child, about, end)
        while True:
            offset, length = REQUEST.unpack(_receive(child, REQUEST.size, end))
            if offset == LAST:
                if length > MOST_ANSWERED:
                    raise Broken
                return json.loads(_receive(child, length, end))
            file.seek(min(offset, size))
            _send(child, file.read(min(length, AT_ONCE)), end)
    except (BrokenPipeError, RecursionError, ValueError) as error:
        raise Broken from error


def _receive_the_begin(child, end):
    try:
        _receive(child, REQUEST.size, end)
    except Broken as error:
        raise Unable from error


def _send(child, data, end):
    left = memoryview(ANSWER.pack(len(data)) + data)
    while left:
        _none, is_ready, _none = select.select([], [child.stdin], [], max(end - time.monotonic(), 0))
        if not is_ready:
            raise Broken
        left = left[os.write(child.stdin.fileno(), left) :]


def _receive(child, length, end):
    parts = []
    while length:
        is_ready, *_rest = select.select([child.stdout], [], [], max(end - time.monotonic(), 0))
        part = os.read(child.stdout.fileno(), min(length, AT_ONCE)) if is_ready else b""
        if not part:
            raise Broken
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
