"""Files as patients, imaging discs and attackers make them; each made anew, none committed."""

import io
import struct
import zipfile
import zlib

import pillow_heif
from PIL import Image
from pydicom.data import get_testdata_file

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


def image(format, size=(40, 30), mode="RGB", **options):
    made = io.BytesIO()
    Image.new(mode, size).save(made, format, **options)
    return made.getvalue()


def jpeg(comment=b""):
    return image("JPEG", **({"comment": comment} if comment else {}))


def animated_png():
    frames = [Image.new("RGB", (10, 10), color) for color in ("red", "blue")]
    made = io.BytesIO()
    frames[0].save(made, "PNG", save_all=True, append_images=frames[1:])
    return made.getvalue()


def png_of(width, height):
    """A PNG that says it is so large and has no more than a few bytes."""

    def chunk(kind, data):
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def heic():
    made = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 64), "green")).save(made)
    return made.getvalue()


def dicom(name="CT_small.dcm"):
    with open(get_testdata_file(name), "rb") as file:
        return file.read()


def pdf(body=b"", end=b"%%EOF\n", version=b"1.4"):
    objects = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    trailer = b"\nxref\n0 3\ntrailer<</Size 3/Root 1 0 R>>\nstartxref\n9\n"
    return b"%PDF-" + version + b"\n" + objects + body + trailer + end


def archive(members, compression=zipfile.ZIP_DEFLATED, comment=b""):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as file:
        for name, data in members:
            file.writestr(name, data)
        file.comment = comment
    return made.getvalue()


def patched(data, **places):
    """An archive in which the flags of each member, local and listed, are `flags`."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(mark)
        while place >= 0:
            changed[place + offset] |= places["flags"]
            place = changed.find(mark, place + 4)
    return bytes(changed)


def overlapping():
    """An archive whose two listed members are the same bytes."""
    one = archive([("a.pdf", pdf())])
    listed = one.find(b"PK\x01\x02")
    end = one.find(b"PK\x05\x06")
    entry = one[listed:end]
    tail = bytearray(one[end:])
    tail[8:12] = struct.pack("<HH", 2, 2)
    tail[12:16] = struct.pack("<I", 2 * len(entry))
    return one[:listed] + entry + entry.replace(b"a.pdf", b"b.pdf") + bytes(tail)


def linked(target):
    info = zipfile.ZipInfo("link.pdf")
    info.external_attr = 0o120777 << 16
    return archive([(info, target), ("a.pdf", pdf())])


def lying(listed_only=False):
    """An archive that says its member is as short as it is after the first bytes of its content."""
    made = bytearray(archive([("a.pdf", pdf() + b"\0" * 5_000_000)]))
    told = struct.pack("<I", zlib.crc32(pdf())), struct.pack("<I", len(pdf()))
    for mark, check, length in ((b"PK\x03\x04", 14, 22), (b"PK\x01\x02", 16, 24)):
        if mark == b"PK\x01\x02" or not listed_only:
            place = made.find(mark)
            made[place + check : place + check + 4], made[place + length : place + length + 4] = told
    return bytes(made)


def between():
    """An archive with a member that its list does not name."""
    hidden = archive([("a.pdf", pdf()), ("hidden.exe", b"MZ" * 2000)], zipfile.ZIP_STORED)
    listed = hidden.find(b"PK\x01\x02")
    second = hidden.find(b"PK\x01\x02", listed + 1)
    end = bytearray(hidden[hidden.find(b"PK\x05\x06") :])
    end[8:16] = struct.pack("<HHI", 1, 1, second - listed)
    return hidden[:second] + bytes(end)


def moving(frames):
    images = [Image.new("RGB", (10, 10), (number % 256, number // 256, 0)) for number in range(frames)]
    made = io.BytesIO()
    images[0].save(made, "PNG", save_all=True, append_images=images[1:])
    return made.getvalue()


def png_that_is_dicom():
    """A PNG with DICOM's mark where a DICOM reader looks for it, in a chunk of text."""
    made = image("PNG")
    text = b"a\0" + b"x" * (128 - 33 - 8 - 2) + dicom()[128:1000]
    chunk = struct.pack("!I", len(text)) + b"tEXt" + text + struct.pack("!I", zlib.crc32(b"tEXt" + text))
    return made[:33] + chunk + made[33:]


def dicom_as_pdf():
    return (b"%PDF-1.4\n%" + b"A" * 200)[:128] + dicom()[128:] + b"\n" + pdf()[9:]


def packed_object(text, dictionary=b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode"):
    packed = zlib.compress(text)
    head = b"4 0 obj<<%s/Length %d>>stream\n" % (dictionary, len(packed))
    return pdf(head + packed + b"\nendstream endobj", version=b"1.7")


def mpo():
    made = io.BytesIO()
    Image.new("RGB", (40, 30)).save(made, "MPO", save_all=True, append_images=[Image.new("RGB", (40, 30), "red")])
    return made.getvalue()


def disc():
    return archive(
        [
            ("DICOMDIR", dicom("DICOMDIR")),
            ("autorun.inf", b"[autorun]\nopen=viewer.exe"),
            ("VIEWER/viewer.exe", b"MZ" + b"\0" * 200),
            ("DICOM/IM0001", dicom("CT_small.dcm")),
            ("DICOM/IM0002", dicom("MR_small.dcm")),
            ("report.pdf", pdf()),
        ]
    )


def with_preamble(begin):
    return begin.ljust(128, b"\0")[:128] + dicom()[128:]


# name that a computer gave: (bytes, kind that is told, why it is refused; "" where it is taken)
TABLE = {
    # as they should be
    "report.pdf": (pdf, "pdf", ""),
    "new version.pdf": (lambda: pdf(version=b"2.0"), "pdf", ""),
    "REPORT.PDF": (pdf, "pdf", ""),
    "page.jpg": (jpeg, "jpeg", ""),
    "page.jpeg": (jpeg, "jpeg", ""),
    "grey.jpg": (lambda: image("JPEG", mode="L"), "jpeg", ""),
    "two in one.jpg": (mpo, "jpeg", ""),
    "print.jpg": (lambda: image("JPEG", mode="CMYK"), "jpeg", ""),
    "page.png": (lambda: image("PNG"), "png", ""),
    "deep.png": (lambda: image("PNG", mode="I;16"), "png", ""),
    "moving.png": (animated_png, "png", ""),
    "IMG_0001.HEIC": (heic, "heic", ""),
    "scan.dcm": (dicom, "dicom", ""),
    "IM0001": (dicom, "dicom", ""),
    "1.2.840.113619.2": (dicom, "dicom", ""),
    "squeezed.dcm": (lambda: dicom("JPEG2000.dcm"), "dicom", ""),
    "moving.dcm": (lambda: dicom("examples_ybr_color.dcm"), "dicom", ""),
    "DICOMDIR": (lambda: dicom("DICOMDIR"), "dicom", ""),
    "run-length.dcm": (lambda: dicom("MR_small_RLE.dcm"), "dicom", ""),
    "deflated.dcm": (lambda: dicom("image_dfl.dcm"), "dicom", ""),
    "colored.dcm": (lambda: dicom("examples_rgb_color.dcm"), "dicom", ""),
    "big-endian.dcm": (lambda: dicom("MR_small_bigendian.dcm"), "dicom", ""),
    "tiff-preamble.dcm": (lambda: with_preamble(b"II*\0"), "dicom", ""),
    "disc.zip": (disc, "zip", ""),
    "stored.zip": (lambda: archive([("a.pdf", pdf())], zipfile.ZIP_STORED), "zip", ""),
    "scan": (pdf, "pdf", ""),
    "odd \u202egnp.pdf": (pdf, "pdf", ""),
    "a\0b.pdf": (pdf, "pdf", ""),
    "..pdf": (pdf, "pdf", ""),
    # empty, cut short, damaged
    "empty.pdf": (lambda: b"", "", "empty"),
    "one byte.jpg": (lambda: b"\xff", "", "not_a_kind"),
    "cut.pdf": (lambda: pdf()[:-30], "pdf", "cut_short"),
    "cut.jpg": (lambda: image("JPEG", (400, 400))[:-200], "jpeg", "cut_short"),
    "cut.png": (lambda: image("PNG", (400, 400))[:-30], "png", "cut_short"),
    "cut.heic": (lambda: heic()[:-100], "heic", "damaged"),
    "cut.dcm": (lambda: dicom("MR_truncated.dcm"), "dicom", "cut_short"),
    "cut early.dcm": (lambda: dicom()[:200], "dicom", "damaged"),
    "cut.zip": (lambda: disc()[:-100], "zip", "cut_short"),
    "head only.jpg": (lambda: b"\xff\xd8\xff\xe0" + b"\0" * 100, "jpeg", "damaged"),
    "no tables.dcm": (lambda: b"\0" * 128 + b"DICM" + b"\0" * 100, "dicom", "damaged"),
    "bad values.dcm": (lambda: dicom("badVR.dcm"), "dicom", "damaged"),
    "cut in its head.dcm": (lambda: dicom()[:4000], "dicom", "cut_short"),
    "cut squeezed.dcm": (lambda: dicom("JPEG2000.dcm")[:2500], "dicom", "cut_short"),
    "marks only.pdf": (lambda: b"%PDF-1.4\nMZ startxref 0 %%EOF", "pdf", "damaged"),
    "no preamble.dcm": (lambda: dicom("no_meta.dcm"), "", "not_a_kind"),
    # other kinds
    "page.svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "", "not_a_kind"),
    "page.html": (lambda: b"<!doctype html><script>alert(1)</script>", "", "not_a_kind"),
    "setup.exe": (lambda: b"MZ" + b"\0" * 500, "", "not_a_kind"),
    "letter.doc": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "", "not_a_kind"),
    "moving.gif": (lambda: image("GIF"), "", "not_a_kind"),
    "plain.tif": (lambda: image("TIFF"), "", "not_a_kind"),
    "notes.txt": (lambda: b"My MRI was in May.", "", "not_a_kind"),
    "eicar.com": (lambda: EICAR, "", "not_a_kind"),
    "film.mp4": (lambda: b"\0\0\0\x18ftypmp42" + b"\0" * 100, "", "not_a_kind"),
    "film.heic": (lambda: b"\0\0\0\x14ftypqt  " + b"\0" * 100, "", "not_a_kind"),
    # a name that says something else
    "scan.png": (jpeg, "jpeg", "wrong_ending"),
    "scan.jpg": (pdf, "pdf", "wrong_ending"),
    "report.pdf.exe": (pdf, "pdf", "wrong_ending"),
    "report.html": (pdf, "pdf", "wrong_ending"),
    "scan.exe": (dicom, "dicom", "wrong_ending"),
    "scan.pdf": (dicom, "dicom", "wrong_ending"),
    "scan.exe.": (dicom, "dicom", "wrong_ending"),
    "scan.EXE ": (dicom, "dicom", "wrong_ending"),
    "scan.exe\0": (dicom, "dicom", "wrong_ending"),
    "scan.exe:hidden": (dicom, "dicom", "wrong_ending"),
    "scan.\uff48\uff54\uff4d\uff4c": (dicom, "dicom", "wrong_ending"),
    "scan.hta": (dicom, "dicom", "wrong_ending"),
    "report.exe.": (pdf, "pdf", "wrong_ending"),
    "letter.docx": (lambda: archive([("word/document.xml", b"<w/>")]), "zip", "wrong_ending"),
    # two things in one
    "program in a comment.jpg": (lambda: jpeg(b"<?php system($_GET['c']); ?>"), "jpeg", "hidden_format"),
    "program behind.jpg": (lambda: jpeg() + b"<?php system('id'); ?>", "jpeg", "hidden_format"),
    "archive behind.jpg": (lambda: jpeg() + archive([("a.exe", b"MZ")]), "jpeg", "hidden_format"),
    "archive behind.pdf": (lambda: pdf() + archive([("a", b"x")], comment=b"startxref %%EOF"), "pdf", "hidden_format"),
    "page behind.png": (lambda: image("PNG") + b"<html><script>alert(1)</script>", "png", "hidden_format"),
    "program before.dcm": (lambda: with_preamble(b"MZ\x90\0"), "dicom", "hidden_format"),
    "pdf before.dcm": (lambda: with_preamble(b"\n%PDF-1.4"), "dicom", "hidden_format"),
    "page before.dcm": (lambda: with_preamble(b"<html><!--"), "dicom", "hidden_format"),
    "archive behind.heic": (lambda: heic() + archive([("a.exe", b"MZ")]), "heic", "hidden_format"),
    "archive behind.dcm": (lambda: dicom() + archive([("a.class", b"x")]), "dicom", "hidden_format"),
    "page behind.dcm": (lambda: dicom() + b"<html><script>alert(1)</script>", "dicom", "hidden_format"),
    "archive behind, with a second end.jpg": (
        lambda: jpeg() + archive([("a.exe", b"MZ")]) + b"PK\5\6" + b"\xff" * 18, "jpeg", "hidden_format"
    ),
    "pdf in a comment.jpg": (lambda: jpeg(b"%PDF-1.4\n1 0 obj<<>>"), "jpeg", "hidden_format"),
    "pdf in a tiff preamble.dcm": (lambda: with_preamble(b"II*\0\n%PDF-1.4"), "dicom", "hidden_format"),
    "dicom in it.png": (png_that_is_dicom, "png", "hidden_format"),
    "dicom in it.pdf": (dicom_as_pdf, "pdf", "hidden_format"),
    "archive before.zip": (lambda: archive([("a.exe", b"MZ")]) + disc(), "zip", "hidden_format"),
    "archive between.zip": (between, "zip", "hidden_format"),
    "junk before.pdf": (lambda: b"junk" + pdf(), "", "not_a_kind"),
    # locked, or with a program
    "locked.pdf": (lambda: pdf(b"3 0 obj<</Filter/Standard>>endobj trailer<</Encrypt 3 0 R>>"), "pdf", "encrypted_pdf"),
    "program.pdf": (lambda: pdf(b"3 0 obj<</S/JavaScript/JS (app.alert(1))>>endobj"), "pdf", "active_pdf"),
    "launch.pdf": (lambda: pdf(b"3 0 obj<</S/Launch/F(cmd.exe)>>endobj"), "pdf", "active_pdf"),
    "attachment.pdf": (lambda: pdf(b"3 0 obj<</Type/EmbeddedFile>>endobj"), "pdf", "active_pdf"),
    "program, its name in numbers.pdf": (
        lambda: pdf(b"3 0 obj<</S/J#61vaScript/JS(app.alert(1))>>endobj"), "pdf", "active_pdf"
    ),
    "packed program.pdf": (
        lambda: packed_object(b"5 0 <</S/JavaScript/JS(app.alert(1))>>"), "pdf", "active_pdf"
    ),
    "packed program far behind.pdf": (
        lambda: packed_object(b"5 0 " + b" " * 3_000_000 + b"<</S/Launch>>"), "pdf", "active_pdf"
    ),
    "packed in another way.pdf": (
        lambda: packed_object(b"5 0 <<>>", b"/Type/ObjStm/Filter[/LZWDecode/FlateDecode]").replace(b"x\x9c", b"80"),
        "pdf", "active_pdf"
    ),
    "packed bomb.pdf": (lambda: packed_object(b" " * 300_000_000), "pdf", "active_pdf"),
    "packed without end.pdf": (lambda: pdf(b"/ObjStm stream\n" * 20_001), "pdf", "active_pdf"),
    "packed.pdf": (lambda: packed_object(b"5 0 <</Type/Catalog/Pages 2 0 R>>"), "pdf", ""),
    "by chance.pdf": (lambda: pdf(b"3 0 obj<<>>stream\n\1/JS(\2\nendstream endobj"), "pdf", ""),
    "locked.zip": (lambda: patched(archive([("a.pdf", pdf())]), flags=1), "zip", "encrypted_zip"),
    # too much
    "huge.png": (lambda: png_of(60_000, 60_000), "png", "too_many_pixels"),
    "wide.png": (lambda: png_of(12_100, 10_000), "png", "too_many_pixels"),
    "strip.png": (lambda: image("PNG", (5000, 2)), "png", "damaged"),
    "bomb.zip": (lambda: archive([("zeros.pdf", b"\0" * 50_000_000)]), "zip", "bomb"),
    "many small bombs.zip": (
        lambda: archive([(f"{number}", b"\0" * 10_000_000) for number in range(12)] + [("a.pdf", pdf())]), "zip", "bomb"
    ),
    "lying.zip": (lying, "zip", "bomb"),
    "lying in its list.zip": (lambda: lying(listed_only=True), "zip", "hidden_format"),
    "long film.png": (lambda: moving(101), "png", "too_many_pixels"),
    "overlapping.zip": (overlapping, "zip", "bomb"),
    # archives
    "nothing.zip": (lambda: archive([]), "zip", "nothing_in_it"),
    "programs.zip": (lambda: archive([("setup.exe", b"MZ"), ("eicar.com", EICAR)]), "zip", "nothing_in_it"),
    "nested.zip": (lambda: archive([("inner.zip", disc())]), "zip", "nothing_in_it"),
    "old packing.zip": (lambda: archive([("a.pdf", pdf())], zipfile.ZIP_LZMA), "zip", "nothing_in_it"),
    "twice.zip": (lambda: archive([("a.pdf", pdf()), ("b.pdf", pdf())]).replace(b"b.pdf", b"a.pdf"), "zip", ""),
    "padded.zip": (lambda: disc() + b"\0" * 2048, "zip", ""),
    "behind.zip": (lambda: disc() + b"<?php ?>", "zip", "hidden_format"),
    "windows.zip": (lambda: archive([("DICOM\\IM0001", dicom()), ("report.pdf", pdf())]), "zip", ""),
    "links.zip": (lambda: linked("report.pdf"), "zip", ""),
    "links out.zip": (lambda: linked("/etc/passwd"), "zip", "leads_out"),
    "links up.zip": (lambda: linked("a/../../b"), "zip", "leads_out"),
    "up.zip": (lambda: archive([("../../../etc/cron.d/x.pdf", pdf())]), "zip", "leads_out"),
    "up in another way.zip": (lambda: archive([("a\\.. \\x.pdf", pdf())]), "zip", "leads_out"),
    "from the top.zip": (lambda: archive([("/etc/x.pdf", pdf())]), "zip", "leads_out"),
    "drive.zip": (lambda: archive([("C:\\x\\y.pdf", pdf())]), "zip", "leads_out"),
    "nul.zip": (lambda: archive([("a?b.pdf", pdf())]).replace(b"a?b", b"a\0b"), "zip", "leads_out"),
    "right to left.zip": (lambda: archive([("a\u202eb.pdf", pdf())]), "zip", ""),
}  # fmt: skip
