import re
from urllib.parse import unquote, urlencode

from django import template
from django.contrib.humanize.templatetags.humanize import apnumber
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import ngettext

from search import index
from search.finding import find, typed_words
from search.results import best

register = template.Library()


@register.simple_tag
def results_in_words(count, asked):
    """“Three results for “sciatica””."""
    text = ngettext("{count} result for “{asked}”", "{count} results for “{asked}”", count)
    return text.format(count=capfirst(apnumber(count)), asked=asked)


@register.simple_tag(takes_context=True)
def results_of(context, kind):
    """The address of the same search for one kind of page, for every kind where `kind` is empty."""
    asked = {"q": context["asked"], "kind": kind} if kind else {"q": context["asked"]}
    return f"{reverse('search:search')}?{urlencode(asked)}"


@register.simple_tag
def found_for(asked):
    """The Group of what fits best to `asked`; None where a word of it is unknown, as in most addresses of programs."""
    if not typed_words(asked):
        return None
    live = index.index.live()
    found = find(asked, live)
    return best(found, live) if found.hits and not found.unknown else None


@register.filter
def words_of_address(path):
    """The words of a path that led nowhere: “slipped disc” of “/conditions/slipped-disc.html”."""
    last = next(filter(None, reversed(unquote(str(path or "")).split("/"))), "")
    last = re.sub(r"\.[a-z]{2,5}$", "", last, flags=re.IGNORECASE)
    return " ".join(re.findall(r"[^\W_]+", last))[:80]
