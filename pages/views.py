from django.shortcuts import render

from glossary.marking import Glossary
from publishing.composing import compose, moment
from publishing.sections import says_something
from publishing.views import follow_moves, require_safe

from . import structured
from .models import InformationPage


@require_safe
@follow_moves
def information(request, slug):
    return show_information(request, compose(InformationPage, slug, moment(request)))


def show_information(request, shown):
    """The page of `shown`, as composed for readers or as previewed for staff."""
    words = shown.words
    context = {
        "page": shown,
        "glossary": None if words["language"] else Glossary.of(shown),  # its words are those of the site's language
        "has_body": says_something(words["body"]),
        "structured": structured.information(shown),
    }
    return render(request, "pages/information.html", context)
