"""What the desk promises: who is open, and by which day it answers."""

from datetime import timedelta

from .models import DeskSettings

SATURDAY = 5


def settings():
    """The DeskSettings, as the department set them."""
    return DeskSettings.objects.get(pk=1)


def answer_day(desk, day):
    """The last business day by which a request that comes on `day` is answered.

    The first business day after `day` counts as one; holidays and weekends count for nothing.
    """
    holidays = set(desk.holidays.filter(day__gt=day).values_list("day", flat=True))
    left = desk.answer_within
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY and day not in holidays
    return day
