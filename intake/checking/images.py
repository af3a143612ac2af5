"""Photographs and scanned pages: decoded for real, within limits."""

import pillow_heif
from PIL import Image, MpoImagePlugin  # noqa: F401 - so that nothing has to be loaded later

from .refusing import Refused, size_of

MOST_PIXELS = 120_000_000
MOST_BYTES = 200_000_000
MOST_FRAMES = 100  # moving pictures
STRETCHED = 100  # times longer than wide
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
END_OF_PNG = b"IEND"

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
Image.preinit()  # now, since the child can't load anything later


def check_jpeg(file):
    _check(file, ["JPEG", "MPO"])


def check_png(file):
    _check(file, ["PNG"])
    size = size_of(file)
    file.seek(max(size - 1024, 0))
    if END_OF_PNG not in file.read(1024):
        raise Refused("cut_short")


def check_heic(file):
    _check_size(file)
    file.seek(0)
    found = pillow_heif.open_heif(file, convert_hdr_to_8bit=True)
    _check_pixels(*found.size, len(found))
    found[0].to_pillow().load()


def _check(file, formats):
    _check_size(file)
    file.seek(0)
    try:
        image = Image.open(file, formats=formats)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too_many_pixels") from error
    _check_pixels(*image.size, getattr(image, "n_frames", 1))
    try:
        image.load()
    except OSError as error:
        raise Refused("cut_short" if "truncated" in str(error) else "damaged") from error


def _check_size(file):
    if size_of(file) > MOST_BYTES:
        raise Refused("too_large")


def _check_pixels(width, height, frames):
    if width * height > MOST_PIXELS or frames > MOST_FRAMES:
        raise Refused("too_many_pixels")
    if not (width and height) or max(width, height) > STRETCHED * min(width, height):
        raise Refused("damaged")
