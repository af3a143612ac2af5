"""Why a file is refused, in words for the patient who sent it."""

from django.utils.translation import gettext_lazy as _

LEFT_OUT = "left_out"
WORDS = {}  # by the code that stands in the file's look
ELSE = _("We can't use this file. Send it as a PDF, a photo or a copy of the disc, or call us.")


def words(code):
    return WORDS.get(code, ELSE)
