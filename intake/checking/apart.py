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
from .refusing import size_of

TOP = str(Path(__file__).resolve().parent.parent.parent)
START = "import sys; sys.path.insert(0, sys.argv[1]); from intake.checking.child import main; main()"
PATIENCE = 300  # seconds for one file
MOST_ANSWERED = 64 * 1024 * 1024
FAILED = {"kind": "", "refusal": "could_not_be_read", "taken": [], "left_out": [], "slices": []}


class Broken(Exception):
    """The child ended, hung, or said what it may not: that is of the file."""


class Unable(Exception):
    """No child could begin: that is of this machine, and nothing is known of the file."""


def look(file, name):
    """What `look.look_at` finds in `file`, as JSON says it; "could_not_be_read" where the child does not tell.

    Raises Unable.
    """
    try:
        return _ask("look", file, name)
    except Broken:
        return FAILED


def preview(file, member=None):
    """A PNG of the middle of a DICOM file, or of that `member` of an archive; None where there is none."""
    try:
        return base64.b64decode(_ask("preview", file, "" if member is None else str(member)))
    except Broken:
        return None


def _ask(task, file, name):
    child = subprocess.Popen(
        [sys.executable, "-I", "-c", START, TOP],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"OPENBLAS_NUM_THREADS": "1", "LANG": "C.UTF-8"},
        cwd="/",
    )
    try:
        return _serve(child, file, json.dumps({"do": task, "name": name, "size": size_of(file)}).encode())
    finally:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                pipe.close()


def _serve(child, file, task):
    """Give the child what it asks for; returns what it answers in the end."""
    end = time.monotonic() + PATIENCE
    os.set_blocking(child.stdin.fileno(), False)
    try:
        _receive_the_begin(child, end)
        _send(child, task, end)
        while True:
            offset, length = REQUEST.unpack(_receive(child, REQUEST.size, end))
            if offset == LAST:
                if length > MOST_ANSWERED:
                    raise Broken
                return json.loads(_receive(child, length, end))
            file.seek(offset)
            _send(child, file.read(min(length, AT_ONCE)), end)
    except (BrokenPipeError, ValueError) as error:
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
