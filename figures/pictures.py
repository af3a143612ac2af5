"""Uploaded pictures made safe: decoded within limits, and drawn anew without anything but their pixels.

What is stored has no metadata (a phone writes into a photo where it was taken) and none of the bytes that were
uploaded; the upload itself is not kept.
"""

from io import BytesIO
from threading import Lock

from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from publishing import files
from publishing.uploads import Unusable

MEGABYTE = 1024 * 1024
LARGEST_FILE = 15 * MEGABYTE
MOST_PIXELS = 16_000_000  # decoded whole, with what is clear, it takes four bytes for each
MOST_PIXELS_OF_JPEG = 40_000_000  # whose decoder makes it smaller on the way
LONGEST_SHAPE = 6  # times as long as it is wide, or as wide as it is long
FORMATS = ("JPEG", "PNG", "WEBP")  # an MPO, as some phones write, is a JPEG with more pictures behind the first
WIDTHS = (160, 480, 800, 1200, 1600)
FALLBACK_WIDTH = 800  # of the JPEG for browsers without WebP
QUALITY = 82

TURNED = (5, 6, 7, 8)  # orientations of a photo that lies on its side

CHOOSE_AGAIN = "Save it as JPEG, PNG or WebP and choose it again."

decoding = Lock()  # one at a time in a process, for the memory it takes


def stored(upload):
    """Store the picture in the file `upload` in every width that it has and return what pages need to show it.

    That is its width and height in pixels, at the largest, and the names of its files: {"width": 1600, "height": 900,
    "webp": {"160": name, …}, "jpg": name}.
    """
    with decoding:
        return _stored(_decoded(upload))


def _stored(image):
    width = image.width
    largest = min(width, WIDTHS[-1])
    sizes = {size: _resized(image, size) for size in [*(size for size in WIDTHS if size < largest), largest]}
    fallback = _resized(image, min(width, FALLBACK_WIDTH))
    return {
        "width": largest,
        "height": sizes[largest].height,
        "webp": {
            str(size): files.store(_encoded(resized, "WEBP", method=4), "webp") for size, resized in sizes.items()
        },
        "jpg": files.store(_encoded(fallback, "JPEG", optimize=True, progressive=True), "jpg"),
    }


def _decoded(upload):
    """The upright pixels of an upload in sRGB, as an image that knows nothing else; what is clear becomes white."""
    if upload.size > LARGEST_FILE:
        raise Unusable(
            f"This file has {upload.size / MEGABYTE:.0f} MB; {LARGEST_FILE // MEGABYTE} MB is the most. "
            "Save the picture smaller, 1600 pixels wide or a little more, and choose it again."
        )
    try:
        with Image.open(upload, formats=FORMATS) as image:
            _check(image)
            return _alone(_in_srgb(_on_white(_no_larger(ImageOps.exif_transpose(_reduced(image))))))
    except Unusable:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unusable(_too_many_pixels()) from None
    except UnidentifiedImageError:
        raise Unusable(f"This file is not a picture that the site can read. {CHOOSE_AGAIN}") from None
    except Exception as fault:  # whatever a decoder raises over bytes that somebody made up
        raise Unusable(f"This picture is damaged or cut off. Open it on your computer. {CHOOSE_AGAIN}") from fault


def _check(image):
    """Refuse by what the head of the file says, before anything is decoded."""
    width, height = image.size
    if width * height > (MOST_PIXELS_OF_JPEG if image.format in ("JPEG", "MPO") else MOST_PIXELS):
        raise Unusable(_too_many_pixels())
    if max(width, height) > LONGEST_SHAPE * min(width, height):
        raise Unusable("This picture is a long strip, too thin to read on a phone. Cut it and choose it again.")
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise Unusable(f"This picture moves. Choose one moment of it. {CHOOSE_AGAIN}")


def _too_many_pixels():
    return (
        f"This picture has too many pixels: {MOST_PIXELS // 1_000_000} million are the most, and "
        f"{MOST_PIXELS_OF_JPEG // 1_000_000} million in a JPEG. "
        "Save it smaller, 1600 pixels wide or a little more, and choose it again."
    )


def _reduced(image):
    """`image` with few more pixels than it needs, before anything copies them, and with colors that can be mixed."""
    widest, side = WIDTHS[-1], image.getexif().get(ExifTags.Base.Orientation) in TURNED
    image.draft(image.mode, (1, widest) if side else (widest, 1))  # a JPEG's decoder leaves out what is not needed
    if image.width * image.height > MOST_PIXELS:  # of a tall JPEG it could leave out nothing
        raise Unusable(_too_many_pixels())
    if image.mode.startswith("I"):  # 16 bits of gray; Pillow alone would cut off all but the darkest
        image = image.point(lambda value: value * (1 / 257)).convert("L")
    elif image.mode in ("P", "PA", "1", "LA") or image.has_transparency_data:
        image = image.convert("RGBA")
    times = image.size[side] // widest
    return image.reduce(times) if times > 1 else image


def _no_larger(image):
    return _resized(image, WIDTHS[-1]) if image.width > WIDTHS[-1] else image


def _on_white(image):
    if image.mode != "RGBA":
        return image
    profile = image.info.get("icc_profile")
    image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    if profile:
        image.info["icc_profile"] = profile
    return image


def _in_srgb(image):
    profile = image.info.get("icc_profile")
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            return ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile that is broken, or of another kind of picture: as if there were none
    return image.convert("RGB")


def _alone(image):
    """A copy of the pixels; a saved image would take comments and profiles along from where it came."""
    alone = Image.new("RGB", image.size)
    alone.paste(image)
    return alone


def _resized(image, width):
    if width == image.width:
        return image
    height = max(1, round(image.height * width / image.width))
    resized = image.resize((width, height), Image.Resampling.LANCZOS)
    resized.info = dict(image.info)
    return resized


def _encoded(image, format_, **options):
    content = BytesIO()
    image.save(content, format_, quality=QUALITY, **options)
    return content.getvalue()
