import datetime
from urllib.parse import urlsplit

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def host(address):
    """The site that `address` leads to: “doi.org”."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


@register.filter
def is_to_come(text):
    """Whether a frozen date, or none, is today or later."""
    return bool(text) and as_day(text) >= timezone.localdate()


@register.filter
def as_day(text):
    """A frozen date (2027-03-01) as a date."""
    return datetime.date.fromisoformat(text)
