from django.utils.functional import SimpleLazyObject

from publishing.composing import Shown, live_pages, moment

from .models import SiteDetails


def site(request):
    """`site`: the published SiteDetails at this response's moment, read when a template first asks for it.

    A preview of unpublished ones sets them as `request.site`.
    """
    return {"site": SimpleLazyObject(lambda: getattr(request, "site", None) or site_details(moment(request)))}


def site_details(at):
    """The live SiteDetails at `at`; on a site that has published none, the bare name and empty words."""
    published = live_pages(SiteDetails, at)
    if published:
        return published[0]
    words = dict.fromkeys(SiteDetails.WORDS, "")
    return Shown(page_id=0, kind="site", slug="site", title="SpineInfo", summary="", words=words)
