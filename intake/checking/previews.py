"""Pictures of DICOM images; whoever loads this loads all that decodes them."""

import io

import numpy
import pydicom
from PIL import Image
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi_lut, pixel_array

from .dicom import PIXELS
from .refusing import Refused

MOST_PIXELS = 120_000_000
WIDEST = 512  # pixels of a preview

Image.init()  # now, since the child can't load anything later


def preview(file):
    """A PNG of the middle frame, WIDEST pixels at most: bytes. Raises Refused where it can't be shown."""
    file.seek(0)
    data = pydicom.dcmread(file)
    if PIXELS not in data or data.Rows * data.Columns > MOST_PIXELS:
        raise Refused("could_not_be_read")
    frames = int(data.get("NumberOfFrames") or 1)
    pixels = pixel_array(data, index=frames // 2 if frames > 1 else None)
    image = Image.fromarray(_as_bytes(_as_seen(pixels, data)))
    image.thumbnail((WIDEST, WIDEST))
    png = io.BytesIO()
    image.save(png, "PNG")
    return png.getvalue()


def _as_seen(pixels, data):
    """`pixels` with the colors or the window that the file asks for, and what is bright as high numbers."""
    if data.PhotometricInterpretation == "PALETTE COLOR":
        return apply_color_lut(pixels, data)
    if data.SamplesPerPixel > 1:
        return pixels
    windowed = apply_voi_lut(apply_modality_lut(pixels, data), data)
    if data.PhotometricInterpretation == "MONOCHROME1":
        return windowed.max() + windowed.min() - windowed.astype("float64")
    return windowed


def _as_bytes(pixels):
    """`pixels` stretched over 0 to 255; colors of eight bits as they are."""
    if pixels.dtype == numpy.uint8 and pixels.ndim == 3:
        return pixels
    values = pixels.astype("float64")
    low, high = values.min(), values.max()
    return ((values - low) / ((high - low) or 1) * 255).astype("uint8")
