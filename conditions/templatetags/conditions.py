import re

from django import template
from django.utils.html import format_html, format_html_join

from conditions.models import Condition, Hub
from physicians.models import Patients

register = template.Library()

SHORT_NUMBER = re.compile(r"(?<![\w.,+$#-])(911|988)(?![\w%-]|[.,]\d)")


@register.filter
def category(condition):
    """“Tumor”"""
    return Condition.Category(condition.words["category"]).label


@register.filter
def hub(condition):
    """The hub of the category of the composed page `condition`; None where none is live."""
    hubs = condition.at_hand(Hub.KIND)
    return next((hub for hub in hubs if hub.words["gathers"] == condition.words["category"]), None)


@register.filter
def befalls(condition):
    """“Adults and children”"""
    return Patients(condition.words["patients"]).label


@register.filter
def short_numbers(text):
    """The plain `text`, escaped, with 911 and 988 as links that call them."""
    parts = SHORT_NUMBER.split(text)
    numbers = [*parts[1::2], ""]
    return format_html_join(
        "", "{}{}", ((said, _call(number)) for said, number in zip(parts[::2], numbers, strict=True))
    )


def _call(number):
    return format_html('<a href="tel:{}">{}</a>', number, number) if number else ""
