"""What whoever sends files reads of them: each with its name, its size, how far it is and what to do."""

import logging
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import desk, sealing
from ..checking.words import words as refusal_words
from ..models import File
from . import limits, owners

LEFT_OUT = "left_out"  # the code for it
MOST_LEFT_OUT = 5  # names
MOST_ROWS = 40  # on the list to check: a disc of scans holds hundreds of files

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    """A file as its sender sees it; `folder` and `changed` are what their computer said of where and how old it is.

    One that `stays` is the desk's, and can't be taken out any more.
    """

    key: object
    name: str
    folder: str
    changed: str
    size: int
    arrived: int
    state: str
    refusal: str
    left_out: tuple = ()  # names of what an archive holds and is not taken
    stays: bool = False

    @property
    def percent(self):
        return self.arrived * 100 // self.size

    @property
    def is_unfinished(self):
        return self.state == File.State.COMING

    @property
    def is_refused(self):
        return self.state == File.State.REFUSED and not self.is_left_out

    @property
    def is_left_out(self):
        """Whether it is a program or the like that lies beside images on a disc: no fault of anybody."""
        return self.refusal == LEFT_OUT

    @property
    def words(self):
        """How far it is."""
        if self.is_left_out:
            return _("not needed")
        return {
            File.State.COMING: _("not all here yet: %d %%") % self.percent,
            File.State.WHOLE: _("sent, being checked"),
            File.State.KEPT: _("sent and checked"),
            File.State.REFUSED: _("refused"),
        }[self.state]

    @property
    def told(self):
        """Its size, what became of it and, where something of it is not taken, why."""
        told = f"{filesizeformat(self.size)}, {self.words}"
        return f"{told}. {self.advice}" if self.advice and not self.is_unfinished else told

    @property
    def advice(self):
        """What to do about it; "" for nothing."""
        if self.is_unfinished:
            return _("Choose the same file again to go on where it stopped.")
        if self.left_out and not self.refusal:
            names = ", ".join(self.left_out[:MOST_LEFT_OUT]) + (" …" if self.left_out[MOST_LEFT_OUT:] else "")
            return _("Left out, since they are neither images nor reports: %s") % names
        return str(refusal_words(self.refusal))


def lines(owner):
    """A Line for each file of the draft or request with this key, in the order in which they came."""
    is_sent = owners.is_sent(owner)
    return [_line(file, is_sent=is_sent) for file in owners.files_of(owner)]


def unfinished(owner):
    """How many files of it did not come whole."""
    return File.objects.filter(owner=owner, state=File.State.COMING).count()


def shown(owner):
    """What components/files.html takes of the files of the draft or request with this key, those in trouble first."""
    return {
        "files": _trouble_first(lines(owner)),
        "most_gigabytes": desk.settings().most_gigabytes,
        "most_files": limits.MOST_FILES,
    }


def rows(owner):
    """The files as the list to check has them, or that there are none."""
    return told(owner) or [("files", _("Files"), _("None. You can send your request without, and files later."))]


def told(owner):
    """(field, name, size and what became of it) for each file; of very many the first, those in trouble before all."""
    found = _trouble_first(lines(owner))
    said = [("files", line.name, line.told) for line in found[:MOST_ROWS]]
    if more := found[MOST_ROWS:]:
        count = ngettext("%d file", "%d files", len(more)) % len(more)
        said.append(("files", _("And"), f"{count}, {filesizeformat(sum(line.size for line in more))}"))
    return said


def _trouble_first(lines):
    return sorted(lines, key=lambda line: not (line.is_unfinished or line.is_refused))


def _line(file, *, is_sent):
    try:
        words = file.unsealed()
    except sealing.Unreadable:
        log.error("The name of %s does not open.", file)
        words = {"name": _("A file whose name cannot be shown")}
    look = words.get("look", {})
    return Line(
        key=file.pk,
        name=words["name"],
        folder=words.get("folder", ""),
        changed=words.get("changed", ""),
        size=file.size,
        arrived=file.arrived,
        state=file.state,
        refusal=look.get("refusal", ""),
        left_out=tuple(look.get("left_out", ())),
        stays=is_sent and file.state in (File.State.WHOLE, File.State.KEPT),
    )
