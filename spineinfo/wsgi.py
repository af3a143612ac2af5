"""The door for the web server."""

import os
from ipaddress import ip_address

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spineinfo.settings")

REQUEST_KEYS = frozenset(
    (
        "CONTENT_LENGTH",
        "CONTENT_TYPE",
        "GATEWAY_INTERFACE",
        "PATH_INFO",
        "QUERY_STRING",
        "REMOTE_ADDR",
        "REMOTE_PORT",
        "REQUEST_METHOD",
        "SCRIPT_NAME",
        "SERVER_NAME",
        "SERVER_PORT",
        "SERVER_PROTOCOL",
        "SERVER_SOFTWARE",
    )
)
REQUEST_PREFIXES = ("HTTP_", "wsgi.")


def belongs_to_a_request(key):
    return key in REQUEST_KEYS or key.startswith(REQUEST_PREFIXES)


# A server may copy the process environment into every request (granian does, after it has loaded this module):
# what is named like a part of a request would pass for one.
for key in filter(belongs_to_a_request, list(os.environ)):
    del os.environ[key]

django = get_wsgi_application()


def application(environ, start_response):
    """Answer one request, given what came with it and nothing of the process environment.

    Else secrets would stand in `request.META` and in every error report. X-Forwarded-* headers count from trusted
    proxies only.
    """
    request = {key: value for key, value in environ.items() if belongs_to_a_request(key)}
    if not comes_from_a_trusted_proxy(request.get("REMOTE_ADDR", "")):
        request = {key: value for key, value in request.items() if not key.startswith("HTTP_X_FORWARDED_")}
    return django(request, start_response)


def comes_from_a_trusted_proxy(address):
    try:
        address = ip_address(address)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in settings.TRUSTED_PROXIES)
