from django.urls import path, register_converter

from . import later, status, views
from .files import form, tus
from .files.owners import STATUS
from .models.request import Kind

WAYS = {"appointments": Kind.APPOINTMENT, "second-opinion": Kind.SECOND_OPINION}


class WayConverter:
    """A kind of request, as addresses name it."""

    regex = "|".join(WAYS)

    def to_python(self, value):
        return WAYS[value]

    def to_url(self, kind):
        return next(way for way, known in WAYS.items() if known == kind)


class SendingConverter(WayConverter):
    """A kind of request, or STATUS: where files are sent from."""

    regex = "|".join([*WAYS, STATUS])

    def to_python(self, value):
        return STATUS if value == STATUS else super().to_python(value)

    def to_url(self, way):
        return STATUS if way == STATUS else super().to_url(way)


register_converter(WayConverter, "way")
register_converter(SendingConverter, "sending")

app_name = "intake"
urlpatterns = [
    path("appointments/", views.start, {"kind": Kind.APPOINTMENT}, name="appointments"),
    path("second-opinion/", views.start, {"kind": Kind.SECOND_OPINION}, name="second_opinion"),
    path("request-status/", status.status, name="status"),
    path("request-status/code/", status.code, name="status_code"),
    path("request-status/shown/", status.shown, name="status_shown"),
    path("request-status/files/", status.files, name="status_files"),
    path("request-status/close/", status.close, name="status_close"),
    path("<sending:way>/upload/", tus.files, name="uploads"),
    path("<sending:way>/upload/form/", form.upload, name="upload_form"),
    path("<sending:way>/upload/<uuid:key>/remove/", form.remove, name="upload_remove"),
    path("<sending:way>/upload/<uuid:key>/", tus.one, name="upload"),
    path("<way:kind>/check/", views.check, name="check"),
    path("<way:kind>/sent/", views.sent, name="sent"),
    path("<way:kind>/call-911/", views.call_911, name="call_911"),
    path("<way:kind>/call-today/", views.call_today, name="call_today"),
    path("<way:kind>/later/", later.later, name="later"),
    path("<way:kind>/resume/", later.resume, name="resume"),
    path("<way:kind>/forget/", views.forget, name="forget"),
    path("<way:kind>/<slug:key>/", views.step, name="step"),
]
