from django.shortcuts import render
from django.views.decorators.http import require_safe

from publishing.alphabet import Entry, a_to_z
from publishing.composing import live_pages, moment

from .models import Term


@require_safe
def glossary(request):
    letters = a_to_z(Entry(term.title, term) for term in live_pages(Term, moment(request)))
    return render(request, "glossary/glossary.html", {"letters": letters})
