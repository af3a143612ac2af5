"""PDF files."""

import re
import zlib

from .refusing import Refused, size_of

PIECE = 1024 * 1024
LONGEST_MARK = 128
MOST_UNPACKED = 256 * 1024 * 1024  # bytes, of all objects that are packed
MOST_PACKED = 20_000  # streams of packed objects, each of which holds a hundred or so
MOST_OF_A_HEAD = 4096  # bytes between the type of an object and what it holds


def _named(*words):
    """A pattern of PDF's names, each letter of which may be written as a number, too: /J#61vaScript."""
    letters = [b"".join(b"(?:%c|#%02x|#%02X)" % (letter, letter, letter) for letter in word) for word in words]
    return b"/(?:" + b"|".join(letters) + b")"


ACTIVE = re.compile(_named(b"JavaScript", b"Launch", b"RichMedia", b"EmbeddedFile"))
LOCKED = re.compile(_named(b"Encrypt"))
ROOT = re.compile(_named(b"Root"))
OBJECT = re.compile(rb"\d\s+obj\b")
PACKED = re.compile(_named(b"ObjStm"))
CONTENT = re.compile(rb"\bstream\r?\n")
FILTER = re.compile(_named(b"Filter"))


def check(file):
    """A whole PDF that is neither locked nor holds a program or another file.

    Whether it does is asked of the names in it, those of packed objects too: words in a text are packed, or no names.
    """
    size = size_of(file)
    file.seek(max(size - 1024, 0))
    end = file.read(1024)
    if b"%%EOF" not in end or b"startxref" not in end:
        raise Refused("cut_short")
    needed = {ROOT, OBJECT}
    packed_at = set()
    for start, piece in _overlapping(file):
        if LOCKED.search(piece):
            raise Refused("encrypted_pdf")
        _refuse_active(piece)
        needed -= {mark for mark in needed if mark.search(piece)}
        packed_at |= {start + match.end() for match in PACKED.finditer(piece)}
        if len(packed_at) > MOST_PACKED:
            raise Refused("active_pdf")
    if needed:
        raise Refused("damaged")
    _check_packed(file, sorted(packed_at))


def _refuse_active(text):
    if ACTIVE.search(text):
        raise Refused("active_pdf")


def _overlapping(file):
    """(place, bytes) of `file` in pieces, each with the end of the one before, so that no mark is cut in two."""
    file.seek(0)
    before, place = b"", 0
    while piece := file.read(PIECE):
        yield place - len(before), before + piece
        place += len(piece)
        before = piece[-LONGEST_MARK:]


def _check_packed(file, places):
    """Look into packed objects. What can't be unpacked, or is far too much, may hold a program."""
    left = MOST_UNPACKED
    for place in places:
        file.seek(place)
        head = file.read(MOST_OF_A_HEAD)
        content = CONTENT.search(head)
        if content is None:
            continue
        file.seek(place + content.end())
        try:
            for text in _unpacked(file):
                _refuse_active(text)
                left -= len(text)
                if left < 0:
                    raise Refused("active_pdf")
        except zlib.error as error:
            file.seek(max(place - MOST_OF_A_HEAD, 0))
            if FILTER.search(file.read(min(place, MOST_OF_A_HEAD)) + head[: content.end()]):
                raise Refused("active_pdf") from error


def _unpacked(file):
    inflating = zlib.decompressobj()
    before = b""
    while not inflating.eof and (packed := inflating.unconsumed_tail or file.read(64 * 1024)):
        text = inflating.decompress(packed, PIECE)
        yield before + text
        before = text[-LONGEST_MARK:]
