"""The page of figures, and the same as a file, each look on record."""

from django.http import Http404, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from record.models import Action
from record.noting import noted, refuse

from ..figures import reading
from ..models import Request
from ..roles import may


class FigurePages:
    """Mixed into RequestAdmin."""

    @method_decorator(require_safe)
    def figures_view(self, request):
        year = self._year(request, Action.VIEW)
        with noted(request, Action.VIEW, Request, detail=f"figures of {year}"):
            context = self._context(request, title=_("Figures"), year=year, years=reading.years())
            return render(request, "admin/intake/figures.html", context | {"tables": reading.tables(year)})

    @method_decorator(require_safe)
    def figures_file_view(self, request):
        year = self._year(request, Action.EXPORT)
        with noted(request, Action.EXPORT, Request, detail=f"figures of {year}"):
            lines = list(reading.csv_lines(year))
        headers = {"Content-Disposition": f'attachment; filename="requests-{year}.csv"'}
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)

    def _year(self, request, action):
        """The year that is asked for, or the newest."""
        if not may(request, "count_request"):
            refuse(request, action, Request, detail="figures")
        years = reading.years() or [timezone.localdate().year]
        asked = request.GET.get("year", str(years[0]))
        if not asked.isdigit() or int(asked) not in years:
            raise Http404
        return int(asked)
