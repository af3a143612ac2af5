import re

from django import template
from django.utils.html import format_html, format_html_join

register = template.Library()

SYLLABLE = re.compile(r"([^\W\d_]+)")


@register.filter
def stressed(respelling):
    """A respelling, “meh-TAS-tih-sis”, as HTML with its stressed part, the one in capitals, in bold."""
    return format_html_join("", "{}", ((_spoken(part),) for part in SYLLABLE.split(respelling)))


def _spoken(part):
    return format_html("<strong>{}</strong>", part) if len(part) > 1 and part.isupper() else part
