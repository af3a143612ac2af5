"""How the bytes of a file are kept: in sealed segments of 4 MiB, the last one shorter.

A segment is written once, under a random name, and counts from the moment its row stands beside the file's new length.
Whoever adds to a file names the length it has; of two who do so at once, one is told that it has moved. A short end
is sealed anew, with what follows it, by whoever adds next.
"""

import hashlib
import io

from django.db import transaction
from django.utils import timezone

from .. import sealing
from ..models import File, Segment
from . import blobs

SEGMENT = 4 * 1024 * 1024  # bytes in clear


class Moved(Exception):
    """Somebody else has added to the file, or ended it, meanwhile."""


class Writer:
    """Adds bytes to a file, after those it has.

    Each full segment counts at once, and so survives whatever happens next. With `at_once`, nothing counts until
    `end`, which takes all or nothing: `commit` says how.
    """

    def __init__(self, file, *, at_once=False):
        self.file = file
        self.at_once = at_once
        self.before = file.arrived
        self.index, short = divmod(file.arrived, SEGMENT)
        self.held = bytearray(self._short_end(short) if short else b"")
        self.kept_of_held = short
        self.staged = []

    def add(self, data):
        data = memoryview(data)
        while data:
            room = SEGMENT - len(self.held)
            self.held += data[:room]
            data = data[room:]
            if len(self.held) == SEGMENT:
                self._seal_held()

    def end(self):
        """Have all count that was added. Raises Moved."""
        self.stage_end()
        if self.staged:
            self._commit()

    def stage_end(self):
        """Seal what is left of what was added, so that `staged` holds all of it."""
        if len(self.held) > self.kept_of_held:
            self._seal_held()

    def give_up(self):
        """Forget what does not count yet."""
        blobs.remove(segment.blob for segment in self.staged)
        self.staged = []

    def _short_end(self, length):
        segment = self.file.segments.filter(index=self.index, length=length).first()
        if segment is None:
            raise Moved
        return _clear(self.file, segment)

    def _seal_held(self):
        sealed = sealing.seal(self.file.key, bytes(self.held), self.file.bound, _part(self.index))
        segment = Segment(
            file=self.file,
            index=self.index,
            length=len(self.held),
            blob=blobs.write(sealed),
            digest=hashlib.sha256(sealed).hexdigest(),
        )
        self.staged.append(segment)
        self.index += len(self.held) == SEGMENT
        self.held = bytearray() if segment.length == SEGMENT else self.held
        self.kept_of_held = len(self.held)
        if not self.at_once and segment.length == SEGMENT:
            self._commit()

    def _commit(self):
        try:
            with transaction.atomic():
                add(self.file, self.before, self.staged)
        except BaseException:
            self.give_up()
            raise
        self.before = self.file.arrived
        self.staged = []


def add(file, before, segments):
    """Let `segments` follow the first `before` bytes of `file`; whole, if these are all. In a transaction."""
    last = segments[-1]
    after = last.index * SEGMENT + last.length
    coming = File.objects.filter(pk=file.pk, arrived=before, state=File.State.COMING)
    if not coming.update(arrived=after, moved_at=timezone.now()):
        raise Moved
    replaced = Segment.objects.filter(file=file, index=segments[0].index)
    names = list(replaced.values_list("blob", flat=True))
    replaced.delete()
    Segment.objects.bulk_create(segments)
    transaction.on_commit(lambda: blobs.remove(names))
    if after == file.size:
        _complete(file)
    file.arrived = after


def _complete(file):
    """Seal what the whole file consists of, so that nobody can cut it or put it together in another way."""
    current = File.objects.get(pk=file.pk)
    current.seal({**current.unsealed(), "manifest": _manifest(current)})
    current.state = File.State.WHOLE
    current.save(update_fields=["key", "words", "state"])
    file.words, file.state = current.words, current.state


def _manifest(file):
    digests = list(file.segments.values_list("digest", flat=True))
    return {"length": file.size, "count": len(digests), "sha256": hashlib.sha256("".join(digests).encode()).hexdigest()}


def _part(index):
    return f"#{index}".encode()


def _clear(file, segment):
    sealed = blobs.read(segment.blob)
    if hashlib.sha256(sealed).hexdigest() != segment.digest:
        raise sealing.Unreadable(f"{segment} is not what was stored.")
    return sealing.unseal(file.key, sealed, file.bound, _part(segment.index))


class Reading(io.RawIOBase):
    """The bytes of a whole file, in clear, one segment at a time in memory. Raises sealing.Unreadable."""

    def __init__(self, file):
        self.file = file
        self.place = 0
        self._index, self._bytes = -1, b""
        if file.unsealed().get("manifest") != _manifest(file):
            raise sealing.Unreadable(f"{file} does not consist of what was sent.")

    def readable(self):
        return True

    def seekable(self):
        return True

    def tell(self):
        return self.place

    def seek(self, offset, whence=io.SEEK_SET):
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.file.size}[whence]
        if start + offset < 0:
            raise ValueError("A file has no bytes before its first.")
        self.place = start + offset
        return self.place

    def readinto(self, buffer):
        if self.place >= self.file.size:
            return 0
        index, start = divmod(self.place, SEGMENT)
        if index != self._index:
            self._bytes = _clear(self.file, self.file.segments.get(index=index))
            self._index = index
        part = memoryview(self._bytes)[start : start + len(buffer)]
        buffer[: len(part)] = part
        self.place += len(part)
        return len(part)
