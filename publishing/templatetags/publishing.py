import datetime

from django import template

register = template.Library()


@register.filter
def as_day(text):
    """A frozen date (2027-03-01) as a date."""
    return datetime.date.fromisoformat(text)
