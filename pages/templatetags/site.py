import html
import re

from django import template
from django.conf import settings
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

register = template.Library()

# What the site's navigation offers: the words, the page they lead to, and the pages below it.
NAVIGATION = (
    (_("Conditions"), "conditions:condition_list", {"conditions:condition", "conditions:hub"}),
    (_("Treatments"), "conditions:treatment_list", {"conditions:treatment"}),
    (_("Our physicians"), "physicians:physician_list", {"physicians:physician"}),
    (_("Glossary"), "glossary:glossary", set()),
)
NEWS = (_("News"), "news:article_list", {"news:article"})
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}
EXTENSION = re.compile(r"(?:x|ext|extension)\.?\s*(\d+)\s*$", re.IGNORECASE)


@register.simple_tag(takes_context=True)
def navigation(context):
    """The links of the site's navigation; `current` is "page", "true" (a page below it) or empty.

    News is offered where there is any.
    """
    match = getattr(context.get("request"), "resolver_match", None)
    here = match.view_name if match else ""
    return [
        {"words": words, "to": to, "current": "page" if here == to else "true" if here in below else ""}
        for words, to, below in [*NAVIGATION, *([NEWS] if context.get("has_news") else [])]
    ]


@register.simple_tag(takes_context=True)
def canonical(context):
    """The one address by which others should know the page; empty for what is no public page, such as a preview.

    A page that differs by its query puts the part that counts into the context as `own_query`.
    """
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    if match is None or "admin" in match.app_names:
        return ""
    return f"{settings.SITE_URL}{request.path}{context.get('own_query', '')}"


@register.simple_tag(takes_context=True)
def block_text(context, name):
    """What the page's block `name` says, as text, so that it can be said in other places; empty without that block."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return html.unescape(block.render(context)).strip() if block else ""


@register.filter
def tel(number):
    """`number`, as people write it, for a tel: link (RFC 3966)."""
    extension = EXTENSION.search(number)
    main = number[: extension.start()] if extension else number
    digits = "".join(re.findall(r"\d", main))
    plus = "+" if main.strip().startswith("+") else ""
    return f"tel:{plus}{digits}" + (f";ext={extension[1]}" if extension else "")


@register.filter
def language_attributes(code):
    """What an element in the language `code` (BCP 47) says of it; nothing where `code` is empty."""
    if not code:
        return ""
    direction = "rtl" if code in RIGHT_TO_LEFT else "ltr"
    return format_html(' lang="{}" dir="{}"', code, direction)
