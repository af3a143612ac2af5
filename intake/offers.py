"""What the site's pages offer to the forms: signs, conditions and physicians that are live at one moment."""

from functools import cached_property

from django.utils.translation import gettext as _

from conditions.experts import adults_first, is_pediatric
from conditions.models import Condition, WarningSign
from physicians.models import Patients, Physician
from physicians.views import by_name
from publishing.composing import live_pages, live_pages_of
from publishing.fields import is_key
from publishing.models import Edition, Mention

from .models.request import Kind


class About:
    """What a step of a request can offer, and what its other steps hold.

    `answers` is by step and field. `page` is the key of the condition or physician whose page led here, as text.
    """

    def __init__(self, kind, at, answers, page=""):
        self.kind = kind
        self.at = at
        self.answers = answers
        self.page = page if is_key(page) else ""
        self.owner = None  # the key by which files belong to the request

    def answer(self, step, field):
        """What was answered there; "" for nothing yet."""
        return self.answers.get(step, {}).get(field, "")

    def signs(self, level):
        """Choices: the general signs of `level`, and those of the condition whose page led here."""
        return [
            (str(sign.page_id), sign.title)
            for sign in self._signs
            if sign.words["level"] == level and (sign.words["is_general"] or sign.page_id in self._signs_of_condition)
        ]

    def conditions(self):
        return [(str(page.page_id), page.title) for page in self._pages[Condition]]

    def category(self, key):
        """Of which kind the condition with this key is, as text; None if there is no such condition."""
        return next((page.words["category"] for page in self._pages[Condition] if str(page.page_id) == key), None)

    def physicians(self, *, is_child):
        """Choices: who takes new patients, or gives second opinions; for a child those who see children first."""
        choices = []
        for who in sorted(self.surgeons, key=lambda who: is_child and who.words["patients"] == Patients.ADULT):
            name = _("{name} (Pediatric)").format(name=who.title) if is_pediatric(who) else who.title
            choices.append((str(who.page_id), name))
        return choices

    @cached_property
    def surgeons(self):
        """Those whom one can ask for, by name, who sees children alone last."""
        wanted = "gives_second_opinions" if self.kind == Kind.SECOND_OPINION else "accepts_new_patients"
        return adults_first(who for who in by_name(self._pages[Physician]) if who.words[wanted])

    def led_here(self):
        """First answers that follow from the page that led here: those of its step, by step."""
        if any(key == self.page for key, _title in self.conditions()):
            return {"reason": {"condition": self.page}}
        if any(str(who.page_id) == self.page for who in self.surgeons):
            return {"doctor": {"physician": self.page}}
        return {}

    @cached_property
    def _pages(self):
        return live_pages_of([Condition, Physician], self.at)

    @cached_property
    def _signs(self):
        return live_pages(WarningSign, self.at)

    @cached_property
    def _signs_of_condition(self):
        return signs_of(int(self.page), self.at) if self.page else set()


def signs_of(page_id, at):
    """The keys of what the live condition page `page_id` mentions, its warning signs among them, in one query."""
    live = Edition.objects.live(at).filter(page=page_id, kind=Condition.KIND)
    return set(Mention.objects.filter(edition__in=live.values("pk")).values_list("target", flat=True))
