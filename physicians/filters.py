"""The filters of the list of physicians: plain links, each with how many physicians it leaves."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from publishing.alphabet import sorting_key

from .models import Patients

YES = "yes"
AGES = {Patients.ADULT.value: _("Adults"), Patients.PEDIATRIC.value: _("Children and teens")}
HEADINGS = {
    "patients": _("Ages treated"),
    "condition": _("Condition"),
    "language": _("Language"),
    "location": _("Location"),
    "second-opinion": _("Second opinions"),
    "new-patients": _("New patients"),
}


@dataclass(frozen=True)
class Choice:
    """`count` physicians are left by it beside the other filters; a chosen one's `address` takes it away again."""

    words: str
    count: int
    address: str
    is_chosen: bool


@dataclass(frozen=True)
class Filtered:
    """The physicians that are left, the filters as (heading, choices), and the words of what was chosen.

    `is_filtered`: whether the address asked for anything; `ignored`: whether part of that is not to be had here.
    """

    physicians: list
    filters: list
    chosen: list
    is_filtered: bool
    ignored: bool


def filtered(physicians, conditions, asked):
    """What of `physicians` the parameters `asked` leave.

    `conditions` holds, by the key of a physician's page, (slug, title) of each condition the physician treats.
    """
    held = {physician.page_id: _held(physician, conditions.get(physician.page_id, ())) for physician in physicians}
    options = {name: {} for name in HEADINGS}
    for values in held.values():
        for name in HEADINGS:
            options[name].update(values[name])
    wanted = {name: asked[name] for name in HEADINGS if asked.get(name)}
    chosen = {name: value for name, value in wanted.items() if value in options[name]}

    def left(by):
        return [one for one in physicians if all(value in held[one.page_id][name] for name, value in by.items())]

    filters = []
    for name, heading in HEADINGS.items():
        if name not in chosen and all(len(left({name: value})) == len(physicians) for value in options[name]):
            continue  # it would change nothing
        others = {other: value for other, value in chosen.items() if other != name}
        choices = []
        for value, words in sorted(options[name].items(), key=lambda option: sorting_key(str(option[1]))):
            is_chosen = chosen.get(name) == value
            address = _address(others if is_chosen else {**others, name: value})
            choices.append(Choice(words, len(left({**others, name: value})), address, is_chosen))
        filters.append((heading, choices))
    words = [options[name][value] for name, value in chosen.items()]
    return Filtered(left(chosen), filters, words, bool(wanted), wanted != chosen)


def _held(physician, conditions):
    """What `physician` has of each filter, as words by value."""
    words = physician.words
    return {
        "patients": {age: name for age, name in AGES.items() if words["patients"] in (age, Patients.BOTH)},
        "condition": dict(conditions),
        "language": {language: language for language in words["languages"]},
        "location": {place["name"]: place["name"] for place in words["locations"]},
        "second-opinion": {YES: _("Gives second opinions")} if words["gives_second_opinions"] else {},
        "new-patients": {YES: _("Accepts new patients")} if words["accepts_new_patients"] else {},
    }


def _address(chosen):
    path = reverse("physicians:physician_list")
    return f"{path}?{urlencode(chosen)}" if chosen else path
