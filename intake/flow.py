"""The way through the steps of one request: what is answered, what comes next, what is sent in the end."""

from functools import cached_property

from django.urls import reverse

from publishing.composing import moment
from publishing.fields import is_key

from . import drafts
from .models.request import Kind, Request
from .offers import About
from .steps import NONE, Signs, steps_of

ABOUT = "about"  # where addresses, forms and drafts hold the key of the page that led here


class Flow:
    """One browser's request of one kind, as far as it has come."""

    def __init__(self, request, kind, draft=None):
        self.kind = Kind(kind)
        self.draft = draft or drafts.of(request, kind)
        self.is_sent = bool(self.draft and self.draft.is_sent)
        kept = self.draft.unsealed() if self.draft and not self.is_sent else {}
        led_by = request.POST.get(ABOUT) or request.GET.get(ABOUT) or ""  # anew, while a draft is open
        page = led_by if is_key(led_by) else kept.get(ABOUT, "")
        self.about = About(self.kind, moment(request), kept, page)
        self.about.owner = self.draft and self.draft.pk
        self._all = steps_of(self.kind)
        beside = [step for step in self._all if self.kind in step.BESIDE]
        self.leads_past = [] if any(step.KEY in kept for step in beside) else beside

    @property
    def steps(self):
        """Those on the way, in their order."""
        return [step for step in self._all if step not in self.leads_past]

    @property
    def answers(self):
        return self.about.answers

    def step(self, key):
        """The step called `key`, or None. Whoever turns to one that the way led past has all of these on it."""
        found = {step.KEY: step for step in self._all}.get(key)
        if found in self.leads_past:
            self.leads_past = []
        return found

    def form(self, step, data=None):
        """A form of `step` with what was posted, or else with what is kept or follows from the page that led here."""
        first = self.answers.get(step.KEY) or self.about.led_here().get(step.KEY)
        return step(self.about, data, initial=first)

    def before(self, step):
        """The step before `step`, or None."""
        place = self.steps.index(step)
        return self.steps[place - 1] if place else None

    def next_step(self):
        """The first step without an answer; None when all have one."""
        return next((step for step in self.steps if step.KEY not in self.answers), None)

    def unfit_step(self):
        """The first step whose answer is missing or does not fit any more; None when all can be sent.

        What was offered when it was answered may have gone from the site, or the questions may be others by now.
        """
        return next(
            (step for step in self.steps if not (step in self.answered and self.answered[step].is_valid())), None
        )

    @cached_property
    def answered(self):
        """By step: a form that holds what is kept."""
        return {
            step: step.holding(self.about, self.answers[step.KEY]) for step in self.steps if step.KEY in self.answers
        }

    def keep(self, step, answers):
        """Keep what was answered on `step`; the token of a new draft if there was none, else None."""
        kept = {step.KEY: answers, ABOUT: self.about.page}
        if self.draft is None:
            self.draft, token = drafts.begin(self.kind, kept)
        else:
            token = None
            self.is_sent = not drafts.keep(self.draft, kept)
        self.answers[step.KEY] = answers
        return token

    @property
    def is_by_phone(self):
        """Whether somebody of the staff takes it down."""
        return bool(self.draft and self.draft.taken_by_id)

    @property
    def has_lost_answers(self):
        """Whether the draft was found without its first answers, which no page of ours leaves out."""
        is_open = self.draft is not None and not self.is_sent
        return is_open and Signs.KEY not in self.answers and not self.is_by_phone

    @property
    def priority(self):
        """How soon the signs that were chosen ask for help."""
        if set(self.about.answer(Signs.KEY, "now")) - {NONE}:
            return Request.Priority.EMERGENCY
        return Request.Priority.TODAY if self.about.answer(Signs.KEY, "today") else Request.Priority.ROUTINE

    def to_check(self):
        """(step, its questions and answers) for all steps, none of which is unfit."""
        return [(step, self.answered[step].to_check()) for step in self.steps]


def url_of(name, kind):
    """The address of the page `name` about requests of `kind`."""
    return reverse(f"intake:{name}", kwargs={"kind": kind})


def url_of_step(kind, step):
    if step is Signs:
        return reverse("intake:appointments" if kind == Kind.APPOINTMENT else "intake:second_opinion")
    return reverse("intake:step", kwargs={"kind": kind, "key": step.KEY})
