"""Whose files a browser may send: those of the draft or the request that it holds a cookie of."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import drafts, inquiries
from ..models import Draft, File, Request

STATUS = "request-status"


class Gone(Exception):
    """The draft or request that files belong to is no longer there."""


def owner_of(request, way):
    """The key of the draft or request that this browser may send files for, or None.

    `way` is a kind of request, for the draft that this browser writes or has just sent; or STATUS, for the request that
    it looks at.
    """
    if way == STATUS:
        inquiry = inquiries.opened(request)
        return inquiry and inquiry.request_id
    draft = drafts.of(request, way)
    return draft and draft.pk


def stay(request, way, owner):
    """Count this as use of the draft or the open status page, so that neither ends while files come."""
    if way == STATUS:
        inquiries.stay_open(request)
    else:
        Draft.objects.filter(pk=owner).update(saved_at=timezone.now())


def url_of_files(way):
    """The page on which files are chosen."""
    if way == STATUS:
        return reverse("intake:status_files")
    return reverse("intake:step", kwargs={"kind": way, "key": "files"})


def lock(owner):
    """Have nobody else begin a file of `owner`, or erase it, until the open transaction ends. Raises Gone."""
    for model in (Request, Draft):
        if model.objects.select_for_update(no_key=True).filter(pk=owner).exists():
            return
    raise Gone


def is_sent(owner):
    """Whether the draft with this key is a request now."""
    return Request.objects.filter(pk=owner).exists()


def stays(file):
    """Why `file` can't be taken back; "" where it can. What came whole for a request that was sent is the desk's."""
    if file.state in (File.State.WHOLE, File.State.KEPT) and is_sent(file.owner):
        return _("This file belongs to a request that was sent, so it stays. If it is the wrong one, please call us.")
    return ""


def files_of(owner):
    return File.objects.filter(owner=owner).shown()
