"""What editors may write, and the one cleaner that holds them to it.

The field cleans on save and the `rich` filter cleans again on the way out, because `queryset.update` and SQL
reach a row without saving it.
"""

import re
from urllib.parse import urlsplit

import nh3
from ckeditor.fields import RichTextField as EditorField
from django.conf import settings

TAGS = {
    "a", "abbr", "blockquote", "br", "caption", "em", "h1", "h2", "h3", "h4", "li", "ol", "p", "span", "strong", "sub",
    "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "ol": {"start"},
    "span": {"lang"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
CONTENT_DROPPED = {"script", "style", "iframe", "object", "embed", "noscript", "template", "svg", "math", "select"}

# The cleaner's output quotes every attribute and escapes quotes within, so these read it exactly.
HIGH_HEADING = re.compile(r"<(/?)h[12]>")
BOLD_OR_ITALIC = re.compile(r"<(/?)(b|i)>")
LINK = re.compile(r'<a((?: [a-z]+="[^"]*")*)>')
HREF = re.compile(r' href="([^"]*)"')
ENTITY_FREE_NAME = {"b": "strong", "i": "em"}


def clean(html):
    """Return `html` with allowed tags and attributes only; cleaning twice gives the same bytes.

    h1 and h2 become h3 (the page has its own), b and i become strong and em, comments go, and links that leave
    the site get `rel`.
    """
    if not html:
        return ""
    cleaned = nh3.clean(
        html.replace("\x00", ""),
        tags=TAGS | {"b", "i"},
        attributes=ATTRIBUTES,
        clean_content_tags=CONTENT_DROPPED,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
        strip_comments=True,
    )
    cleaned = HIGH_HEADING.sub(r"<\1h3>", cleaned)
    cleaned = BOLD_OR_ITALIC.sub(lambda match: f"<{match[1]}{ENTITY_FREE_NAME[match[2]]}>", cleaned)
    return LINK.sub(_with_rel, cleaned)


def _with_rel(match):
    href = HREF.search(match[1])
    if href and _leaves_the_site(href[1]):
        return f'<a{match[1]} rel="noopener noreferrer">'
    return match[0]


def _leaves_the_site(address):
    try:
        host = urlsplit(address.replace("\\", "/")).hostname
    except ValueError:
        return True
    return bool(host) and host != urlsplit(settings.SITE_URL).hostname


class RichTextField(EditorField):
    """HTML from the editor, cleaned whenever a row is saved."""

    def pre_save(self, model_instance, add):
        value = clean(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value
