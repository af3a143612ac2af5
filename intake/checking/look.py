"""What was found in one file, and how each kind is told."""

import unicodedata
from dataclasses import asdict, dataclass

from . import archives, dicom, documents, images
from .refusing import Refused, refuse_hidden

HEAD = 4096  # bytes that tell a kind
ENDINGS = {
    "pdf": ("pdf",),
    "jpeg": ("jpg", "jpeg", "jpe", "jfif", "mpo"),
    "png": ("png", "apng"),
    "heic": ("heic", "heif", "hif"),
    "zip": ("zip",),
}
# A DICOM file on a disc may end in anything but this, which a computer would run or open as something else.
OF_PROGRAMS = (
    "apk", "app", "asp", "aspx", "bash", "bat", "chm", "cmd", "com", "command", "cpl", "deb", "desktop", "dll",
    "dmg", "doc", "docm", "exe", "hta", "htm", "html", "inf", "iso", "jar", "js", "jse", "jsp", "lnk", "mht",
    "mhtml", "msc", "msi", "phar", "php", "php5", "phtml", "pif", "pkg", "pl", "ps1", "py", "rb", "reg", "rpm",
    "rtf", "scf", "scr", "sh", "shtml", "svg", "svgz", "swf", "url", "vbe", "vbs", "wsf", "wsh", "xhtml", "xls",
    "xlsm", "xml",
)  # fmt: skip
CHECKS = {
    "pdf": documents.check,
    "jpeg": images.check_jpeg,
    "png": images.check_png,
    "heic": images.check_heic,
    "dicom": dicom.check,
}


@dataclass(frozen=True)
class Look:
    """`kind` as it was told, "" for none of ours; `refusal` is a code of `refusing`, "" where it is taken.

    Of an archive: `taken`, (name, kind) of each image or report in it, and `left_out`, the names of what is neither.
    `slices` describes each DICOM image (see `dicom.describe`), `unpacked` is how many bytes an archive holds.
    """

    kind: str = ""
    refusal: str = ""
    taken: tuple = ()
    left_out: tuple = ()
    slices: tuple = ()
    unpacked: int = 0

    def as_json(self):
        return asdict(self)


def look_at(file, name):
    """Look at a seekable binary `file` that its owner calls `name`."""
    kind = ""
    try:
        kind = _kind_of(file)
        _check_ending(kind, name)
        if kind == "zip":
            return Look(kind, **archives.look_into(file, look_at))
        refuse_hidden(file, kind)
        described = CHECKS[kind](file)
        return Look(kind, slices=(described,) if described else ())
    except Refused as refused:
        return Look(kind, refused.why)
    except MemoryError:
        return Look(kind, "too_large")
    except Exception:  # whatever else a decoder raises over bytes that somebody made
        return Look(kind, "damaged")


def _kind_of(file):
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise Refused("empty")
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[4:8] == b"ftyp" and head[8:12] in images.HEIC_BRANDS:
        return "heic"
    if head[128:132] == b"DICM":
        return "dicom"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    raise Refused("not_a_kind")


def _check_ending(kind, name):
    """A name may have no ending; one that says something else is a mistake or a trick. Discs end DICOM files anyhow."""
    ending = _ending(name)
    others = {other for known, endings in ENDINGS.items() if known != kind for other in endings}
    if ending in others or ending in OF_PROGRAMS or (kind != "dicom" and ending and ending not in ENDINGS[kind]):
        raise Refused("wrong_ending")


def _ending(name):
    """What a computer takes for the ending of `name`: signs not seen, spaces and dots at its end count for nothing."""
    seen = "".join(sign for sign in unicodedata.normalize("NFKC", name) if sign.isprintable())
    plain = seen.partition(":")[0].rstrip(". ")
    return plain.rpartition(".")[2].strip().lower() if "." in plain else ""
