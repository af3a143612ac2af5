import re

from django.http import JsonResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.views.decorators.cache import never_cache

from accounts.limits import seconds_to_wait
from conditions.warning_signs import by_level
from publishing.models import Page
from publishing.views import require_safe

from . import index
from .finding import LONGEST, find, suggest, typed_words
from .models import UnfoundWord
from .results import grouped

PERSONAL = re.compile(r"[\d@]")
NOTED_IN_AN_HOUR = 20  # searches of one sender that found nothing


@require_safe
@never_cache
def search(request):
    """What ?q= finds; ?kind= leaves one kind of page. Nothing of it is kept but what UnfoundWord tells."""
    asked = request.GET.get("q", "").replace("\x00", " ").strip()
    context = {"asked": asked[:LONGEST]}
    if typed_words(asked):
        live = index.index.live()
        found = find(asked, live)
        only = request.GET.get("kind", "")
        only = only if only in found.counts else ""
        said = [asked, found.read_as, found.heard_as]
        context |= {
            "found": found,
            "count": sum(found.counts.values()),
            "groups": grouped(found, live, only),
            "only": only,
            "signs": by_level(live.signs.described_in(*said)),
            "is_urgent": live.signs.floor_is_in(*said),
        }
        is_notable = found.unknown and not found.hits and not PERSONAL.search(asked)
        if is_notable and not seconds_to_wait(request, "unfound-words", NOTED_IN_AN_HOUR):
            UnfoundWord.objects.note(found.unknown)
    response = render(request, "search/search.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@never_cache
def suggestions(request):
    """Pages whose names fit what has been typed so far, as JSON: a list of title, kind, url and language."""
    live = index.index.live()
    found = []
    for record in suggest(request.GET.get("q", ""), live):
        model = Page.kinds()[record["kind"]]
        found.append(
            {
                "title": record["title"],
                "kind": capfirst(model._meta.verbose_name),
                "url": model.found_at(record["slug"]),
                "language": record["language"],
            }
        )
    response = JsonResponse({"suggestions": found})
    response["X-Robots-Tag"] = "noindex"
    return response
