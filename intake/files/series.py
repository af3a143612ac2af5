"""The images of a request as a doctor looks for them: by study, series, date and kind, and a picture of the middle."""

import threading
from dataclasses import dataclass

from django.utils.dateparse import parse_date

from ..checking import apart
from .segments import Reading

PATIENCE = 20  # seconds
_at_once = threading.BoundedSemaphore(2)  # pictures that a worker makes: a page of many series asks for all


@dataclass(frozen=True)
class Series:
    """`images` are (number in the series, file, member of it if it is an archive), in their order."""

    study: str
    kind: str
    words: str
    date: object
    images: tuple
    frames: int

    @property
    def count(self):
        return self.frames if len(self.images) == 1 else len(self.images)

    @property
    def middle(self):
        """(file, member of it) of the image in the middle."""
        return self.images[len(self.images) // 2][1:]


def series_of(opened):
    """The Series in `opened`, (file, what was found in it), the newest study first."""
    found = {}
    for file, look in opened:
        for described in look.get("slices", ()):
            place = (described["study"], described["series"])
            found.setdefault(place, []).append((_number(described["number"]), file, described))
    series = [_series(images) for images in found.values()]
    return sorted(series, key=lambda one: (str(one.date or ""), one.study), reverse=True)


def picture(series):
    """A PNG of the image in the middle of `series`; None where it can't be shown, or too many are made just now."""
    file, member = series.middle
    if not _at_once.acquire(timeout=PATIENCE):
        return None
    try:
        with Reading(file) as reading:
            return apart.preview(reading, member)
    finally:
        _at_once.release()


def _series(images):
    images.sort(key=lambda image: (image[0], image[2].get("name", "")))
    first = images[0][2]
    day = first["date"]
    return Series(
        study=first["study"],
        kind=first["kind"],
        words=first["words"],
        date=_date(day),
        images=tuple((number, file, described.get("member")) for number, file, described in images),
        frames=max(_number(first["frames"]), 1),
    )


def _date(written):
    """A day that DICOM writes as 20040119; None for another."""
    try:
        return parse_date(f"{written[:4]}-{written[4:6]}-{written[6:8]}")
    except ValueError:
        return None


def _number(written):
    try:
        return int(written)
    except ValueError:
        return 0
