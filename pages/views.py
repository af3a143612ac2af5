from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe


@require_safe
def appointments(request):
    return render(request, "pages/call.html", {"title": _("Request an appointment")})


@require_safe
def second_opinion(request):
    return render(request, "pages/call.html", {"title": _("Get a second opinion")})
