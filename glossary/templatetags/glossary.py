import re

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe

register = template.Library()

SYLLABLE = re.compile(r"([^\W\d_]+)")


@register.filter
def stressed(respelling):
    """A respelling, “meh-TAS-tih-sis”, as HTML with its stressed part, the one in capitals, in bold."""
    return format_html_join("", "{}", ((_spoken(part),) for part in SYLLABLE.split(respelling)))


def _spoken(part):
    return format_html("<strong>{}</strong>", part) if len(part) > 1 and part.isupper() else part


@register.filter
def explained(text, glossary):
    """The HTML `text` with the words that `glossary` explains marked at first use; what is not HTML is escaped."""
    text = conditional_escape(text)
    return mark_safe(glossary.mark(text)) if glossary else text  # noqa: S308 - buttons around words of safe text
