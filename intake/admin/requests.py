"""What the desk sees of requests: the queue, and one of them on one page, each look on record."""

from django.contrib import admin
from django.urls import path

from record.looks import LooksOnRecord

from ..models import Request
from ..roles import may
from .figures import FigurePages
from .files import FilePages
from .keeping import Keeping
from .one import OnePage
from .queue import Queue


@admin.register(Request)
class RequestAdmin(Queue, OnePage, FilePages, FigurePages, Keeping, LooksOnRecord, admin.ModelAdmin):
    """Coordinators see all requests and answer them; reviewing physicians see those that were given to them."""

    class Media:
        css = {"all": ["css/admin/intake.css"]}

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.changelist_view), name="intake_request_changelist"),
            path("find/", wrap(self.find_view), name="intake_request_find"),
            path("figures/", wrap(self.figures_view), name="intake_request_figures"),
            path("figures.csv", wrap(self.figures_file_view), name="intake_request_figures_file"),
            path("search/", wrap(self.search_view), name="intake_request_search"),
            path("phone/", wrap(self.phone_view), name="intake_request_phone"),
            path("<path:key>/files/all/", wrap(self.files_view), name="intake_request_files"),
            path("<path:key>/series/<int:number>/", wrap(self.picture_view), name="intake_request_picture"),
            path("<path:key>/files/<uuid:file>/", wrap(self.file_view), name="intake_request_file"),
            path("<path:key>/hold/", wrap(self.hold_view), name="intake_request_hold"),
            path("<path:key>/erase/", wrap(self.erase_view), name="intake_request_erase"),
            path("<path:key>/print/", wrap(self.print_view), name="intake_request_print"),
            path("<path:key>/act/<slug:act>/", wrap(self.act_view), name="intake_request_act"),
            path("<path:object_id>/change/", wrap(self.change_view), name="intake_request_change"),
        ]

    def has_view_permission(self, request, obj=None):
        if may(request, "view_request"):
            return True
        return may(request, "review_request") and (obj is None or obj.reviewer_id == request.user.pk)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def _context(self, request, **more):
        context = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        context |= {"may_view": self.has_view_permission(request), "may_erase": self.has_erase_permission(request)}
        return context | more
