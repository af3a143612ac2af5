from django.shortcuts import render

from publishing.alphabet import Entry, a_to_z
from publishing.composing import live_pages, moment
from publishing.views import require_safe

from . import structured
from .models import Term


@require_safe
def glossary(request):
    return _show(request, live_pages(Term, moment(request)))


def show_term(request, shown):
    """The one term `shown`, as the glossary will show it."""
    return _show(request, [shown], page=shown)


def _show(request, terms, **context):
    letters = a_to_z(Entry(term.title, term) for term in terms)
    context["structured"] = structured.glossary(terms)
    return render(request, "glossary/glossary.html", {"letters": letters, **context})
