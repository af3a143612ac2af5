from django.shortcuts import render
from django.views.decorators.http import require_safe

from conditions.models import Condition
from conditions.regions import by_region
from publishing.composing import live_pages, moment


@require_safe
def home(request):
    return render(request, "home.html", {"regions": by_region(live_pages(Condition, moment(request)))})
