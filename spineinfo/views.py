import logging
import secrets
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from accounts import repeats, staying
from conditions.hubs import in_order
from conditions.models import Condition, Hub, WarningSign
from conditions.regions import by_region
from conditions.warning_signs import general
from news.models import Article
from pages.context_processors import last_known_site
from physicians.models import Physician
from physicians.views import by_name
from publishing.composing import live_pages_of, moment, newest_first
from publishing.views import require_safe
from record.noting import NotOnRecord

ARTICLES_AT_HOME = 3
PHYSICIANS_AT_HOME = 12  # no more of them stand alone, by name; the others are a link away

log = logging.getLogger(__name__)


@require_safe
def home(request):
    at = moment(request)
    pages = live_pages_of([Condition, Hub, WarningSign, Physician, Article], at)
    context = {
        "regions": by_region(pages[Condition]),
        "hubs": in_order(pages[Hub]),
        "has_signs": bool(general(pages[WarningSign])),
        "physicians": by_name(pages[Physician])[:PHYSICIANS_AT_HOME],
        "more_physicians": len(pages[Physician]) > PHYSICIANS_AT_HOME,
        "news": newest_first(pages[Article])[:ARTICLES_AT_HOME],
    }
    return render(request, "home.html", context)


def server_error(request):
    """The page about a fault: it asks nothing of the database, and its reference stands in the log beside the fault.

    Answers 503 where the database is away or the record takes no row, since that passes.
    """
    reference = secrets.token_hex(4)
    log.error("The fault that follows was shown to someone as reference %s", reference)
    fault = sys.exc_info()[1]
    is_unrecorded = isinstance(fault, NotOnRecord)
    is_away = is_unrecorded or isinstance(fault, OperationalError | InterfaceError)
    context = {"reference": reference, "site": last_known_site(), "is_unrecorded": is_unrecorded}
    page = render_to_string("500.html", context)
    return HttpResponse(page, status=503, headers={"Retry-After": "60"}) if is_away else HttpResponse(page, status=500)


def bad_request(request, exception):
    """The page about what can't be read. Django's own reads the form a second time, and turns a 400 into a fault."""
    return HttpResponseBadRequest(render_to_string("400.html", {"site": last_known_site()}))


def csrf_failure(request, reason=""):
    """The page about a form that this browser did not get from here, or got too long ago.

    People get back what they typed: staff by `accounts.staying`, others where a view says how, as its `shown_again`.
    """
    if again := repeats.answer(request):
        return again
    match = request.resolver_match
    shown_again = getattr(match and match.func, "shown_again", None)
    if shown_again and (page := shown_again(request, **match.kwargs)):
        add_never_cache_headers(page)
        return page
    if staying.can_be_carried(request):
        return staying.carried(request)
    return render(request, "403_csrf.html", status=403)
