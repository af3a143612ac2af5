"""Conditions by the region of the spine where they happen."""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import Condition
from .spine_map import spine_map

WHOLE = Condition.Region.WHOLE.value


@dataclass(frozen=True)
class RegionOfConditions:
    """A region with its conditions; `detail` is its everyday name and its vertebrae."""

    key: str
    name: str
    detail: str
    conditions: list


def by_region(conditions):
    """A RegionOfConditions for each region that has any of `conditions`, from the neck down, the whole spine last."""
    found = []
    for region in spine_map().regions:
        found.append(RegionOfConditions(region.key, region.spine, f"{region.plain} · {region.levels}", []))
    found.append(RegionOfConditions(WHOLE, _("Whole spine"), "", []))
    for region in found:
        region.conditions.extend(condition for condition in conditions if region.key in condition.words["regions"])
    return [region for region in found if region.conditions]


def region_names(keys):
    """The regions in `keys` in a few words: “Thoracic spine”, “Cervical and lumbar spine”."""
    if WHOLE in keys:
        return gettext("Whole spine")
    regions = [region for region in spine_map().regions if region.key in keys]
    if not regions:
        return ""
    *others, last = regions
    if not others:
        return str(last.spine)
    names = ", ".join([str(others[0].name), *(str(region.name).lower() for region in others[1:])])
    return gettext("{names} and {last} spine").format(names=names, last=str(last.name).lower())
