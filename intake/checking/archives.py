"""ZIP archives, such as of an imaging disc: what is an image or a report is taken, the rest is left out."""

import io
import zipfile
import zlib

from .refusing import Refused, ends_as_archive, size_of

MOST_MEMBERS = 20_000
MOST_UNPACKED = 20 * 10**9  # bytes
IN_MEMORY = 64 * 1024 * 1024  # bytes of a member that is read at once
PACKED_TOO_WELL = 200  # times smaller than it is
SMALL = 10 * 1024 * 1024  # bytes which may be packed as well as they like: they harm nobody
ENCRYPTED = 0x1
LINK = 0xA
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)
LONGEST_NAME = 200


def look_into(file, look_at):
    """What Look keeps of an archive; `look_at` looks at a file in it."""
    size = size_of(file)
    if not ends_as_archive(file, size):
        raise Refused("cut_short")
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        _refuse_tricks(members, size)
        found = {"taken": [], "left_out": [], "slices": []}
        for member in members:
            _sort(archive, member, look_at, found)
    if not found["taken"]:
        raise Refused("nothing_in_it")
    return {name: tuple(values) for name, values in found.items()}


def _refuse_tricks(members, size):
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Refused("bomb")
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise Refused("encrypted_zip")
    for member in members:
        if member.file_size > SMALL and member.file_size > PACKED_TOO_WELL * max(member.compress_size, 1):
            raise Refused("bomb")
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):  # several over the same bytes
        if member.header_offset < end:
            raise Refused("bomb")
        end = member.header_offset + member.compress_size
    if end > size:
        raise Refused("cut_short")


def _sort(archive, member, look_at, found):
    name = shown_path(member.filename)
    looked = _look(archive, member, look_at)
    if looked is None or looked.refusal or looked.kind == "zip" or is_index(name):
        found["left_out"].append(name)
        return
    found["taken"].append((name, looked.kind))
    found["slices"].extend({**described, "name": name} for described in looked.slices)


def _look(archive, member, look_at):
    """What `look_at` finds in a member; None where it is a link or can't be unpacked."""
    if member.external_attr >> 28 == LINK:
        return None
    name = member.filename.rpartition("/")[2].rpartition("\\")[2]
    try:
        with archive.open(member) as packed:
            if packed.read(4) == b"PK\x03\x04":
                return None
            packed.seek(0)
            return look_at(io.BytesIO(packed.read()) if member.file_size <= IN_MEMORY else packed, name)
    except BROKEN:
        return None


def unpacked(file, name):
    """The member of an archive that is shown as `name`."""
    with zipfile.ZipFile(file) as archive:
        member = next(member for member in archive.infolist() if shown_path(member.filename) == name)
        return io.BytesIO(archive.read(member))


def is_index(name):
    """Whether it is the table of contents of an imaging disc."""
    return name.rpartition("/")[2].upper() == "DICOMDIR"


def shown_path(name):
    """`name` of a member as it can be shown: without signs that are not seen and steps that lead elsewhere."""
    seen = "".join(sign if sign.isprintable() else " " for sign in name.replace("\\", "/"))
    parts = [part.strip() for part in seen.split("/") if part.strip(". ")]
    return "/".join(parts)[-LONGEST_NAME:] or "file"
