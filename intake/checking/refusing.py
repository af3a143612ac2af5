"""Why a file is refused: codes, which `words` puts into sentences for patients."""

CODES = (
    "empty",
    "not_a_kind",
    "wrong_ending",
    "hidden_format",
    "damaged",
    "cut_short",
    "too_large",
    "too_many_pixels",
    "bomb",
    "encrypted_pdf",
    "active_pdf",
    "encrypted_zip",
    "nothing_in_it",
    "left_out",
    "virus",
    "could_not_be_read",
)


class Refused(Exception):
    """The file may not be taken; `why` is one of CODES."""

    def __init__(self, why):
        super().__init__(why)
        self.why = why


def size_of(file):
    return file.seek(0, 2)


def refuse_hidden(file):
    """Refuse a file that another program would take for something else: an archive at its end, a page at its begin."""
    size = size_of(file)
    file.seek(0)
    edges = file.read(1024)
    file.seek(max(size - 1024, 0))
    edges += b"\n" + file.read(1024)
    lower = edges.lower()
    if any(mark in lower for mark in (b"<script", b"<html", b"<svg", b"<?php", b"<!doctype")):
        raise Refused("hidden_format")
    if ends_as_archive(file, size):
        raise Refused("hidden_format")


def ends_as_archive(file, size):
    """Whether an end of a ZIP archive stands where programs look for one."""
    start = max(size - 65_557, 0)
    file.seek(start)
    tail = file.read(65_557)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < 22:
        return False
    return start + place + 22 + int.from_bytes(tail[place + 20 : place + 22], "little") <= size
