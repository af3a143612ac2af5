import json

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from publishing.structured import absolute, thing

register = template.Library()

# In a script nothing is text to a browser but what ends it; these never do, and JSON reads them back.
ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&"}


@register.simple_tag
def json_ld(data):
    """`data` as JSON-LD; a block of data, which no policy takes for a script."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above


@register.simple_tag
def absolute_url(name, *arguments):
    """The whole address of the page with the URL name `name`."""
    return absolute(reverse(name, args=arguments))


@register.simple_tag
def crumb_list(url, words, anchor, place):
    """The breadcrumb of components/crumbs.html as data."""
    crumbs = [(_("Home"), reverse("home"))]
    if url:
        crumbs.append((words, url))
    if anchor:
        crumbs.append((place, f"{url}#{anchor}"))
    items = [
        thing("ListItem", position=position, name=str(name), item=absolute(path))
        for position, (name, path) in enumerate(crumbs, start=1)
    ]
    return {"@context": "https://schema.org", **thing("BreadcrumbList", itemListElement=items)}
