"""What the desk promises: when it is open, by which day it answers, and when the next thing is due.

The clock runs on business days alone (Monday to Friday, without the holidays), from the hour at which the desk opens to
the one at which it closes, as clocks on the wall show them: a day on which they are set is as long as any other.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from .models import DeskSettings, Request

SATURDAY = 5


def settings():
    """The DeskSettings, as the department set them."""
    return DeskSettings.objects.get(pk=1)


def answer_day(desk, day):
    """The last business day by which a request that comes on `day` is answered.

    The first business day after `day` counts as one; holidays and weekends count for nothing.
    """
    holidays = _holidays(desk, day)
    left = desk.answer_within
    while left:
        day += timedelta(days=1)
        left -= _is_business_day(day, holidays)
    return day


def due_after(desk, moment, days):
    """When `days` business days have passed since `moment`; both aware.

    From 3 PM on Friday, one business day later is 3 PM on Monday; from Saturday it is when the desk closes on Monday.
    """
    zone = timezone.get_current_timezone()
    start = moment.astimezone(zone).replace(tzinfo=None)
    holidays = _holidays(desk, start.date())
    left = days * (_at(start, desk.closes) - _at(start, desk.opens))
    day = start
    while True:
        begins, ends = max(start, _at(day, desk.opens)), _at(day, desk.closes)
        if _is_business_day(day.date(), holidays) and begins < ends:
            if ends - begins >= left:
                return _aware(begins + left, zone)
            left -= ends - begins
        day += timedelta(days=1)


def minutes_between(desk, start, end):
    """How many whole minutes of business hours lie between two moments, both aware; 0 if the second is not later."""
    zone = timezone.get_current_timezone()
    start, end = (moment.astimezone(zone).replace(tzinfo=None) for moment in (start, end))
    holidays = _holidays(desk, start.date())
    passed, day = timedelta(), start
    while day.date() <= end.date():
        if _is_business_day(day.date(), holidays):
            passed += max(min(end, _at(day, desk.closes)) - max(start, _at(day, desk.opens)), timedelta())
        day += timedelta(days=1)
    return passed // timedelta(minutes=1)


def end_of(desk, day):
    """When the desk closes on `day`, or on the first business day after it."""
    holidays = _holidays(desk, day)
    while not _is_business_day(day, holidays):
        day += timedelta(days=1)
    return _aware(datetime.combine(day, desk.closes), timezone.get_current_timezone())


def next_due(desk, request, now):
    """When the desk has to have done the next thing about an open request.

    Until the patient has heard from a person, that is the first contact. Then it is the day after a visit, for what
    came of it; else the request comes up again after some days.
    """
    if request.contacted_at is None and request.status == Request.Status.NEW:
        is_urgent = request.priority != Request.Priority.ROUTINE
        return due_after(desk, request.received_at, desk.urgent_within if is_urgent else desk.routine_within)
    if request.status == Request.Status.SCHEDULED and request.visit_on:
        return end_of(desk, request.visit_on + timedelta(days=1))
    return due_after(desk, now, desk.next_within)


def _holidays(desk, day):
    return set(desk.holidays.filter(day__gte=day).values_list("day", flat=True))


def _is_business_day(day, holidays):
    return day.weekday() < SATURDAY and day not in holidays


def _at(day, hour):
    return datetime.combine(day.date(), hour)


def _aware(moment, zone):
    """A moment as the clock on the wall shows it; one that is skipped when clocks go forward is an hour later."""
    return moment.replace(tzinfo=zone).astimezone(timezone.get_default_timezone())
