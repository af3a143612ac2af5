"""Conditions by their kind and by the age of those they befall, and the hubs that gather them."""

from dataclasses import dataclass, field

from physicians.models import Patients

from .models import Condition
from .models.hubs import AGES


@dataclass(frozen=True)
class Group:
    """The live conditions of a kind or an age; `hub` is the page that gathers them, None where none is live."""

    code: str
    name: str
    hub: object = None
    conditions: list = field(default_factory=list)


def gathered_under(category, patients):
    """The codes of the hubs that gather a condition of this category that befalls these patients."""
    ages = [Patients.ADULT, Patients.PEDIATRIC] if patients == Patients.BOTH else [patients]
    return {str(code) for code in (category, *ages) if code}


def gathered_by(hub, conditions):
    """Those of `conditions` that the composed page `hub` gathers."""
    return [condition for condition in conditions if hub.words["gathers"] in _codes(condition)]


def by_kind(conditions, hubs):
    """A Group for each category that has any of `conditions` or a hub."""
    return _groups(Condition.Category.choices, conditions, hubs)


def by_age(conditions, hubs):
    """A Group for children and one for adults, of those that have any of `conditions` or a hub."""
    return _groups(reversed(AGES), conditions, hubs)


def in_order(hubs):
    """The composed pages `hubs`, kinds first, then ages."""
    return [group.hub for group in [*by_kind([], hubs), *by_age([], hubs)]]


def last_changes(editions):
    """When each hub's list last changed, by the code that it gathers.

    `editions` are all that ever started of conditions, the earliest first: dicts of page_id, live_from, is_withdrawal,
    category and patients. A condition changes the lists it stands in, those that it comes to and those that it leaves.
    """
    changed, here = {}, {}
    for edition in editions:
        before = here.get(edition["page_id"], set())
        now = set() if edition["is_withdrawal"] else gathered_under(edition["category"], edition["patients"])
        here[edition["page_id"]] = now
        changed |= dict.fromkeys(before | now, edition["live_from"])
    return changed


def _groups(choices, conditions, hubs):
    hub_of = {hub.words["gathers"]: hub for hub in hubs}
    groups = [Group(code, label, hub_of.get(code)) for code, label in choices]
    for group in groups:
        group.conditions.extend(condition for condition in conditions if group.code in _codes(condition))
    return [group for group in groups if group.conditions or group.hub]


def _codes(condition):
    return gathered_under(condition.words["category"], condition.words["patients"])
