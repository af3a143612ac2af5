"""The door for the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spineinfo.settings")

django = get_wsgi_application()
CONFIGURED = frozenset(os.environ)


def application(environ, start_response):
    """Answer one request, without the process environment the server mixes into it.

    granian copies `os.environ` into every request, so secrets would stand in
    `request.META` and in every error report.
    """
    request = {key: value for key, value in environ.items() if key not in CONFIGURED}
    return django(request, start_response)
