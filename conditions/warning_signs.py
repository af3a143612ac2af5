"""Warning signs as pages show them: by how soon to act, the most urgent first."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from publishing.composing import live_pages

from .models import WarningSign

Level = WarningSign.Level
HEADINGS = {
    Level.CALL_911: _("Call 911 now if"),
    Level.CALL_TODAY: _("Call us today if"),
    Level.TELL_US_SOON: _("Tell us soon if"),
}


@dataclass(frozen=True)
class Group:
    """The signs of one level; each is a Shown."""

    level: str
    heading: str
    signs: list = field(default_factory=list)

    @property
    def is_emergency(self):
        return self.level == Level.CALL_911


def by_level(signs):
    """A Group for each level that any of `signs` (each a Shown) has, the most urgent first."""
    groups = [
        Group(level.value, heading, [sign for sign in signs if sign.words["level"] == level])
        for level, heading in HEADINGS.items()
    ]
    return [group for group in groups if group.signs]


def general(signs):
    """Those of `signs` that belong to every part of the site."""
    return [sign for sign in signs if sign.words["is_general"]]


def general_signs(at):
    """The live general signs at `at` as Groups, in one query; for pages that show nothing else of conditions."""
    return by_level(general(live_pages(WarningSign, at)))
