"""The links of pages to other sites: gathered, looked at politely where this site may reach the network, and told.

A link is dead when it failed on two days. Nothing here is asked while a person waits: the gate reads what is kept.
"""

import datetime
import html
import http.client
import json
import re
import socket
import ssl
import time
from ipaddress import ip_address
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Edition, ExternalLink

URL = re.compile(r"https?://[^\s\"'<>\\]+")
LONGEST = ExternalLink._meta.get_field("url").max_length
AGAIN_AFTER = datetime.timedelta(days=7)
AGAIN_AFTER_TROUBLE = datetime.timedelta(days=1)
MOST_AT_ONCE = 20
PATIENCE = 10  # seconds for a host to answer
PATIENCE_IN_ALL = 30  # seconds, redirects included
MOST_HOPS = 5
REFUSE_HEAD = (400, 403, 404, 405, 501)
SAFE = "/%:@!$&'()*+,;=~-._?[]"  # in a path and a query
NOT_FOR_US = (401, 403, 407, 429, 451, 999)  # the page may well be there for people


class Trouble(Exception):
    """A link leads nowhere; the text says what happened, for people."""


def links_in(words):
    """The addresses of other sites in `words`, JSON values as an edition freezes them; each once, in their order."""
    text = html.unescape(json.dumps(words, ensure_ascii=False).replace('\\"', '"'))
    here = urlsplit(settings.SITE_URL).hostname
    found = dict.fromkeys(url.rstrip(".,;:!?)") for url in URL.findall(text))
    return [url for url in found if len(url) <= LONGEST and _host(url) not in (None, here)]


def _host(url):
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def look_at_some():
    """Look at a few of the links whose turn it is, one of each host, and keep what came of it."""
    if not settings.CHECK_LINKS:
        return
    gather()
    hosts = set()
    for link in _due(timezone.now()):
        if (host := _host(link.url)) not in hosts and len(hosts) < MOST_AT_ONCE:
            hosts.add(host)
            keep(link, trouble_with(link.url))


def gather():
    """Let the ExternalLinks be those of what patients read now and as planned."""
    now, wanted = timezone.now(), set()
    for edition in (Edition.objects.live(now) | Edition.objects.planned(now)).iterator():
        wanted.update(links_in(edition.words))
    ExternalLink.objects.exclude(url__in=wanted).delete()
    ExternalLink.objects.bulk_create([ExternalLink(url=url) for url in sorted(wanted)], ignore_conflicts=True)


def _due(now):
    links = ExternalLink.objects.order_by("checked_at", "pk")
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
    link.save()


def trouble_with(url):
    """Why `url` seems to lead nowhere, for people; empty where a page answers, or may answer people alone."""
    until = time.monotonic() + PATIENCE_IN_ALL
    try:
        for _hop in range(MOST_HOPS + 1):
            status, location = _ask(url)
            if status in (301, 302, 303, 307, 308) and location:
                url = _joined(url, location)
            elif status < 400 or status in NOT_FOR_US:
                return ""
            else:
                return _("answers %s") % status
            if time.monotonic() > until:
                return _("takes too long")
    except Trouble as trouble:
        return str(trouble)
    return _("leads from one address to the next without end")


def _joined(url, location):
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise Trouble(_("is no address")) from error


def _ask(url):
    """(status, where it leads on) of `url`; what it says is left unread."""
    status, location = _request(url, "HEAD")
    return _request(url, "GET") if status in REFUSE_HEAD else (status, location)


def _request(url, method):
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise Trouble(_("is no address")) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Trouble(_("leads to something that is no page"))
    connection = _Connection(parts.hostname, port, is_secure=parts.scheme == "https")
    target = quote(parts._replace(scheme="", netloc="", fragment="").geturl() or "/", safe=SAFE)
    try:
        connection.request(method, target, headers={"User-Agent": f"SpineInfo link check ({settings.SITE_URL})"})
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Location")
    except ssl.SSLError as error:
        raise Trouble(_("has a certificate that browsers would refuse")) from error
    except TimeoutError as error:
        raise Trouble(_("does not answer")) from error
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise Trouble(_("can’t be reached")) from error
    finally:
        connection.close()


class _Connection(http.client.HTTPConnection):
    """A connection to a host of the public network alone, at the address that was looked up and found to be one."""

    def __init__(self, host, port, *, is_secure):
        super().__init__(host, port, timeout=PATIENCE)
        self.is_secure = is_secure

    def connect(self):
        self.sock = socket.create_connection((public_address(self.host, self.port), self.port), self.timeout)
        if self.is_secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def public_address(host, port):
    """An IP address of `host` in the public network; Trouble where it has none, such as within the hospital."""
    try:
        found = [row[4][0] for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise Trouble(_("has no such host")) from error
    for address in found:
        ip = ip_address(address.partition("%")[0])
        ip = getattr(ip, "ipv4_mapped", None) or ip
        if ip.is_global and not ip.is_multicast:
            return address
    raise Trouble(_("leads to a place that is not public"))
