"""Uploads that can be gone on with after the network or the server was away, by the protocol tus 1.0 (https://tus.io).

Of its extensions: creation, expiration, checksum, termination. A refusal has one line for the patient as its text.
"""

import base64
import hashlib
import logging
from binascii import Error as NotBase64
from functools import wraps

from django.http import HttpResponse, UnreadablePostError
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import http_date
from django.utils.translation import gettext as _

from accounts.limits import seconds_to_wait

from ..models import File
from ..views import told_if_locked
from . import limits, owners
from .beginning import begin
from .forgetting import erase
from .segments import Moved, Writer

log = logging.getLogger(__name__)

VERSION = "1.0.0"
CHECKSUMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
CHUNK = "application/offset+octet-stream"
PIECE = 256 * 1024  # bytes read at a time
MOST_BEGUN_IN_AN_HOUR = 5000  # files, from one address
LATER = 5  # seconds, when all places are taken
WRONG_CHECKSUM = 460


class Refused(Exception):
    """What is asked can't be done: the status, a line for the patient, and headers."""

    def __init__(self, status, text="", **headers):
        super().__init__(status)
        self.response = answer(status, text, **headers)


def answer(status, text="", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8", headers=named)
    response["Tus-Resumable"] = VERSION
    if status == 204:
        del response["Content-Type"]
    add_never_cache_headers(response)
    return response


def tus(*methods):
    """A view of the protocol: it answers `methods`, and OPTIONS, for the owner of the files alone."""

    def decorate(view):
        @wraps(view)
        def wrapped(request, way, **kwargs):
            try:
                return _answered(view, request, way, methods, kwargs)
            except Refused as refused:
                return refused.response

        wrapped.methods = ("OPTIONS", *methods)
        return told_if_locked(wrapped)

    return decorate


def _answered(view, request, way, methods, kwargs):
    if request.method == "OPTIONS":
        return _options()
    if request.method not in methods:
        raise Refused(405, Allow=", ".join(("OPTIONS", *methods)))
    if request.headers.get("Tus-Resumable") != VERSION:
        raise Refused(412, Tus_Version=VERSION)
    owner = owners.owner_of(request, way)
    if owner is None:
        raise Refused(403, _("This browser has lost the way to your request. Open it again with your code."))
    return view(request, way, owner, **kwargs)


def _options():
    return answer(
        204,
        Tus_Version=VERSION,
        Tus_Extension="creation,expiration,checksum,termination",
        Tus_Max_Size=str(limits.most_bytes()),
        Tus_Checksum_Algorithm=",".join(CHECKSUMS),
    )


@tus("POST")
def files(request, way, owner):
    """Begin a file."""
    size = _number(request, "Upload-Length")
    told = _metadata(request.headers.get("Upload-Metadata", ""))
    if wait := seconds_to_wait(request, "file", MOST_BEGUN_IN_AN_HOUR):
        raise Refused(429, _("Very many files came from your network within the hour. Wait, then go on."),
                      Retry_After=str(wait))  # fmt: skip
    try:
        values = {name: told.get(name, "") for name in ("path", "changed")}
        made = begin(owner, size=size, name=told.get("filename", ""), **values)
    except limits.TooMuch as error:
        raise Refused(413, str(error)) from error
    except owners.Gone as error:
        raise Refused(410, _("This request is no longer there. Please begin again.")) from error
    owners.stay(request, way, owner)
    url = reverse("intake:upload", kwargs={"way": way, "key": made.pk})
    return answer(201, Location=url, **_until(made))


@tus("HEAD", "PATCH", "DELETE")
def one(request, way, owner, key):
    file = File.objects.filter(pk=key, owner=owner).first()
    if file is None:
        raise Refused(404, _("This upload has ended. Choose the file once more."))
    return {"HEAD": tell, "PATCH": go_on, "DELETE": end}[request.method](request, way, file)


def tell(request, way, file):
    """How much of it has come."""
    return answer(200, Upload_Offset=str(file.arrived), Upload_Length=str(file.size), **_until(file))


def end(request, way, file):
    """Take it back."""
    if why := owners.stays(file):
        raise Refused(403, why)
    erase([file])
    return answer(204)


def go_on(request, way, file):
    """Add the bytes that follow."""
    if request.content_type != CHUNK:
        raise Refused(415)
    if "Content-Length" not in request.headers:
        raise Refused(411)
    length, offset = _number(request, "Content-Length"), _number(request, "Upload-Offset")
    if offset != file.arrived or file.state != File.State.COMING:
        raise _moved(file)
    if offset + length > file.size:
        raise Refused(413, _("More came than the file holds. Choose it once more."))
    checksum = _checksum(request)
    try:
        with limits.place():
            _take(request, file, length, checksum)
    except limits.Busy as error:
        raise Refused(503, _("Many people send files just now. Yours goes on by itself in a moment."),
                      Retry_After=str(LATER)) from error  # fmt: skip
    except Moved as error:
        raise _moved(file) from error
    except OSError as error:
        log.error("A part of a patient's file could not be stored (%s).", type(error).__name__)
        raise Refused(503, limits.not_stored(), Retry_After=str(LATER)) from error
    owners.stay(request, way, file.owner)
    return answer(204, Upload_Offset=str(file.arrived), **_until(file))


def _take(request, file, length, checksum):
    """Add what comes to `file`. Of a body that is cut off all that came is kept, unless there is a checksum of it.

    Raises OSError where it can't be stored; what counts by then stays.
    """
    writer = Writer(file, at_once=checksum is not None)
    digest, promised = checksum or (hashlib.sha256(), None)
    left = length
    while left and (piece := _read(request, min(PIECE, left))):
        left -= len(piece)
        digest.update(piece)
        writer.add(piece)
    if promised is not None and (left or digest.digest() != promised):
        writer.give_up()
        raise Refused(WRONG_CHECKSUM, _("Some of the file was changed on its way. It is sent once more."))
    writer.end()


def _read(request, most):
    """The next bytes, `most` or fewer; none once whoever sent them is gone: the next HEAD says how much came."""
    try:
        return request.read(most)
    except (UnreadablePostError, OSError):
        return b""


def _moved(file):
    arrived = File.objects.filter(pk=file.pk).values_list("arrived", flat=True).first()
    return Refused(409, Upload_Offset=str(arrived or 0))


def _until(file):
    if file.state != File.State.COMING:
        return {}
    return {"Upload_Expires": http_date((file.moved_at + limits.UNFINISHED_FOR).timestamp())}


def _number(request, header):
    value = str(request.headers.get(header, ""))
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise Refused(400, f"{header}?")
    return int(value)


def _metadata(header):
    """What Upload-Metadata says, by its keys: pairs of a key and its value in Base64."""
    told = {}
    for pair in header.split(",")[:20]:
        key, _space, value = pair.strip().partition(" ")
        try:
            told[key] = base64.b64decode(value, validate=True).decode(errors="replace")
        except NotBase64 as error:
            raise Refused(400, "Upload-Metadata?") from error
    return told


def _checksum(request):
    """(hash to be fed, digest it must give) as Upload-Checksum says, or None."""
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    name, _space, promised = header.partition(" ")
    try:
        return CHECKSUMS[name](), base64.b64decode(promised, validate=True)
    except (KeyError, NotBase64) as error:
        raise Refused(400, "Upload-Checksum?") from error
