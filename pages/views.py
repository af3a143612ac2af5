from django.shortcuts import render
from django.utils.translation import gettext as _

from glossary.marking import Glossary
from publishing.composing import compose, moment
from publishing.sections import says_something
from publishing.views import follow_moves, require_safe

from .models import InformationPage


@require_safe
def appointments(request):
    return render(request, "pages/call.html", {"title": _("Request an appointment")})


@require_safe
def second_opinion(request):
    return render(request, "pages/call.html", {"title": _("Get a second opinion")})


@require_safe
@follow_moves
def information(request, slug):
    return show_information(request, compose(InformationPage, slug, moment(request)))


def show_information(request, shown):
    """The page of `shown`, as composed for readers or as previewed for staff."""
    context = {"page": shown, "glossary": Glossary.of(shown), "has_body": says_something(shown.words["body"])}
    return render(request, "pages/information.html", context)
