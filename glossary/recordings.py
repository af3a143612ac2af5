"""Uploaded recordings: known by their bytes, walked through to their end, and stored without what else was in them.

A phone writes into a recording who made it and where. Of an MP3, an AAC and a WAV only the sound is kept; in an M4A the
boxes with such words are emptied; in an Ogg they stay, because its pages would all have to be numbered and summed anew.
Nothing is decoded: whether a recording sounds, its form lets the editor hear.
"""

import struct

from publishing import files
from publishing.uploads import Unusable

KILOBYTE = 1024
LARGEST_FILE = 500 * KILOBYTE

CHOOSE_AGAIN = "Save it as MP3, M4A, Ogg or WAV and choose it again."
VIDEO = f"This is a video. Save its sound alone. {CHOOSE_AGAIN}"
UNKNOWN = f"This file is not a recording that the site knows. {CHOOSE_AGAIN}"
DAMAGED = f"This recording is damaged or cut off. Listen to it on your computer. {CHOOSE_AGAIN}"

# Of MPEG audio, layer III (ISO 11172-3 and 13818-3): kilobits a second by index, and samples a second.
BIT_RATES = {
    True: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
SAMPLE_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}  # by version: 1, 2, 2.5
TAGS_BEHIND = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3", b"\0")

OGG_SOUND = (b"OpusHead", b"\x01vorbis", b"\x7fFLAC")
OGG_FIRST, OGG_LAST = 2, 4  # flags of a page: a stream begins, a stream ends
WAV_SOUND = (1, 3, 0xFFFE)  # integers, floats, and either with more said of them
M4A_WITHIN = (b"moov", b"trak", b"mdia")  # each in the one before
M4A_WORDS = (b"udta", b"meta", b"uuid")


def stored(upload):
    """Store the recording in the file `upload` and return its name; Unusable where it is none."""
    if upload.size > LARGEST_FILE:
        raise Unusable(
            f"This file has {upload.size // KILOBYTE} KB; {LARGEST_FILE // KILOBYTE} KB is the most. A word takes two "
            "seconds: cut the rest off, save it as MP3 and choose it again."
        )
    upload.seek(0)
    try:
        ending, content = _recognized(upload.read())
    except (struct.error, IndexError):
        raise Unusable(DAMAGED) from None
    return files.store(content, ending)


def _recognized(content):
    """What the bytes are, as (ending, the bytes to keep)."""
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "wav", _wav(content)
    if content[:4] == b"OggS":
        return "ogg", _ogg(content)
    if content[4:8] == b"ftyp":
        return "m4a", _m4a(content)
    if content[:4] == b"\x1aE\xdf\xa3" or content[:4] == b"RIFF" and content[8:12] == b"AVI ":
        raise Unusable(VIDEO)
    content = content[_length_of_id3(content) :]
    for ending, length_of_frame in (("mp3", _length_of_mp3_frame), ("aac", _length_of_aac_frame)):
        if frames := _frames(content, length_of_frame):
            return ending, frames
    raise Unusable(UNKNOWN)


# MP3 and AAC: frame after frame


def _length_of_id3(content):
    """How many bytes of tags stand before the sound (id3.org, ID3v2): ten, and as many as seven bits each say."""
    if content[:3] != b"ID3":
        return 0
    size = 0
    for byte in content[6:10]:
        size = size << 7 | byte & 127
    return 10 + size


def _frames(content, length_of_frame):
    """The frames with which `content` begins, if there are two at least and nothing but tags behind them."""
    place, count = 0, 0
    while length := length_of_frame(content[place : place + 7]):
        if place + length > len(content):
            break  # the last one was cut off
        place, count = place + length, count + 1
    if count < 2:
        return b""
    if content[place:] and not length and not content[place:].startswith(TAGS_BEHIND):
        raise Unusable(DAMAGED)
    return content[:place]


def _length_of_mp3_frame(head):
    """The bytes of the frame with the first bytes `head`; 0 for what is no frame of layer III."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate, sample_rate, padding = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or rate in (0, 15) or sample_rate == 3:
        return 0
    is_first = version == 3
    bits = BIT_RATES[is_first][rate - 1] * 1000
    return (144 if is_first else 72) * bits // SAMPLE_RATES[version][sample_rate] + padding


def _length_of_aac_frame(head):
    """The same of an ADTS frame (ISO 13818-7)."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > 12:
        return 0
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return length if length > 7 else 0


# WAV: chunks


def _wav(content):
    """A WAV of nothing but what describes the sound and the sound."""
    kept, place = {}, 12
    while place + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, place)
        if name in (b"fmt ", b"fact", b"data"):
            kept.setdefault(name, content[place + 8 : place + 8 + size])
        place += 8 + size + size % 2
    if b"fmt " not in kept or not kept.get(b"data") or struct.unpack_from("<H", kept[b"fmt "])[0] not in WAV_SOUND:
        raise Unusable(DAMAGED)
    chunks = b"".join(
        struct.pack("<4sI", name, len(kept[name])) + kept[name] + b"\0" * (len(kept[name]) % 2)
        for name in (b"fmt ", b"fact", b"data")
        if name in kept
    )
    return struct.pack("<4sI4s", b"RIFF", 4 + len(chunks), b"WAVE") + chunks


# Ogg: pages


def _ogg(content):
    """The Ogg as it is, if all of it is pages (RFC 3533) and every stream in it is sound."""
    place, begun, flags = 0, 0, 0
    while place < len(content):
        if content[place : place + 4] != b"OggS":
            raise Unusable(DAMAGED)
        flags, segments = content[place + 5], content[place + 26]
        body = place + 27 + segments
        if flags & OGG_FIRST:
            begun += 1
            if not content[body:].startswith(OGG_SOUND):
                raise Unusable(VIDEO)
        place = body + sum(content[place + 27 : body])
    if place > len(content) or not begun:
        raise Unusable(DAMAGED)
    return content


# M4A: boxes within boxes (ISO 14496-12)


def _m4a(content):
    """The M4A with its boxes of words emptied, which moves nothing in it."""
    content, handlers = bytearray(content), set()
    names = _walk(content, 0, len(content), handlers)
    if b"vide" in handlers:
        raise Unusable(VIDEO)
    if b"soun" not in handlers or not {b"moov", b"mdat"} <= names:
        raise Unusable(DAMAGED)
    return bytes(content)


def _walk(content, place, end, handlers, depth=0):
    """Empty the boxes of words from `place` to `end`, put the kinds of tracks into `handlers`, and return the names."""
    names = set()
    while place < end:
        size, name = struct.unpack_from(">I4s", content, place)
        head = 8
        if size == 1:
            (size,), head = struct.unpack_from(">Q", content, place + 8), 16
        size = size or end - place
        if size < head or place + size > end:
            raise Unusable(DAMAGED)
        if name in M4A_WITHIN[depth : depth + 1]:
            _walk(content, place + head, place + size, handlers, depth + 1)
        elif name == b"hdlr":
            handlers.add(bytes(content[place + head + 8 : place + head + 12]))
        elif name in M4A_WORDS:
            content[place + 4 : place + 8] = b"free"
            content[place + head : place + size] = bytes(size - head)
        names.add(name)
        place += size
    return names
