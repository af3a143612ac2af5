"""What becomes of the files that people upload, and of those that were made to do harm."""

import struct
import zlib
from io import BytesIO
from threading import Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms, ImageOps

from figures import pictures
from publishing import files
from publishing.uploads import Unusable, outcome
from tests import make

pytestmark = pytest.mark.once

SCRIPT = b"<script>alert(1)</script>"


def upload(content, name="picture.jpg"):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def saved(image, format_, **options):
    content = BytesIO()
    image.save(content, format_, **options)
    return upload(content.getvalue())


def refusal_of(sent):
    with pytest.raises(Unusable) as refused:
        pictures.stored(sent)
    return str(refused.value)


def decoded(picture, name=None):
    """The stored JPEG of a picture as an image, or another of its files."""
    return Image.open(BytesIO(files.read(name or picture["jpg"])))


def contents(picture):
    return [files.read(name) for name in files.names_in(picture)]


def near(pixel, color, by=12):
    return all(abs(a - b) <= by for a, b in zip(pixel, color, strict=True))


def png(width, height, data=b"", kind=2, depth=8):
    """A PNG whose head says what it is told to."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_stored_in_every_width_it_has(format_):
    picture = pictures.stored(make.drawing(1000, 500, format_=format_))

    assert (picture["width"], picture["height"]) == (1000, 500)
    assert list(picture["webp"]) == ["160", "480", "800", "1000"]
    sizes = {width: decoded(picture, name).size for width, name in picture["webp"].items()}
    assert sizes == {"160": (160, 80), "480": (480, 240), "800": (800, 400), "1000": (1000, 500)}
    assert {decoded(picture, name).format for name in picture["webp"].values()} == {"WEBP"}
    assert (decoded(picture).format, decoded(picture).size) == ("JPEG", (800, 400))


def test_a_small_picture_is_never_enlarged():
    picture = pictures.stored(make.drawing(90, 60))

    assert list(picture["webp"]) == ["90"]
    assert decoded(picture).size == (90, 60)


def test_a_large_picture_is_made_smaller():
    picture = pictures.stored(make.drawing(4000, 3000, format_="JPEG"))

    assert (picture["width"], picture["height"]) == (1600, 1200)
    assert list(picture["webp"]) == ["160", "480", "800", "1200", "1600"]


def test_the_same_picture_is_stored_once():
    assert pictures.stored(make.drawing()) == pictures.stored(make.drawing())


def test_where_a_photo_was_taken_and_all_else_that_was_written_into_it_is_gone():
    exif = Image.Exif()
    exif[0x010E] = "Jane Example, room 12"
    exif.get_ifd(0x8825).update({1: "N", 2: (40.0, 50.0, 30.0), 3: "W", 4: (73.0, 56.0, 10.0)})
    image = Image.new("RGB", (600, 400), "teal")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = saved(
        image, "JPEG", exif=exif, comment=b"taken at home", xmp=b"<x:xmpmeta>Jane</x:xmpmeta>", icc_profile=profile
    )
    assert b"Jane Example" in photo.read()
    photo.seek(0)

    picture = pictures.stored(photo)

    for content in contents(picture):
        image = Image.open(BytesIO(content))
        assert not image.getexif()
        assert {"exif", "xmp", "comment", "icc_profile"} & set(image.info) == set()
        assert not any(words in content for words in (b"Jane", b"taken at home", b"Exif", b"xmpmeta", b"ICC"))


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_words_of_a_png_or_a_script_in_any_picture_do_not_come_out_again(format_):
    exif = Image.Exif()
    exif[0x010E] = SCRIPT.decode()
    image = Image.new("RGB", (300, 200), "navy")
    sent = saved(image, format_, exif=exif)
    sent = upload(sent.read() + SCRIPT + b"<?php echo 1; ?>", "picture.php.jpg")

    picture = pictures.stored(sent)

    assert not any(word in content for content in contents(picture) for word in (b"script", b"php"))


@pytest.mark.parametrize(
    ("orientation", "size"), [(1, (600, 400)), (3, (600, 400)), (6, (400, 600)), (8, (400, 600)), (99, (600, 400))]
)
def test_a_photo_stands_upright(orientation, size):
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.new("RGB", (600, 400), "white")
    image.paste("red", (0, 0, 300, 200))  # its upper left quarter
    corner = {1: (50, 50), 3: (550, 350), 6: (350, 50), 8: (50, 550), 99: (50, 50)}[orientation]

    picture = pictures.stored(saved(image, "JPEG", exif=exif))

    assert (picture["width"], picture["height"]) == size
    assert near(decoded(picture).getpixel(corner), (255, 0, 0))


def test_what_is_clear_becomes_white_whatever_way_it_is_clear():
    glass = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    glass.paste((0, 0, 200, 255), (0, 0, 100, 200))
    palette = glass.convert("RGB").quantize(4)
    palette.info["transparency"] = palette.getpixel((200, 100))
    gray = glass.convert("LA")

    for image in (glass, palette, gray):
        picture = decoded(pictures.stored(saved(image, "PNG")))
        assert near(picture.getpixel((250, 100)), (255, 255, 255)), image.mode
        assert not near(picture.getpixel((40, 100)), (255, 255, 255), by=60), image.mode


def test_a_picture_for_printers_keeps_its_colors():
    image = Image.new("CMYK", (300, 200), (0, 255, 255, 0))

    picture = pictures.stored(saved(image, "JPEG"))

    assert decoded(picture).mode == "RGB"
    assert near(decoded(picture).getpixel((100, 100)), (255, 0, 0), by=40)


@pytest.mark.parametrize(("value", "shade"), [(0, 0), (32896, 128), (65535, 255)])
def test_sixteen_bits_of_gray_keep_their_shade(value, shade):
    picture = pictures.stored(saved(Image.new("I;16", (300, 200), value), "PNG"))

    assert near(decoded(picture).getpixel((10, 10)), (shade,) * 3)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_pictures_of_few_colors_are_welcome(mode):
    assert pictures.stored(saved(Image.new(mode, (300, 200)), "PNG"))["width"] == 300


def test_a_broken_color_profile_is_left_aside():
    sent = saved(Image.new("RGB", (300, 200), "red"), "JPEG", icc_profile=b"not a profile")

    assert near(decoded(pictures.stored(sent)).getpixel((5, 5)), (255, 0, 0))


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.4",
        b"MZ",
        b"\0" * 5000,
        b"GIF89a\x01\x00\x01\x00\x00\xff\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x00;",
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
        b"P6 1 1 255 abc",
        b"%!PS-Adobe-3.0 EPSF-3.0",
    ],
    ids=["svg", "html", "pdf", "program", "zeros", "gif", "heic", "ppm", "eps"],
)
def test_what_is_not_a_picture_of_three_kinds_is_refused_whatever_it_is_called(content):
    assert "not a picture that the site can read. Save it as JPEG, PNG or WebP" in refusal_of(upload(content))


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_a_cut_off_picture_is_refused(format_):
    whole = make.drawing(1200, 900, format_=format_).read()

    assert "Save it as JPEG, PNG or WebP and choose it again." in refusal_of(upload(whole[: len(whole) // 2]))
    for end in range(1, 60, 7):
        refusal_of(upload(whole[:end]))


def test_a_picture_of_too_many_pixels_is_refused_by_its_head_alone():
    for width, height in ((60_000, 60_000), (2**31 - 1, 2**31 - 1), (4000, 4001), (10_000, 9000)):
        assert "16 million are the most, and 40 million in a JPEG" in refusal_of(upload(png(width, height)))


def test_a_jpeg_may_have_more_pixels_than_others():
    photo, tall = Image.new("L", (6400, 6250)), Image.new("L", (2590, 15_400))

    assert pictures.stored(saved(photo, "JPEG"))["width"] == 1600
    for refused, format_ in ((photo, "PNG"), (photo, "WEBP"), (Image.new("L", (6400, 6251)), "JPEG"), (tall, "JPEG")):
        assert "too many pixels" in refusal_of(saved(refused, format_))


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize(("format_", "mode"), [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("WEBP", "RGBA")])
def test_a_picture_is_made_smaller_before_its_pixels_are_copied(orientation, format_, mode, monkeypatch):
    copied = []
    turn = ImageOps.exif_transpose
    monkeypatch.setattr(ImageOps, "exif_transpose", lambda image: copied.append(image.size) or turn(image))
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.new(mode, (4800, 3200) if orientation == 1 else (3200, 4800))

    picture = pictures.stored(saved(image, format_, exif=exif))

    assert (picture["width"], picture["height"]) == (1600, 1067)
    assert len(copied) == 1
    assert max(copied[0]) <= 2400  # a JPEG's decoder halves, and halves again


def test_one_picture_is_decoded_at_a_time(monkeypatch):
    real, at_work, most = pictures._decoded, [], []

    def decoded(upload):
        at_work.append(upload)
        most.append(len(at_work))
        image = real(upload)
        at_work.remove(upload)
        return image

    monkeypatch.setattr(pictures, "_decoded", decoded)
    uploads = [make.drawing(1200, 900 + number) for number in range(6)]
    threads = [Thread(target=pictures.stored, args=[sent]) for sent in uploads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1] * 6


def test_a_bomb_within_the_limit_is_refused_as_damaged():
    packed = zlib.compress(b"\0" * 30_000_000, 9)

    assert "damaged or cut off" in refusal_of(upload(png(4000, 4000, packed)))


def test_a_file_of_too_many_bytes_is_refused_unread():
    sent = upload(b"")
    sent.size = 15 * 1024 * 1024 + 1

    assert "15 MB is the most" in refusal_of(sent)


def test_a_strip_is_refused():
    assert "too thin" in refusal_of(make.drawing(20, 700))


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(format_):
    frames = [Image.new("RGB", (300, 200), color) for color in ("red", "blue")]
    sent = saved(frames[0], format_, save_all=True, append_images=frames[1:])

    assert "moves" in refusal_of(sent)


def test_a_phones_photo_with_more_pictures_behind_it_is_the_first_of_them():
    frames = [Image.new("RGB", (300, 200), color) for color in ("red", "blue")]
    sent = saved(frames[0], "MPO", save_all=True, append_images=frames[1:])

    assert near(decoded(pictures.stored(sent)).getpixel((5, 5)), (255, 0, 0))


def test_one_changed_byte_anywhere_never_breaks_the_site():
    whole = make.drawing(200, 150, format_="JPEG").read() + b""
    for place in range(0, len(whole), 13):
        for value in (0, 255):
            broken = whole[:place] + bytes([value]) + whole[place + 1 :]
            assert isinstance(outcome(upload(broken), pictures.stored), dict | str)
