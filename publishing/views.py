import logging
import re
from functools import wraps

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe as refuse_other_methods

from . import files, preview_links
from .composing import Moved, moment, preview
from .models import Edition, Page, PreviewLink
from .revisions import as_saved

# A file that is withdrawn, or that may be shown no longer, is gone from every cache an hour later.
KEPT_FOR = 3600
FILE_POLICY = "default-src 'none'; sandbox"
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")

FILE_ADDRESS = re.compile(rf"/media/{files.NAME}")

log = logging.getLogger(__name__)


def require_safe(view):
    """Let `view` answer GET and HEAD, and 405 to anything else.

    Django looks for a forged form before it calls a view, and would answer 403 first; a view that takes no form needs
    no such look.
    """
    return csrf_exempt(refuse_other_methods(view))


def follow_moves(view):
    """Let `view` redirect readers to a page's address of today; a moved page can move again, so not for ever."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Moved as moved:
            return redirect(moved.url)

    return wrapped


@require_safe
def file(request, name):
    """The stored file `name`, while readers can see what holds it; to staff who may see pages with files, always."""
    if Edition.objects.readable(moment(request)).filter(files__name=name).exists():
        kept = f"public, max-age={KEPT_FOR}"
    elif _sees_drafts(request) or _has_link(request, name):
        kept = "private, no-store"
    else:
        raise Http404
    try:
        response = get_conditional_response(request, etag=f'"{name}"') or _file(request, name)
    except OSError as error:
        log.error("The stored file %s can't be read: %s", name, error)
        return HttpResponse(status=503, headers={"Retry-After": "5", "Cache-Control": "no-store"})
    response["Cache-Control"] = kept
    response["ETag"] = f'"{name}"'
    response["Content-Security-Policy"] = FILE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@never_cache
def preview_by_link(request, token):
    """What a save of a page says, to whoever has a link that is open; never indexed."""
    link = PreviewLink.objects.with_token(token)
    if link is None:
        raise Http404
    if not link.is_open():
        return _unlisted(render(request, "publishing/preview_ended.html", status=410))
    model = Page.kinds()[link.revision.page.kind]
    response = admin.site.get_model_admin(model).public_view(request, preview(as_saved(link.revision)[0]))
    response.content = FILE_ADDRESS.sub(rf"\g<0>?preview={token}", response.content.decode()).encode()
    return _unlisted(response)


def _unlisted(response):
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _sees_drafts(request):
    """Whether a member of staff asks who may look at any kind of page with files; asks no session without a cookie."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_staff:
        return False
    with_files = [model._meta for model in Page.kinds().values() if model.FILES]
    return any(request.user.has_perm(f"{meta.app_label}.view_{meta.model_name}") for meta in with_files)


def _has_link(request, name):
    return "preview" in request.GET and preview_links.opens(request.GET["preview"], name)


def _file(request, name):
    """All of the file, or the part of it that players of recordings ask for (RFC 9110, section 14)."""
    try:
        content = files.read(name)
    except FileNotFoundError as missing:
        log.error("The stored file %s is missing", name)
        raise Http404 from missing
    response = HttpResponse(content, content_type=files.content_type(name), headers={"Accept-Ranges": "bytes"})
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    if not asked or not any(asked.groups()) or request.headers.get("If-Range", f'"{name}"') != f'"{name}"':
        return response
    size = len(content)
    if asked[1]:
        start, end = int(asked[1]), min(int(asked[2] or size), size - 1)
        if asked[2] and int(asked[2]) < start:
            return response  # no range at all, so as if none was asked for
    else:
        start, end = max(size - int(asked[2]), 0), size - 1
    response.content = content[start : end + 1]
    if start > end:
        response.status_code, response["Content-Range"] = 416, f"bytes */{size}"
    else:
        response.status_code, response["Content-Range"] = 206, f"bytes {start}-{end}/{size}"
    return response
