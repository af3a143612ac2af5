"""Heads: lines outside the database that name the last row at a moment, so that a tail cut since then is missed.

A line is the number of the row, its mac and the moment at which it was the last, in a file for each month.
"""

import os
from datetime import UTC
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from .models import Entry


class Head(NamedTuple):
    number: int
    mac: str
    at: str

    @classmethod
    def of(cls, line):
        number, mac, at = line.split()
        return cls(int(number), mac, at)


def folder():
    return settings.DATA / "heads"


def write_head():
    """Add the record's head to this month's file; nothing while the record is empty."""
    last = Entry.objects.order_by("-number").values_list("number", "mac").first()
    if last is None:
        return
    now = timezone.now().astimezone(UTC)
    folder().mkdir(mode=0o700, exist_ok=True)
    with (folder() / f"{now:%Y-%m}.txt").open("a", encoding="utf-8") as file:
        file.write("{} {} {:%Y-%m-%dT%H:%M:%SZ}\n".format(*last, now))
        file.flush()
        os.fsync(file.fileno())


def read_heads(place):
    """The heads in a file, or in all files of a folder; ValueError names a line that is none."""
    place = Path(place)
    heads = []
    for file in sorted(place.glob("*.txt")) if place.is_dir() else [place]:
        for n, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            try:
                heads.append(Head.of(line))
            except ValueError as error:
                raise ValueError(f"{file.name}, line {n} is not a head of the record") from error
    return heads
