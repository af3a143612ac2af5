"""Photographs and scanned pages: decoded for real, within limits."""

import pillow_heif
from PIL import Image

from .refusing import Refused, refuse_hidden, size_of

MOST_PIXELS = 120_000_000
MOST_BYTES = 200_000_000
STRETCHED = 100  # times longer than wide
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")

Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def check_jpeg(file):
    _check(file, ["JPEG", "MPO"])


def check_png(file):
    _check(file, ["PNG"])


def check_heic(file):
    _check_size(file)
    file.seek(0)
    found = pillow_heif.open_heif(file, convert_hdr_to_8bit=True)
    _check_pixels(*found.size)
    found[0].to_pillow().load()


def _check(file, formats):
    _check_size(file)
    refuse_hidden(file)
    file.seek(0)
    try:
        image = Image.open(file, formats=formats)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too_many_pixels") from error
    _check_pixels(*image.size)
    try:
        image.load()
    except OSError as error:
        raise Refused("cut_short" if "truncated" in str(error) else "damaged") from error


def _check_size(file):
    if size_of(file) > MOST_BYTES:
        raise Refused("too_large")


def _check_pixels(width, height):
    if width * height > MOST_PIXELS:
        raise Refused("too_many_pixels")
    if not (width and height) or max(width, height) > STRETCHED * min(width, height):
        raise Refused("damaged")
