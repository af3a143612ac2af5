"""Pages that give the desk a request's files, each look on record."""

from django.http import Http404
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from record.models import Action

from ..files import staff


class FilePages:
    """Mixed into RequestAdmin."""

    @method_decorator(require_safe)
    def file_view(self, request, key, file):
        found = self.at_hand(request, key, Action.DOWNLOAD, may=self.has_view_permission)
        return self._download(request, found, file)

    @method_decorator(require_safe)
    def files_view(self, request, key):
        found = self.at_hand(request, key, Action.DOWNLOAD, may=self.has_view_permission)
        return self._download(request, found)

    @method_decorator(require_safe)
    def picture_view(self, request, key, number):
        found = self.at_hand(request, key, Action.VIEW, may=self.has_view_permission)
        try:
            return staff.picture(request, found, number)
        except staff.CLOSED as error:
            raise Http404 from error

    def _download(self, request, found, *file):
        try:
            return (staff.download if file else staff.download_all)(request, found, *file)
        except staff.CLOSED:
            context = self._context(request, title=_("This file can't be opened"))
            return render(request, "admin/intake/unreadable.html", context, status=500)
