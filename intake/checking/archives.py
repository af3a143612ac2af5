"""ZIP archives, such as of an imaging disc: what is an image or a report is taken, the rest is left out.

What an archive says of itself is never believed: what is really unpacked is counted, and has to fit.
"""

import io
import re
import struct
import zipfile
import zlib
from os.path import splitext

from .refusing import Refused, ends_of_archive, size_of

MOST_MEMBERS = 20_000
MOST_UNPACKED = 20 * 10**9  # bytes
IN_MEMORY = 64 * 1024 * 1024  # bytes of a member that is read at once
PIECE = 1024 * 1024
PACKED_TOO_WELL = 200  # times smaller than it is
SMALL = 10 * 1024 * 1024  # bytes which may be packed as well as they like: they harm nobody
SMALL_TOGETHER = 10 * SMALL
GAP = 1024  # bytes between members, which some programs leave
ENCRYPTED = 0x1
SIZES_BEHIND = 0x8
IN_ZIP64 = 0xFFFFFFFF
LINK = 0xA
HEAD = struct.Struct("<4s2xHH8xIIHH")  # of a member: mark, flags, method, sizes, lengths of its name and extra
BEGIN = b"PK\x03\x04"
LONGEST_NAME = 200
DRIVE = re.compile("[A-Za-z]:")


def look_into(file, look_at):
    """What Look keeps of an archive; `look_at` looks at a file in it."""
    ends = ends_of_archive(file)
    if not ends:
        raise Refused("cut_short")
    _refuse_behind(file, ends[-1])
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        _refuse_tricks(members, size_of(file))
        _refuse_between(file, members, archive.start_dir)
        found = {"taken": [], "left_out": [], "slices": []}
        for number, member in enumerate(members):
            if not member.is_dir():
                _sort(archive, number, look_at, found)
    if not found["taken"]:
        raise Refused("nothing_in_it")
    unpacked = sum(member.file_size for member in members)
    return {name: tuple(values) for name, values in found.items()} | {"unpacked": unpacked}


def opened(file, number):
    """The member of an archive that `number` counts in its list, as a file. Raises Refused."""
    with zipfile.ZipFile(file) as archive:
        return io.BytesIO(b"".join(_content(archive, archive.infolist()[number])))


def without(file, left_out):
    """The archive `file` anew, in pieces, without members of the names that are `left_out`. Raises Refused."""
    outlet, taken = Outlet(), set()
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as anew:
        for member in archive.infolist():
            name = shown_path(member.filename)
            if member.is_dir() or name in left_out:
                continue
            info = zipfile.ZipInfo(name_of_its_own(name, taken), member.date_time)
            with anew.open(info, "w", force_zip64=True) as kept:
                for piece in _content(archive, member):
                    kept.write(piece)
                    yield outlet.taken()
    yield outlet.taken()


def name_of_its_own(path, taken):
    """`path`, or with a number if it is among `taken` (a set of names), to which it is added: “scan (2).dcm”."""
    stem, ending = splitext(path)
    name, number = path, 1
    while name.lower() in taken:
        number += 1
        name = f"{stem} ({number}){ending}"
    taken.add(name.lower())
    return name


class Outlet:
    """Takes what an archive writes, until it is sent."""

    def __init__(self):
        self.held = bytearray()

    def write(self, data):
        self.held += data
        return len(data)

    def flush(self):
        """There is nothing behind it."""

    def taken(self):
        held, self.held = bytes(self.held), bytearray()
        return held


def _refuse_behind(file, end):
    file.seek(end)
    while piece := file.read(PIECE):
        if piece.strip(b"\0"):
            raise Refused("hidden_format")


def _refuse_tricks(members, size):
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > min(MOST_UNPACKED, max(SMALL_TOGETHER, PACKED_TOO_WELL * size)):
        raise Refused("bomb")
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise Refused("encrypted_zip")
    if any(leads_out(member.orig_filename) for member in members):
        raise Refused("leads_out")
    for member in members:
        if member.file_size > SMALL and member.file_size > PACKED_TOO_WELL * max(member.compress_size, 1):
            raise Refused("bomb")


def _refuse_between(file, members, listed_at):
    """Refuse members that lie over each other, and what lies between them, which another program might find."""
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end:
            raise Refused("bomb")
        if member.header_offset - end > (GAP if end else 0):
            raise Refused("hidden_format")
        end = _begin(file, member) + member.compress_size
    if end > listed_at:
        raise Refused("bomb")
    if listed_at - end > GAP:
        raise Refused("hidden_format")


def _begin(file, member):
    """Where the content of `member` begins. Raises Refused where its own head says something else than the list."""
    file.seek(member.header_offset)
    head = file.read(HEAD.size)
    if len(head) < HEAD.size or not head.startswith(BEGIN):
        raise Refused("damaged")
    _mark, flags, method, packed, unpacked, name, extra = HEAD.unpack(head)
    if flags & ENCRYPTED:
        raise Refused("encrypted_zip")
    is_told = not flags & SIZES_BEHIND and IN_ZIP64 not in (packed, unpacked)
    if method != member.compress_type or is_told and (packed, unpacked) != (member.compress_size, member.file_size):
        raise Refused("hidden_format")
    return member.header_offset + HEAD.size + name + extra


def _content(archive, member):
    """The bytes of `member` in pieces. Raises Refused where there are more than it says, or they are damaged."""
    length, check = 0, 0
    for piece in _unpacked(archive.fp, member):
        length += len(piece)
        check = zlib.crc32(piece, check)
        if length > member.file_size:
            raise Refused("bomb")
        yield piece
    if (length, check) != (member.file_size, member.CRC):
        raise Refused("damaged")


def _unpacked(file, member):
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused("not_a_kind")
    inflating = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    place = _begin(file, member)
    end = place + member.compress_size
    while place < end and not (inflating and inflating.eof):
        file.seek(place)
        packed = file.read(min(PIECE, end - place))
        if not packed:
            raise Refused("cut_short")
        place += len(packed)
        if not inflating:
            yield packed
        while inflating and packed and not inflating.eof:
            yield inflating.decompress(packed, PIECE)
            packed = inflating.unconsumed_tail


def _sort(archive, number, look_at, found):
    member = archive.infolist()[number]
    name = shown_path(member.filename)
    looked = _look(archive, member, look_at)
    is_index = looked is not None and looked.kind == "dicom" and not looked.slices
    if looked is None or looked.refusal or looked.kind == "zip" or is_index:
        found["left_out"].append(name)
        return
    found["taken"].append((name, looked.kind))
    found["slices"].extend({**described, "name": name, "member": number} for described in looked.slices)


def _look(archive, member, look_at):
    """What `look_at` finds in a member; None where it can't be unpacked. Raises Refused where it harms the others."""
    name = member.filename.replace("\\", "/").rpartition("/")[2]
    is_small = member.file_size <= IN_MEMORY
    content = bytearray()
    try:
        for piece in _content(archive, member):
            if is_small or len(content) < PIECE:
                content += piece
    except Refused as refused:
        if refused.why in ("damaged", "not_a_kind", "cut_short"):
            return None
        raise
    except zlib.error:
        return None
    if member.external_attr >> 28 == LINK:
        return _refuse_link(bytes(content))
    if content.startswith(BEGIN):  # an archive in an archive
        return None
    if is_small:
        return look_at(io.BytesIO(content), name)
    with archive.open(member) as large:
        return look_at(large, name)


def _refuse_link(target):
    if leads_out(target.decode("utf-8", "replace")):
        raise Refused("leads_out")


def leads_out(name):
    """Whether `name` of a member says a place outside of the folder in which an archive is opened."""
    plain = name.replace("\\", "/")
    steps_up = any(".." in part and not part.strip(". ") for part in plain.split("/"))
    return steps_up or "\0" in name or plain.startswith("/") or bool(DRIVE.match(plain))


def shown_path(name):
    """`name` of a member as it can be shown: without signs that are not seen and steps that lead elsewhere."""
    seen = "".join(sign if sign.isprintable() else " " for sign in name.replace("\\", "/"))
    parts = [part.strip() for part in seen.split("/") if part.strip(". ")]
    return "/".join(parts)[-LONGEST_NAME:] or "file"
