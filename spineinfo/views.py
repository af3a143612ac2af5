from django.shortcuts import render
from django.views.decorators.http import require_safe

from conditions.models import Condition
from conditions.regions import by_region
from news.views import latest
from publishing.composing import live_pages, moment

ARTICLES_AT_HOME = 3


@require_safe
def home(request):
    at = moment(request)
    context = {"regions": by_region(live_pages(Condition, at)), "news": latest(at)[:ARTICLES_AT_HOME]}
    return render(request, "home.html", context)
