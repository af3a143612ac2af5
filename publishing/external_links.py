"""The links of pages to other sites: gathered, looked at where this site may reach the network, and told.

A link is dead when it failed on two days. Nothing here is asked while a person waits: the gate reads what is kept.
A site that is silent counts against its link where another answers: this site's own network may be down. Where none
does, it counts after two weeks, and what editors read says that it may be the network.
"""

import datetime
import html
import logging
import re
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from .models import Edition, ExternalLink
from .visiting import Silence, Trouble, visit

HREF = re.compile(r"""<a\s[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
LONGEST = ExternalLink._meta.get_field("url").max_length
AGAIN_AFTER = datetime.timedelta(days=7)
AGAIN_AFTER_TROUBLE = datetime.timedelta(days=1)
MOST_AT_ONCE = 20
MOST_WITNESSES = 3
ALONE_FOR = datetime.timedelta(days=14)  # that a silence without a witness lasts before it is told
LONGEST_RUN = 60  # seconds, so that other duties have their turn

log = logging.getLogger(__name__)


def links_in(words):
    """The addresses of other sites in `words`, values as an edition freezes them; each once, in their order."""
    here = urlsplit(settings.SITE_URL).hostname
    found = dict.fromkeys(url.strip() for url in _addresses(words))
    found = [url for url in found if url.lower().startswith(("http://", "https://")) and len(url) <= LONGEST]
    return [url for url in found if _host(url) not in (None, here)]


def _addresses(value):
    """What may be an address: a whole value, or where a link of rich text leads."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from _addresses(one)
    elif isinstance(value, str) and "<" in value:
        for double, single in HREF.findall(value):
            yield html.unescape(double or single)
    elif isinstance(value, str) and not re.search(r"\s", value.strip()):
        yield value


def _host(url):
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def look_at_some():
    """Look at a few of the links whose turn it is, one of each host, and keep what came of it."""
    if not settings.CHECK_LINKS:
        ExternalLink.objects.all().delete()  # nobody would find out that one is mended
        return
    gather()
    until, silent, is_heard = time.monotonic() + LONGEST_RUN, [], False
    for link in _one_of_each_host(_due(timezone.now())):
        try:
            visit(link.url)
        except Silence as silence:
            silent.append((link, str(silence)))
        except Trouble as trouble:
            keep(link, str(trouble))
        else:
            keep(link, "")
            is_heard = True
        if time.monotonic() > until:
            break
    if silent and (is_heard or _another_answers({_host(link.url) for link, _trouble in silent})):
        for link, trouble in silent:
            keep(link, trouble)
    elif silent:
        for link, trouble in silent:
            _wait_for_a_witness(link, trouble)
        log.warning("No other site answers. Links wait until one does; see whether this machine reaches the network.")


def _wait_for_a_witness(link, trouble):
    """Remember since when `link` is silent while nothing else answers; after ALONE_FOR it counts."""
    today = timezone.localdate()
    link.silent_since = link.silent_since or today
    if today - link.silent_since < ALONE_FOR:
        link.save(update_fields=["silent_since"])
    else:
        keep(link, f"{trouble}; nor does any other site, so it may be the network here")


def _one_of_each_host(links):
    hosts = {}
    for link in links:
        hosts.setdefault(_host(link.url), link)
    return list(hosts.values())[:MOST_AT_ONCE]


def _another_answers(silent_hosts):
    """Whether a link to none of the `silent_hosts` that was fine before is so now."""
    fine = ExternalLink.objects.filter(checked_at__isnull=False, failing_since=None).order_by("checked_at")
    others = _one_of_each_host(link for link in fine if _host(link.url) not in silent_hosts)
    for link in others[:MOST_WITNESSES]:
        try:
            visit(link.url)
        except Trouble:
            continue
        keep(link, "")
        return True
    return False


def gather():
    """Let the ExternalLinks be those of what patients read now and as planned."""
    now, wanted = timezone.now(), set()
    for edition in (Edition.objects.live(now) | Edition.objects.planned(now)).iterator():
        wanted.update(links_in(edition.words))
    ExternalLink.objects.exclude(url__in=wanted).delete()
    ExternalLink.objects.bulk_create([ExternalLink(url=url) for url in sorted(wanted)], ignore_conflicts=True)


def _due(now):
    links = ExternalLink.objects.order_by("checked_at", "?")  # by lot, or those that hang would always come first
    return sorted(
        (link for link in links if link.checked_at is None or link.checked_at <= now - _pause(link)),
        key=lambda link: (link.checked_at is not None, link.checked_at or now),
    )


def _pause(link):
    return AGAIN_AFTER_TROUBLE if link.failing_since else AGAIN_AFTER


def keep(link, trouble):
    """Write down that `link` was looked at just now, with the `trouble` there was; empty for none."""
    link.checked_at, link.trouble = timezone.now(), trouble
    link.failing_since = (link.failing_since or timezone.localdate()) if trouble else None
    link.silent_since = link.silent_since if trouble else None
    link.save()
