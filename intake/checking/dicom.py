"""DICOM files (https://www.dicomstandard.org): whether one is whole, what it shows, and a picture of it."""

import warnings

import pydicom
from pydicom.dataelem import RawDataElement
from pydicom.errors import InvalidDicomError
from pydicom.pixels.utils import get_expected_length
from pydicom.tag import Tag

from .refusing import Refused, size_of

BEGIN_OF_TIFF = (b"II*\0", b"MM\0*")  # a preamble may let the file pass for a TIFF image, and for nothing else
LARGE = 64 * 1024  # bytes of a value that is not read before it is asked for
UNDEFINED = 0xFFFFFFFF  # length of what ends with a mark
PIXELS = Tag(0x7FE0, 0x0010)
ELSEWHERE = ("FloatPixelData", "DoubleFloatPixelData", "PixelDataProviderURL")
DESCRIBED = {
    "study": "StudyInstanceUID",
    "series": "SeriesInstanceUID",
    "date": "StudyDate",
    "kind": "Modality",
    "words": "SeriesDescription",
    "number": "InstanceNumber",
    "frames": "NumberOfFrames",
}
warnings.simplefilter("ignore")  # pydicom's, which may say what stands in the file


def check(file):
    """What a whole DICOM file shows (see `describe`); None for the table of contents of a disc."""
    file.seek(0)
    preamble = file.read(128)
    if preamble.strip(b"\0") and not preamble.startswith(BEGIN_OF_TIFF):
        raise Refused("hidden_format")
    size = size_of(file)
    data = _read(file)
    if PIXELS in data:
        _refuse_cut_pixels(data, size)
    elif str(data.get("SOPClassUID", "") and data.SOPClassUID.name).endswith("Image Storage"):
        _refuse_without_pixels(data)
    return None if "DirectoryRecordSequence" in data else describe(data)


def _refuse_without_pixels(data):
    """An image without pixels was cut before them; some are kept elsewhere, or as other numbers."""
    if not any(keyword in data for keyword in ELSEWHERE):
        raise Refused("cut_short")


def _refuse_cut_pixels(data, size):
    """Refuse an image whose pixels end too soon; those that are compressed end with a mark, which reading has met."""
    pixels = data.get_item(PIXELS, keep_deferred=True)
    syntax = data.file_meta.TransferSyntaxUID
    is_unread = isinstance(pixels, RawDataElement)
    if is_unread and not syntax.is_deflated and pixels.length != UNDEFINED and pixels.value_tell + pixels.length > size:
        raise Refused("cut_short")
    length = pixels.length if is_unread else len(pixels.value)
    if not syntax.is_compressed and length < get_expected_length(data):
        raise Refused("cut_short")


def describe(data):
    """Which study and series an image belongs to, its date, modality, description, number and frames: as text."""
    return {name: str(data.get(keyword, "") or "")[:64] for name, keyword in DESCRIBED.items()}


def _read(file):
    file.seek(0)
    try:
        data = pydicom.dcmread(file, defer_size=LARGE)
    except (InvalidDicomError, EOFError) as error:
        raise Refused("cut_short") from error
    if not data.file_meta or "SOPClassUID" not in data and "DirectoryRecordSequence" not in data:
        raise Refused("damaged")
    return data
