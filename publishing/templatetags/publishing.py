import datetime
from urllib.parse import urlsplit

from django import template

register = template.Library()


@register.filter
def host(address):
    """The site that `address` leads to: “doi.org”."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


@register.filter
def as_day(text):
    """A frozen date (2027-03-01) as a date."""
    return datetime.date.fromisoformat(text)
