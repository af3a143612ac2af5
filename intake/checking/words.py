"""What a patient reads of why a file is refused, and what to do now."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "empty": _("This file is empty. Open it on your device to see whether it is the right one."),
    "not_a_kind": _("We can't take this kind of file. We take PDF, JPEG, PNG, HEIC, DICOM and ZIP files. Save a report "
                    "as a PDF, or take a photo of each page, and send that."),
    "wrong_ending": _("The end of its name, such as .pdf or .jpg, does not fit what is in it. Save it once more under "
                      "the right kind, and send that."),
    "hidden_format": _("Something else is hidden in this file, so we can't take it. Ask whoever gave it to you for "
                       "another copy, or call us."),
    "damaged": _("We can't open this file. See whether it opens on your device, and send it once more. If it does not, "
                 "ask for another copy."),
    "cut_short": _("The end of this file is missing. Copy it once more from the disc or the mail it came with, and "
                   "send that."),
    "too_large": _("This one picture is too large for us to open. Save it smaller, or mail us a disc."),
    "too_many_pixels": _("This picture has more dots than we can open. Save it smaller, and send that."),
    "bomb": _("This ZIP file holds far more than its size says, so we can't open it. Send the files in it one by one, "
              "or mail us the disc."),
    "encrypted_pdf": _("This PDF is locked with a password. Save or print it as a PDF without one, and send that."),
    "active_pdf": _("This PDF holds a program or another file. Print it as a new PDF, or take a photo of each page, "
                    "and send that."),
    "encrypted_zip": _("This ZIP file is locked with a password. Open it, and send the files in it."),
    "leads_out": _("A name in this ZIP file leads out of its folder. That can harm a computer, so we can't take it. "
                   "Open it, and send the files in it one by one."),
    "nothing_in_it": _("We found no image and no report in this ZIP file. Open it, and send the right files in it."),
    "left_out": _("Left out: it is neither an image nor a report. You need do nothing."),
    "virus": _("A scanner found a virus in this file, so we erased it. Ask whoever gave it to you for a clean copy, or "
               "mail us a disc."),
    "could_not_be_read": _("We could not check this file. Send it once more, or mail us a disc."),
}  # fmt: skip


def words(refusal):
    """The sentence for a code of `refusing.CODES`; "" for none."""
    return WORDS[refusal] if refusal else ""
