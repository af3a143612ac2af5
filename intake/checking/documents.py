"""PDF files."""

from .refusing import Refused, refuse_hidden, size_of

PIECE = 1024 * 1024
LONGEST_MARK = 32
ACTIVE = (b"/JavaScript", b"/JS ", b"/JS(", b"/JS<", b"/Launch", b"/RichMedia", b"/EmbeddedFile")


def check(file):
    """A whole PDF that is neither locked nor holds a program or another file."""
    size = size_of(file)
    file.seek(max(size - 1024, 0))
    end = file.read(1024)
    if b"%%EOF" not in end or b"startxref" not in end:
        raise Refused("cut_short")
    refuse_hidden(file)
    for piece in _overlapping(file):
        if b"/Encrypt" in piece:
            raise Refused("encrypted_pdf")
        if any(mark in piece for mark in ACTIVE):
            raise Refused("active_pdf")


def _overlapping(file):
    """The bytes of `file` in pieces, each with the end of the one before, so that no mark is cut in two."""
    file.seek(0)
    before = b""
    while piece := file.read(PIECE):
        yield before + piece
        before = piece[-LONGEST_MARK:]
