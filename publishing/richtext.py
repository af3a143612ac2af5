"""What editors may write, and the one cleaner that holds them to it.

The field cleans on save and the `rich` filter cleans again on the way out, because `queryset.update` and SQL
reach a row without saving it.
"""

import html
import re
from urllib.parse import urlsplit

import nh3
from ckeditor.fields import RichTextField as EditorField
from ckeditor.fields import RichTextFormField as EditorFormField
from django.conf import settings
from django.core.validators import MaxLengthValidator

TAGS = {
    "a", "abbr", "blockquote", "br", "caption", "em", "h3", "h4", "li", "ol", "p", "span", "strong", "sub", "sup",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "*": set(),  # else the sanitiser allows lang and title everywhere
    "a": {"href", "title"},
    "abbr": {"title"},
    "li": {"lang", "dir"},
    "ol": {"start"},
    "p": {"lang", "dir"},
    "span": {"lang", "dir"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
RENAMED = {"h1": "h3", "h2": "h3", "b": "strong", "i": "em"}
CONTENT_DROPPED = {"script", "style", "iframe", "object", "embed", "noscript", "template", "svg", "math", "select"}

# What could pass for a scheme that is none of SCHEMES, and what browsers skip in looking for one.
ODD_ADDRESS = re.compile(rf"(?! *({'|'.join(SCHEMES)}):)[^/?#]*:|.*[\x00-\x1f\x7f]", re.IGNORECASE | re.DOTALL)

# A tag as BCP 47 makes them of a language with perhaps a script and a region: “es”, “zh-Hans”, “pt-BR”.
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def _without_odd_values(tag, attribute, value):
    if attribute == "href" and ODD_ADDRESS.match(value):
        return None
    if attribute == "lang" and not LANGUAGE.fullmatch(value):
        return None
    # The editor writes "ltr" on every span in another language, where it would be a change of each text it opens.
    if attribute == "dir" and value not in ({"rtl"} if tag == "span" else {"rtl", "ltr"}):
        return None
    return value


SANITISER = nh3.Cleaner(
    tags=TAGS | RENAMED.keys(),
    attributes=ATTRIBUTES,
    attribute_filter=_without_odd_values,
    clean_content_tags=CONTENT_DROPPED,
    url_schemes=SCHEMES,
    link_rel=None,
)
TEXT_ALONE = nh3.Cleaner(tags=set(), attributes={"*": set()}, clean_content_tags=CONTENT_DROPPED, link_rel=None)
ROUNDS = 8

# A book chapter fits. Cleaning slows with the square of the length of text made to slow it.
LONGEST = 100_000

# The sanitiser quotes every attribute and escapes what is special in text and in values, so these read it exactly.
TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"]*")*)>')
ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')

# An address with a host of its own, as browsers read it: any number of slashes, which may lean back.
WITH_HOST = re.compile(r" *(?:https?:[/\\]*|[/\\]{2,})(?:[^/\\?#]*@)?([^/\\?#:]*)", re.IGNORECASE)


def clean(text):
    """Return the HTML `text` with allowed tags and attributes only; cleaning twice gives the same bytes.

    h1 and h2 become h3 (the page has its own), b and i become strong and em, comments go, and links that leave
    the site get `rel`.
    """
    text = (text or "").replace("\x00", "")
    for _round in range(ROUNDS):
        cleaned = TAG.sub(_house_style, SANITISER.clean(text))
        if cleaned == text:
            return cleaned
        text = cleaned  # what was nested within a dropped tag may be read anew
    return TEXT_ALONE.clean(text)


def plain(text):
    """The words of the HTML `text`, without any tag."""
    return html.unescape(TEXT_ALONE.clean((text or "").replace("\x00", "")))


def _house_style(match):
    slash, name, attributes = match.groups()
    if name == "a" and _leaves_the_site(dict(ATTRIBUTE.findall(attributes)).get("href", "")):
        attributes += ' rel="noopener noreferrer"'
    return f"<{slash}{RENAMED.get(name, name)}{attributes}>"


def _leaves_the_site(address):
    host = WITH_HOST.match(html.unescape(address))
    return bool(host) and host[1].lower() != urlsplit(settings.SITE_URL).hostname


BLOCKS = "blockquote|br|caption|h3|h4|li|ol|p|table|tbody|td|th|thead|tr|ul"
AROUND_BLOCKS = re.compile(rf"[ \t\r\n]*(</?(?:{BLOCKS})(?: [^>]*)?>)[ \t\r\n]*")
SPACE = re.compile(r"[ \t\r\n]+")


def read_alike(text, other):
    """Whether two texts, cleaned, say the same: they differ in line ends and indents alone, as the editor sets them."""
    return _as_read(text) == _as_read(other)


def _as_read(text):
    return AROUND_BLOCKS.sub(r"\1", SPACE.sub(" ", text or "")).strip(" ")


class RichTextFormField(EditorFormField):
    def prepare_value(self, value):
        """What the editor is given: it runs in the browser of staff, so a row written past the cleaner is cleaned."""
        return clean(value) if len(value or "") <= LONGEST else html.escape(value)

    def has_changed(self, initial, data):
        """Line ends, indents and empty tags as browser and editor write them are no change."""
        return super().has_changed(_as_read(self.prepare_value(initial)), _as_read(self.prepare_value(data)))


class RichTextField(EditorField):
    """HTML from the editor, cleaned whenever a row is saved."""

    default_validators = [MaxLengthValidator(LONGEST)]

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": RichTextFormField, **kwargs})

    def save_form_data(self, instance, data):
        """A text that only stands otherwise than the editor sets it stays: an approval is of these very bytes."""
        if not read_alike(clean(data), clean(getattr(instance, self.attname))):
            super().save_form_data(instance, data)

    def pre_save(self, model_instance, add):
        value = clean(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value
