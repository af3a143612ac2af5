"""One visit to a page of another site: politely, for a while at most, and never to a place that is not public."""

import http.client
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from ipaddress import IPv4Address, ip_address, ip_network
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

PAUSE = 2  # seconds between two requests to one host
PATIENCE = 10  # seconds for a host to answer
PATIENCE_IN_ALL = 30  # seconds, redirects included
MOST_HOPS = 5
SAFE = "/%:@!$&'()*+,;=~-._?[]"  # in a path and a query
NOT_FOR_US = (401, 403, 407, 429, 451, 999)  # the page may well be there for people
INCOMPLETE_CHAIN = (20, 21)  # OpenSSL's codes for what a browser may well mend by itself
NAT64 = ip_network("64:ff9b::/96")  # an IPv4 address is in the last 32 bits: RFC 6052
GLOBAL_UNICAST = ip_network("2000::/3")

_asked_at = {}  # when this process asked a host last


class Trouble(Exception):
    """A link leads nowhere; the text says what happened, for people."""


class Silence(Trouble):
    """Nobody answered, which may be the fault of this site's own network."""


def visit(url):
    """Follow `url` to where it leads; Trouble where no page seems to be for people either."""
    until = time.monotonic() + PATIENCE_IN_ALL
    for _hop in range(MOST_HOPS + 1):
        status, location = _ask(url, until)
        if status in (301, 302, 303, 307, 308) and location:
            url = _joined(url, location)
        elif status < 400 or status in NOT_FOR_US:
            return
        else:
            raise Trouble(_("answers %s") % status)
    raise Trouble(_("leads from one address to the next without end"))


def _joined(url, location):
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise Trouble(_("is no address")) from error


def _ask(url, until):
    """(status, where it leads on) of `url`; what it says is left unread."""
    status, location = _request(url, "HEAD", until)
    is_final = status < 400 or status == 429  # many sites refuse HEAD alone, by all sorts of numbers
    return (status, location) if is_final else _request(url, "GET", until)


def _request(url, method, until):
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise Trouble(_("is no address")) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Trouble(_("leads to something that is no page"))
    target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=SAFE)
    wait_for_turn(parts.hostname)
    connection = _Connection(parts.hostname, port, is_secure=parts.scheme == "https")
    try:
        with connection.cut_at(until):
            connection.request(method, target, headers=_headers())
            answer = connection.getresponse()
        return answer.status, answer.headers.get("Location")
    except ssl.SSLCertVerificationError as error:
        if error.verify_code in INCOMPLETE_CHAIN:
            return NOT_FOR_US[0], None
        raise Trouble(_("has a certificate that browsers would refuse")) from error
    except TimeoutError as error:
        raise Silence(_("does not answer")) from error
    except ssl.SSLError as error:
        raise Trouble(_("makes no safe connection")) from error
    except (OSError, http.client.HTTPException) as error:
        raise Silence(_("can’t be reached")) from error
    except ValueError as error:
        raise Trouble(_("is no address")) from error
    finally:
        connection.close()


def _headers():
    return {"User-Agent": f"SpineInfo link check ({settings.SITE_URL})", "Accept": "*/*"}


def wait_for_turn(host):
    """Wait until `host` may be asked again."""
    pause = _asked_at.get(host, -PAUSE) + PAUSE - time.monotonic()
    if pause > 0:
        time.sleep(pause)
    _asked_at[host] = time.monotonic()


class _Connection(http.client.HTTPConnection):
    """A connection to a host of the public network alone, at the address that was looked up and found to be one."""

    def __init__(self, host, port, *, is_secure):
        super().__init__(host, port, timeout=PATIENCE)
        self.is_secure = is_secure
        self.is_late = threading.Event()

    def connect(self):
        self.sock = socket.create_connection((public_address(self.host, self.port), self.port), self.timeout)
        if self.is_secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
        if self.is_late.is_set():  # while there was nothing to cut
            raise TimeoutError
        if self.is_secure:
            self.sock.do_handshake()

    @contextmanager
    def cut_at(self, until):
        """Cut the connection at that moment: a host that sends a letter now and then would be listened to for ever."""
        timer = threading.Timer(max(until - time.monotonic(), 0), self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, http.client.HTTPException) as error:
            if self.is_late.is_set():
                raise TimeoutError from error
            raise
        finally:
            timer.cancel()
        if self.is_late.is_set():
            raise TimeoutError

    def _cut(self):
        self.is_late.set()
        with suppress(AttributeError, OSError):  # it is not open yet, or no more
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)  # SSLSocket's own would take its key from the reader


def public_address(host, port):
    """An IP address of `host` in the public network; Trouble where it has none, such as within the hospital."""
    try:
        found = [row[4][0] for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except UnicodeError as error:
        raise Trouble(_("is no address")) from error
    except OSError as error:
        raise Silence(_("has no such host")) from error
    for address in found:
        if is_public(address):
            return address
    raise Trouble(_("leads to a place that is not public"))


def is_public(address):
    """Whether `address` is one of the public network, and so is the IPv4 address that an IPv6 one may stand for."""
    ip = ip_address(address.partition("%")[0])
    if ip.version == 6:
        inner = IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64 else ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip not in GLOBAL_UNICAST:
            return False
        ip = inner or ip
    return ip.is_global and not ip.is_multicast
