from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from glossary.marking import Glossary
from publishing.composing import compose, live_pages, moment, newest_first
from publishing.sections import says_something
from publishing.views import follow_moves, require_safe

from . import structured
from .feed import atom
from .models import Article

KINDS = {
    Article.Kind.NEWS: _("News"),
    Article.Kind.STORY: _("Patient stories"),
    Article.Kind.PUBLICATION: _("Publications"),
}
ON_A_PAGE = 20


def latest(at):
    """The live articles at `at`, the newest first."""
    return newest_first(live_pages(Article, at))


@require_safe
def article_list(request):
    """All articles, or those of one kind by ?kind=; whatever else is asked for shows all, or the nearest page."""
    articles = latest(moment(request))
    kinds = {kind: words for kind, words in KINDS.items() if any(a.words["kind_of"] == kind for a in articles)}
    chosen = request.GET.get("kind", "")
    if chosen in kinds:
        articles = [article for article in articles if article.words["kind_of"] == chosen]
    else:
        chosen = ""
    shown = Paginator(articles, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "choices": [(words, _address(kind), kind == chosen) for kind, words in {"": _("All"), **kinds}.items()],
        "articles": shown,
        "before_number": f"{_address(chosen)}{'&' if chosen else '?'}page=",
        "own_query": _own_query(chosen, shown.number),
    }
    return render(request, "news/article_list.html", context)


def _own_query(kind, number):
    own = {name: value for name, value in (("kind", kind), ("page", number > 1 and number)) if value}
    return f"?{urlencode(own)}" if own else ""


def _address(kind):
    return f"?{urlencode({'kind': kind})}" if kind else "./"


@require_safe
@follow_moves
def article(request, slug):
    return show_article(request, compose(Article, slug, moment(request)))


def show_article(request, shown):
    """The page of `shown`, as composed for readers or as previewed for staff."""
    context = {
        "page": shown,
        "glossary": Glossary.of(shown),
        "address_type": "article",
        "structured": structured.article(shown),
        "has_body": says_something(shown.words["body"]),
        "images": shown.shows("image"),
        "related": shown.shows("condition", "treatment"),
        "physicians": shown.shows("physician"),
    }
    return render(request, "news/article.html", context)


@require_safe
def feed(request):
    """The newest articles as an Atom feed (RFC 4287)."""
    return HttpResponse(atom(latest(moment(request))[:ON_A_PAGE]), content_type="application/atom+xml; charset=utf-8")
