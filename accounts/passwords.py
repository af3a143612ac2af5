"""What makes a good password here: length, and that it isn't among the first that anybody would try.

No rule asks for digits or signs. A password is kept in Unicode's form NFC, so that it doesn't matter by which keyboard
an accent is typed; every character of a long one counts.
"""

import re
from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .factors import does_more_than_write, has_factor
from .models import SHORTEST_PASSWORD, nfc

SHORTEST_WITH_FACTOR = 8  # of those who can do nothing before they have set up a second factor
LONGEST = 1_000
SHORTEST_COMMON = 4
TOO_LITTLE = 4  # letters beside a name
SHORTEST_NAME = 3
LOOKALIKES = str.maketrans("@431!05$7", "aaeiiosst")


class LengthValidator:
    def validate(self, password, user=None):
        shortest, length = shortest_for(user), len(nfc(password))
        if length < shortest:
            raise ValidationError(
                _("This password has %(has)d characters. Use %(shortest)d or more; a few words in a row do well."),
                code="password_too_short",
                params={"has": length, "shortest": shortest},
            )
        if len(password) > LONGEST:
            raise ValidationError(
                _("This password is too long. Use %(longest)d characters at most."),
                code="password_too_long",
                params={"longest": LONGEST},
            )

    def get_help_text(self):
        return _(
            "Use %(shortest)d characters or more, or %(with_factor)d if you also sign in with a code. "
            "A few words in a row are easy to keep in mind."
        ) % {"shortest": SHORTEST_PASSWORD, "with_factor": SHORTEST_WITH_FACTOR}


def shortest_for(user):
    is_kept = user is not None and user.pk is not None
    has_more = is_kept and (does_more_than_write(user) or has_factor(user))
    return SHORTEST_WITH_FACTOR if has_more else SHORTEST_PASSWORD


class CommonValidator:
    """Refuses what stands in Django's list of common passwords, whatever digits and signs are put at its ends.

    Also one of them again and again, and what only goes up, down or on the spot, such as "1234567890…" or "aaaa…".
    """

    def validate(self, password, user=None):
        if is_common(password):
            raise ValidationError(
                _("Many people use this password, or one like it. Use words that have nothing to do with each other."),
                code="password_too_common",
            )

    def get_help_text(self):
        return _("Don’t use a common password, with or without digits at its end.")


class NamesValidator:
    """Refuses what is made of the person's own names, their user name or email address, whatever stands between.

    An app that knows more names to guess adds to `names`.
    """

    def names(self, user):
        return [user.username, user.first_name, user.last_name, user.email] if user else []

    def validate(self, password, user=None):
        if is_made_of(self.names(user), password):
            raise ValidationError(
                _("This is easy to guess from your name, or from that of the site or the hospital. Use other words."),
                code="password_of_names",
            )

    def get_help_text(self):
        return _("Don’t build it from your name, your user name or the names of the site and the hospital.")


def is_common(password):
    text = password[:LONGEST].casefold().strip()
    inner = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
    tried = {inner, _once(text), _once(inner)}
    tried |= {word.translate(LOOKALIKES) for word in tried}
    return text in _common() or _goes_in_steps(text) or any(len(word) >= SHORTEST_COMMON for word in tried & _common())


def is_made_of(names, password):
    """Whether hardly anything but digits and signs is left of `password` without `names`, of which it has some."""
    words = {word for name in names for word in (name, *re.split(r"[\W_]+", name))}
    words = {word.casefold() for word in words if len(word) >= SHORTEST_NAME}
    typed = password[:LONGEST].casefold()
    for text in (typed, typed.translate(LOOKALIKES)):
        rest = text
        for word in sorted(words, key=len, reverse=True):
            rest = rest.replace(word, " ")
        if rest != text and len(re.sub(r"[\W\d_]+", "", rest)) <= TOO_LITTLE:
            return True
    return False


@cache
def _common():
    return frozenset(CommonPasswordValidator().passwords)


def _once(text):
    """The part that `text` repeats, or `text`."""
    found = re.fullmatch(r"(.+?)\1+", text)
    return found.group(1) if found else text


def _goes_in_steps(text):
    """Whether most characters follow the one before in the alphabet, in either direction, or repeat it."""
    steps = [abs(ord(b) - ord(a)) for a, b in zip(text, text[1:], strict=False)]
    return sum(step <= 1 or step == 9 for step in steps) >= 0.75 * len(steps) > 0
