"""Addresses that pages had on the department's earlier site, which lead to them on this one for ever."""

import re
import unicodedata
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from record.models import Action
from record.noting import failures_noted, note

from .actions import thing
from .models import Address, Edition, OldAddress, Page

MOST = 50  # of one page
LONGEST = OldAddress._meta.get_field("path").max_length
KEPT_FOR = 3600  # seconds, after which a browser asks again: the page may have moved


def path_of(text):
    """The path that the address `text` has, as OldAddress keeps it; ValidationError for what is none."""
    try:
        path = unquote(urlsplit(text.strip()).path, errors="strict")
    except (ValueError, UnicodeDecodeError):
        path = ""
    path = unicodedata.normalize("NFC", path).casefold().rstrip("/")
    if not path.startswith("/") or re.search(r"[\s\0-\x1f\x7f]|//|/\.\.?(/|$)", path):
        raise ValidationError(_("“%s” is no address of a page. Write it like “/condition/sciatica”.") % text.strip())
    if len(path) > LONGEST:
        raise ValidationError(_("“%s…” is longer than an address can be here.") % text.strip()[:40])
    return path


@failures_noted()
@transaction.atomic
def set_old_addresses(page, texts, *, by):
    """Let the addresses `texts`, and no others, lead to `page`; ValidationError for those that can't, nothing saved."""
    Page.objects.select_for_update(no_key=True).get(pk=page.pk)
    wanted, wrong = [], []
    for text in texts:
        try:
            wanted.append(path_of(text))
        except ValidationError as error:
            wrong += error.messages
    wrong += [objection for path in wanted if (objection := _objection(path, page))]
    if len(set(wanted)) > MOST:
        wrong.append(_("A page can have %d old addresses at most.") % MOST)
    if wrong:
        raise ValidationError(wrong)
    had = set(page.old_addresses.values_list("path", flat=True))
    if had == set(wanted):
        return
    note(by, Action.CHANGE, thing(page), detail="old addresses")
    page.old_addresses.exclude(path__in=wanted).delete()
    OldAddress.objects.bulk_create(OldAddress(path=path, page_id=page.pk) for path in sorted(set(wanted) - had))


def _objection(path, page):
    """Why `path` cannot be an old address of `page`; empty if it can."""
    other = OldAddress.objects.filter(path=path).exclude(page=page.pk).select_related("page").first()
    if other:
        return _("“%(path)s” is an old address of “%(title)s” already. Take it out there first.") % {
            "path": path,
            "title": other.page.title,
        }
    for spelled in (path, f"{path}/"):
        try:
            found = resolve(spelled)
        except Resolver404:
            continue
        if not _is_free(found):
            return _("“%s” is an address of this site itself, so it can’t be an old one.") % path
    return ""


def _is_free(found):
    """Whether the route that was `found` is one of pages, and no page has or had its address."""
    kinds = [kind for kind, model in Page.kinds().items() if model.URL_NAME and found.view_name == model.URL_NAME]
    if not kinds or "slug" not in found.kwargs:
        return False
    at = {"kind": kinds[0], "slug": found.kwargs["slug"]}
    return not Address.objects.filter(**at).exists() and not Page.objects.filter(**at).exists()


def page_now_at(path):
    """Where readers of the old address `path` find its page now; None where there is no such live page."""
    try:
        path = path_of(path)
    except ValidationError:
        return None
    live = Edition.objects.live(timezone.now()).filter(page__in=OldAddress.objects.filter(path=path).values("page"))
    row = live.values_list("kind", "slug").first()
    return row and Page.kinds()[row[0]].found_at(row[1])


class OldAddressMiddleware:
    """Sends readers who come by an old address to the page of today, where the site has nothing else to answer."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        url = page_now_at(request.path)
        if url is None:
            return response
        moved = HttpResponsePermanentRedirect(url)
        patch_cache_control(moved, max_age=KEPT_FOR)
        return moved
