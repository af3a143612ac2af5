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
    "leads_out",
    "nothing_in_it",
    "left_out",
    "virus",
    "could_not_be_read",
)
EDGE = 1024  # bytes in which programs look for what a file is
PAGES = (b"<script", b"<html", b"<svg", b"<?php", b"<!doctype")
END_OF_ZIP = b"PK\x05\x06"
LONGEST_END = 22 + 65_535  # bytes of an end record with its comment


class Refused(Exception):
    """The file may not be taken; `why` is one of CODES."""

    def __init__(self, why):
        super().__init__(why)
        self.why = why


def size_of(file):
    return file.seek(0, 2)


def refuse_hidden(file, kind):
    """Refuse a file that another program would take for something else than `kind`, by its begin or its end."""
    size = size_of(file)
    file.seek(0)
    begin = file.read(EDGE)
    file.seek(max(size - EDGE, 0))
    edges = (begin + b"\n" + file.read(EDGE)).lower()
    if any(mark in edges for mark in PAGES):
        raise Refused("hidden_format")
    if kind != "dicom" and begin[128:132] == b"DICM":
        raise Refused("hidden_format")
    # a DICOM file may hold a report as a PDF, which begins behind its preamble
    if kind != "pdf" and b"%PDF-" in (begin[:128] if kind == "dicom" else begin):
        raise Refused("hidden_format")
    if ends_of_archive(file):
        raise Refused("hidden_format")


def ends_of_archive(file):
    """Where an archive may end: the places behind each end record of a ZIP that stands where programs look for one."""
    size = size_of(file)
    start = max(size - LONGEST_END, 0)
    file.seek(start)
    tail = file.read(LONGEST_END)
    ends = []
    place = tail.find(END_OF_ZIP)
    while 0 <= place <= len(tail) - 22:
        end = start + place + 22 + int.from_bytes(tail[place + 20 : place + 22], "little")
        if end <= size:
            ends.append(end)
        place = tail.find(END_OF_ZIP, place + 1)
    return ends
