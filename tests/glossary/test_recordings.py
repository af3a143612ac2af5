"""What becomes of the recordings that people upload, and of files that only look like one."""

import struct

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from glossary import recordings
from publishing import files
from publishing.uploads import Unusable, outcome
from tests import make

SECRET = b"Ada Example, 1 Example Avenue"
WAV = make.tone().read()


def mp3_frame(fill=b"\0"):
    """A frame of MPEG 1, layer III, 32 kilobits a second at 44,100 samples: 144 * 32000 / 44100 bytes."""
    return b"\xff\xfb\x10\x00" + fill * 100


def aac_frame(size=20):
    return bytes([0xFF, 0xF1, 0x50, 0x80 | size >> 11, size >> 3 & 255, (size & 7) << 5, 0]) + b"\0" * (size - 7)


def ogg_page(packet, flags=0):
    return b"OggS\0" + bytes([flags]) + b"\0" * 20 + bytes([1, len(packet)]) + packet


def box(name, *parts):
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), name) + content


def m4a(handler=b"soun", words=SECRET):
    hdlr = box(b"hdlr", b"\0" * 8, handler, b"\0" * 12)
    moov = box(b"moov", box(b"trak", box(b"mdia", hdlr), box(b"udta", words)), box(b"udta", words))
    return box(b"ftyp", b"M4A \0\0\0\0") + moov + box(b"mdat", b"sound") + box(b"uuid", words)


def id3(content=SECRET):
    return b"ID3\x04\0\0" + bytes([0, 0, len(content) >> 7, len(content) & 127]) + content


def chunk(name, content):
    return struct.pack("<4sI", name, len(content)) + content + b"\0" * (len(content) % 2)


def with_words(wav):
    """The WAV with chunks of words before and behind its sound."""
    said = chunk(b"LIST", SECRET)
    wav = wav[:12] + said + wav[12:] + said
    return wav[:4] + struct.pack("<I", len(wav) - 8) + wav[8:]


MP3 = mp3_frame() + mp3_frame(b"\1")
AAC = aac_frame() * 3
OPUS = ogg_page(b"OpusHead", flags=2) + ogg_page(b"OpusTags") + ogg_page(b"sound", flags=4)
VORBIS = ogg_page(b"\x01vorbis", flags=2) + ogg_page(b"sound", flags=4)


def stored(content, name="word.bin"):
    return recordings.stored(SimpleUploadedFile(name, content))


@pytest.mark.parametrize(
    ("content", "ending"),
    [(WAV, "wav"), (MP3, "mp3"), (AAC, "aac"), (OPUS, "ogg"), (VORBIS, "ogg"), (m4a(), "m4a")],
    ids=["wav", "mp3", "aac", "opus", "vorbis", "m4a"],
)
def test_a_recording_is_known_by_its_bytes(content, ending):
    for name in ("word.html", "word.mp4", f"../../../word.{ending}"):
        assert stored(content, name).endswith(f".{ending}")


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (id3() + MP3 + b"TAG" + SECRET.ljust(125), MP3),
        (MP3 + b"APETAGEX" + SECRET, MP3),
        (MP3 + mp3_frame()[:50], MP3),
        (id3() + AAC, AAC),
        (with_words(WAV), WAV),
    ],
    ids=["mp3 between tags", "mp3 before a tag", "mp3 cut off", "aac behind a tag", "wav"],
)
def test_only_the_sound_is_kept(content, kept):
    assert files.read(stored(content)) == kept


def test_the_words_in_an_m4a_are_emptied_and_nothing_is_moved():
    content = files.read(stored(m4a()))

    assert SECRET not in content
    assert len(content) == len(m4a())
    assert content.index(b"mdat") == m4a().index(b"mdat")
    assert files.read(stored(content)) == content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!doctype html><script>alert(1)</script>", "not a recording that the site knows"),
        (b"\xff\xfb\x10\x00<script>alert(1)</script>", "not a recording that the site knows"),
        (id3(), "not a recording that the site knows"),
        (MP3 + b"<script>alert(1)</script>", "damaged or cut off"),
        (WAV[:12], "damaged or cut off"),
        (WAV[:20] + struct.pack("<H", 0x55) + WAV[22:], "damaged or cut off"),
        (OPUS[:-2], "damaged or cut off"),
        (OPUS + b"<script>alert(1)</script>", "damaged or cut off"),
        (m4a()[:-2], "damaged or cut off"),
        (box(b"ftyp", b"M4A \0\0\0\0"), "damaged or cut off"),
        (m4a(b"vide"), "a video"),
        (ogg_page(b"\x80theora", flags=2) + OPUS, "a video"),
        (b"RIFF\0\0\0\0AVI LIST", "a video"),
        (b"\x1aE\xdf\xa3 webm", "a video"),
        (MP3 * 3000, "KB; 500 KB is the most"),
    ],
)
def test_what_is_no_whole_recording_is_refused_with_what_to_do(content, words):
    with pytest.raises(Unusable) as refused:
        stored(content, "word.mp3")

    assert words in str(refused.value)
    assert "choose it again" in str(refused.value)


def test_boxes_within_boxes_never_break_the_site():
    deep = b""
    for _level in range(5000):
        deep = box(b"moov", deep)

    with pytest.raises(Unusable):
        stored(box(b"ftyp", b"M4A ") + deep)


@pytest.mark.parametrize("whole", [WAV[:200], MP3, AAC, OPUS, m4a()], ids=["wav", "mp3", "aac", "ogg", "m4a"])
def test_one_changed_byte_anywhere_never_breaks_the_site(whole):
    for place in range(len(whole)):
        for value in (0, 127, 255):
            broken = whole[:place] + bytes([value]) + whole[place + 1 :]
            assert outcome(SimpleUploadedFile("word.bin", broken), recordings.stored)
