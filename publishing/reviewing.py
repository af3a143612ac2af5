"""The lists of entries that a clinician answers for on a page, laid out to be read."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from .composing import not_reviewed
from .drafts import Draft
from .models import Page


@dataclass(frozen=True)
class Entry:
    """An entry that the page shows; `address` leads to its review while nobody has approved it."""

    title: str
    note: str
    address: str


def lists_to_read(page):
    """(what editors call the list, its entries) for every clinical list of the saved row `page`."""
    mentions = [mention for mention in Draft.of(page).mentions if mention.role in page.CLINICAL_ROLES]
    targets = Page.objects.in_bulk([mention.target_id for mention in mentions])
    waiting = set(not_reviewed(list(targets), timezone.now()))
    lists = {}
    for mention in mentions:
        target = targets[mention.target_id]
        address = _review_address(target) if target.pk in waiting else ""
        lists.setdefault(page.part_label(mention.role), []).append(Entry(target.title, mention.note, address))
    return list(lists.items())


def _review_address(page):
    options = Page.kinds()[page.kind]._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_review", args=[page.pk])
