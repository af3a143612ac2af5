from functools import cache

from django.db.models import Q
from django.utils.functional import SimpleLazyObject

from news.models import Article
from publishing.composing import Shown, moment, shown_in
from publishing.models import Edition

from .models import InformationPage, SiteDetails

NAME = "SpineInfo"  # of a site that has published no details


def site(request):
    """What every page shows, read in one query when a template first asks for it.

    `site`: the published SiteDetails at this response's moment; a preview of unpublished ones sets them as
    `request.site`. `information`: the information pages in their order. `has_news`: whether there is any article.
    """
    frame = cache(lambda: _remembered(shown_in(_frame(moment(request)))))
    return {
        "site": SimpleLazyObject(lambda: getattr(request, "site", None) or _details(frame())),
        "information": SimpleLazyObject(lambda: _information(frame())),
        "has_news": SimpleLazyObject(lambda: any(page.kind == Article.KIND for page in frame())),
    }


def site_title(at):
    """The title of the live SiteDetails at `at`, or NAME, in one query."""
    live = Edition.objects.live(at).filter(kind=SiteDetails.KIND)
    return live.values_list("title", flat=True).first() or NAME


def site_details(at):
    """The SiteDetails that are live at `at`, for what is no page; one query."""
    return _details(shown_in(_frame(at)))


last_read = []  # what this process last showed of the site; a page about a fault has nothing newer


def last_known_site():
    """The site's details as this process last read them, without asking the database."""
    return _details(last_read)


def _remembered(frame):
    last_read[:] = frame
    return frame


def _frame(at):
    live = Edition.objects.live(at)
    any_article = live.filter(kind=Article.KIND).values("pk")[:1]
    return live.filter(Q(kind__in=[SiteDetails.KIND, InformationPage.KIND]) | Q(pk__in=any_article))


def _information(frame):
    pages = [page for page in frame if page.kind == InformationPage.KIND]
    return sorted(pages, key=lambda page: page.words["position"])


def _details(frame):
    for page in frame:
        if page.kind == SiteDetails.KIND:
            return page
    words = dict.fromkeys(SiteDetails.WORDS, "")
    return Shown(page_id=0, kind="site", slug="site", title=NAME, summary="", words=words)
