"""Uploads by a plain form, for browsers without JavaScript: sealed as they are read, so that none lies about in clear.

Django reads the body where it looks for a forged form. So a middleware says before who takes the files; and nothing
counts before the view has found the form good, and whole: its last field, `end`, is hidden and follows the files.
"""

import logging

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopFutureHandlers
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import seconds_to_wait

from .. import kept_out
from ..models import File
from ..views import told_if_locked
from . import limits, owners
from .beginning import new_file, shown_name
from .forgetting import erase
from .segments import Writer, add

MOST_SENT_IN_AN_HOUR = 200

log = logging.getLogger(__name__)


class SealUploadsMiddleware:
    """Has the files of a form sealed as they are read, where its view names a handler in `seals_with`.

    Stands before Django's search for forged forms.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if hasattr(request, "sealing"):
            request.sealing.forget()
        return response

    def process_view(self, request, view, args, kwargs):
        if request.method == "POST" and (handler := getattr(view, "seals_with", None)):
            request.sealing = handler(request, **kwargs)
            request.upload_handlers = [request.sealing]


class SealedUpload(UploadedFile):
    """A file that came whole and lies sealed; no row knows of it yet."""

    def __init__(self, writer, name):
        super().__init__(name=name, size=writer.file.size)
        self.writer = writer

    def close(self):
        """There is nothing to close; Django asks."""


class SealingHandler(FileUploadHandler):
    """Seals each file of a form; `refused` names those that may not come, and why.

    What stands in `staged` when the request has been answered is forgotten.
    """

    chunk_size = 256 * 1024

    def __init__(self, request, way):
        super().__init__(request)
        self.way = way
        self.owner = self.room = self.writer = None
        self.staged = []
        self.refused = []

    def handle_raw_input(self, *args, **kwargs):
        self.owner = owners.owner_of(self.request, self.way)
        if self.owner:
            try:
                self.room = limits.bytes_left(self.owner)
            except limits.TooMuch:
                self.room = 0

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        if self.owner is None:
            raise SkipFile
        self.writer = Writer(new_file(self.owner, size=1, name=self.file_name or ""), at_once=True)
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) > self.room:
            self.refused.append((shown_name(self.file_name or ""), limits.too_much()))
            self._give_up()
            raise SkipFile
        if not self._is_stored(self.writer.add, raw_data):
            raise SkipFile

    def file_complete(self, file_size):
        name = shown_name(self.file_name or "")
        if not file_size:
            if self.file_name:
                self.refused.append((name, limits.empty()))
            return None
        self.room -= file_size
        if not self._is_stored(self.writer.stage_end):
            return None
        self.writer.file.size = file_size
        upload = SealedUpload(self.writer, name)
        self.staged.append(self.writer)
        self.writer = None
        return upload

    def _is_stored(self, act, *data):
        try:
            act(*data)
            return True
        except OSError as error:
            log.error("A patient's file could not be stored (%s).", type(error).__name__)
            self.refused.append((shown_name(self.file_name or ""), limits.not_stored()))
            self._give_up()
            return False

    def forget(self):
        """Remove what came and does not count."""
        self._give_up()
        for writer in self.staged:
            writer.give_up()
        self.staged = []

    def _give_up(self):
        if self.writer:
            self.writer.give_up()
        self.writer = None


@never_cache
@require_http_methods(["POST"])
@told_if_locked
def upload(request, way):
    """Keep the files of the form; a page says which could not be kept, and why."""
    handler = request.sealing
    context = {"back": owners.url_of_files(way)}
    if "end" not in request.POST:
        return render(request, "intake/upload_refused.html", context | {"was_cut": True}, status=400)
    if wait := seconds_to_wait(request, "upload form", MOST_SENT_IN_AN_HOUR):
        return kept_out.too_many(request, wait, _("Very many files came from your network within the hour."))
    if handler.owner is None:
        return redirect(context["back"])
    refused = handler.refused + _keep(handler)
    if not refused and request.FILES:
        owners.stay(request, way, handler.owner)
        return redirect(context["back"])
    return render(request, "intake/upload_refused.html", context | {"refused": refused}, status=400)


upload.seals_with = SealingHandler


def _keep(handler):
    """Keep what came; returns (name, why) of what may not be."""
    refused = []
    for writer in list(handler.staged):
        file = writer.file
        try:
            with transaction.atomic():
                owners.lock(handler.owner)
                limits.check_size(handler.owner, file.size)
                file.save(force_insert=True)
                add(file, 0, writer.staged)
        except limits.TooMuch as error:
            refused.append((file.unsealed()["name"], str(error)))
        else:
            handler.staged.remove(writer)
    return refused


@never_cache
@require_http_methods(["POST"])
@told_if_locked
def remove(request, way, key):
    """Take a file back."""
    back = owners.url_of_files(way)
    file = File.objects.filter(pk=key, owner=owners.owner_of(request, way)).first()
    if file and (why := owners.stays(file)):
        return render(request, "intake/upload_refused.html", {"back": back, "stays": why}, status=403)
    erase([file] if file else [])
    return redirect(back)
