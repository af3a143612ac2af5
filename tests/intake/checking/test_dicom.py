"""pydicom's own test files are described and shown rightly, by a process that can open nothing."""

import io

import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.data import get_testdata_file

from intake.checking import apart
from intake.checking.look import look_at
from tests.intake.checking.odd_files import dicom, disc, pdf

pytestmark = pytest.mark.once


def shown(data, member=None):
    png = apart.preview(io.BytesIO(data), member)
    return png and Image.open(io.BytesIO(png))


def changed(name="CT_small.dcm", **values):
    data = dcmread(get_testdata_file(name))
    for keyword, value in values.items():
        setattr(data, keyword, value)
    made = io.BytesIO()
    data.save_as(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "size", "mode"),
    [
        ("CT_small.dcm", (128, 128), "L"),
        ("MR_small.dcm", (64, 64), "L"),
        ("MR_small_bigendian.dcm", (64, 64), "L"),
        ("MR_small_RLE.dcm", (64, 64), "L"),
        ("image_dfl.dcm", (512, 512), "L"),
        ("examples_rgb_color.dcm", (320, 240), "RGB"),
        ("examples_palette.dcm", (800, 350), "RGB"),
        ("examples_ybr_color.dcm", (320, 240), "RGB"),
        ("JPEG2000.dcm", (256, 1024), "L"),
        ("SC_rgb_jpeg_dcmtk.dcm", (100, 100), "RGB"),
        ("SC_rgb_jpeg_gdcm.dcm", (100, 100), "RGB"),  # JPEG Lossless, as most scanners write
        ("rtdose.dcm", (10, 10), "L"),
    ],
)
def test_an_image_is_shown(name, size, mode):
    image = shown(dicom(name))

    assert image is not None, name
    assert image.mode == mode
    assert max(image.size) <= 512
    assert image.width / image.height == pytest.approx(size[0] / size[1], rel=0.02)
    assert len(set(image.convert("L").tobytes())) > 2


def test_the_same_image_looks_the_same_however_it_is_packed():
    plain = shown(dicom("MR_small.dcm")).tobytes()

    assert shown(dicom("MR_small_RLE.dcm")).tobytes() == plain
    assert shown(dicom("MR_small_bigendian.dcm")).tobytes() == plain
    assert shown(dicom("MR_small_jpeg_ls_lossless.dcm")).tobytes() == plain


def test_what_is_bright_in_a_negative_is_dark():
    positive = shown(changed(PhotometricInterpretation="MONOCHROME2")).tobytes()
    negative = shown(changed(PhotometricInterpretation="MONOCHROME1")).tobytes()

    assert all(abs(255 - bright - dark) <= 1 for bright, dark in zip(positive, negative, strict=True))


def test_a_window_shows_only_what_lies_in_it():
    narrow = shown(changed(WindowCenter=100, WindowWidth=10)).tobytes()
    wide = shown(changed(WindowCenter=100, WindowWidth=3000)).tobytes()

    assert sum(value in (0, 255) for value in narrow) > 0.9 * len(narrow)
    assert sum(value in (0, 255) for value in wide) < 0.1 * len(wide)


@pytest.mark.parametrize(
    "data", [pdf(), b"", dicom("DICOMDIR"), dicom()[:5000], dicom("reportsi.dcm"), dicom("JPGExtended.dcm")]
)
def test_what_can_not_be_shown_breaks_nothing(data):
    assert shown(data) is None


@pytest.mark.parametrize(
    ("writing", "words"),
    [
        ("ISO_IR 100", "Wirbelsäule"),
        ("ISO_IR 144", "позвоночник"),
        ("ISO_IR 13", "ｾｷﾂｲ"),
        (["", "ISO 2022 IR 87"], "脊椎"),
        ("GB18030", "脊柱"),
        ("ISO_IR 192", "العمود الفقري"),
    ],
)
def test_words_in_any_writing_are_read(writing, words):
    data = changed(SpecificCharacterSet=writing, SeriesDescription=words)

    (described,) = apart.look(io.BytesIO(data), "IM1")["slices"]

    assert described["words"] == words


def test_a_slice_in_an_archive_is_shown():
    data = disc()
    (ct, mr) = look_at(io.BytesIO(data), "disc.zip").slices

    assert shown(data, ct["member"]).tobytes() == shown(dicom("CT_small.dcm")).tobytes()
    assert shown(data, mr["member"]).tobytes() == shown(dicom("MR_small.dcm")).tobytes()
    assert shown(data, 99) is None
