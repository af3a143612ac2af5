import re

from django import template
from django.utils.safestring import mark_safe

from publishing.richtext import clean

register = template.Library()

HEADING = re.compile(r"(?<=<)(/?)h([34])(?=>)")  # as the cleaner writes it; what is text has no “<”


@register.filter
def rich(value):
    """Editors' text, cleaned once more on its way to the reader."""
    return mark_safe(clean(value))  # noqa: S308 - the cleaner's output is the one HTML the site trusts


@register.filter
def rich_under_title(value):
    """Editors' text right below a page's title: its headings begin with h2."""
    return mark_safe(HEADING.sub(lambda tag: f"{tag[1]}h{int(tag[2]) - 1}", rich(value)))  # noqa: S308 - as above
