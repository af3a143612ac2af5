from urllib.parse import unquote_to_bytes

from django.core.exceptions import BadRequest
from django.http import HttpResponseNotAllowed
from django.middleware.gzip import GZipMiddleware


class RefuseNulMiddleware:
    """Answers 400 to a NUL in an address: PostgreSQL can't search for one, and the admin would ask it to."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if b"\0" in unquote_to_bytes(request.META.get("QUERY_STRING", "")) or "\0" in request.path_info:
            raise BadRequest("A NUL in the address.")
        return self.get_response(request)


class RefuseMethodsMiddleware:
    """Answers 405 to a method that no page of the site takes, whoever asks.

    Stands before Django's search for forged forms, which would say 403; the admin would take TRACE for GET. Pages for
    reading alone answer for themselves; a view that takes others names them in `methods`.
    """

    TAKEN = ("GET", "HEAD", "POST")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        taken = getattr(view, "methods", self.TAKEN)
        if request.method not in taken and not getattr(view, "csrf_exempt", False):
            return HttpResponseNotAllowed(taken)


class CompressTextMiddleware(GZipMiddleware):
    """Compresses what gains by it; pictures and recordings are compressed by nature, and players ask for parts."""

    COMPRESSED = ("image/", "audio/", "application/zip", "application/octet-stream")

    def process_response(self, request, response):
        if response.get("Content-Type", "").startswith(self.COMPRESSED):
            return response
        return super().process_response(request, response)
