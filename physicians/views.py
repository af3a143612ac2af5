from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from publishing.alphabet import sorting_key
from publishing.composing import compose, live_pages_of, moment, named_by
from publishing.sections import sections
from publishing.views import follow_moves, require_safe

from . import structured
from .filters import filtered
from .models import Physician


def by_name(physicians):
    """`physicians` in the order of their family names."""
    return sorted(physicians, key=lambda physician: sorting_key(physician.words["family_name"]))


@require_safe
def physician_list(request):
    at = moment(request)
    physicians = by_name(live_pages_of([Physician], at)[Physician])
    found = filtered(physicians, named_by("condition", physicians, at), request.GET)
    response = render(request, "physicians/physician_list.html", {"found": found})
    if found.is_filtered:
        response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@follow_moves
def physician(request, slug):
    return show_physician(request, compose(Physician, slug, moment(request)))


def show_physician(request, shown):
    """The page of `shown`, as composed for readers or as previewed for staff."""
    context = {
        "page": shown,
        "address_type": "profile",
        "structured": structured.physician(shown),
        "about": sections(shown.words, {"biography": _("About")}),
        "training": sections(shown.words, {"training": _("Training")}),
        "conditions": shown.shown_by("condition"),
        "treatments": shown.shown_by("treatment"),
        "news": shown.latest("article"),
    }
    return render(request, "physicians/physician.html", context)
