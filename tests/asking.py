"""A door to the public site that notes which query parameters and which fields of forms its views read."""

import re
from functools import cached_property
from urllib.parse import quote, urlencode

from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import URLPattern, get_resolver

STAFF = "admin/"
SEGMENT = re.compile(r"<(?:\w+:)?(\w+)>")
ALL = "all"  # what is noted where a view goes through whatever there is


def routes(patterns=None, before="/"):
    """The routes of every public view as the resolver has them, such as /conditions/<slug:slug>/."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        elif str(pattern.pattern) != STAFF:
            yield from routes(pattern.url_patterns, route)


def path(route, segments):
    """The path of `route` with `segments` by name, text or bytes, in it."""
    return SEGMENT.sub(lambda segment: quote(segments[segment[1]], safe=""), route)


class Noting(QueryDict):
    """What was sent, as a QueryDict; of what is read of it, name and value go into the set `noted`."""

    def __init__(self, sent, noted):
        super().__init__(mutable=True, encoding=sent.encoding)
        for name, values in sent.lists():
            self.setlist(name, values)
        self._mutable = False
        self.noted = noted

    def _note(self, name):
        self.noted.add((name, *super().getlist(name)[-1:]))

    def __getitem__(self, name):
        self._note(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        self._note(name)
        return super().__contains__(name)

    def getlist(self, name, default=None):
        self._note(name)
        return super().getlist(name, default)

    def __iter__(self):
        self._note(ALL)
        return super().__iter__()

    def keys(self):
        self._note(ALL)
        return super().keys()

    def lists(self):
        self._note(ALL)
        return super().lists()


class NotedRequest(WSGIRequest):
    """A request whose parameters and fields are Noting."""

    _dont_enforce_csrf_checks = True  # as of Django's own test client

    def __init__(self, environ):
        super().__init__(environ)
        self.parameters_read, self.fields_read = set(), set()

    @cached_property
    def GET(self):
        return Noting(WSGIRequest.GET.func(self), self.parameters_read)

    @property
    def POST(self):
        return Noting(self._get_post(), self.fields_read)


class Door(RequestFactory):
    """Asks the whole site, middleware and all, as Django's test client does, in a fraction of its time.

    A fault is raised, with a note that says what was asked. No two requests come from one sender.
    """

    def __init__(self, **defaults):
        super().__init__(**defaults)
        self.handler = BaseHandler()
        self.handler.load_middleware()
        self.sent = 0

    def request(self, **environ):
        self.sent += 1
        sender = f"10.{self.sent >> 16}.{self.sent >> 8 & 255}.{self.sent & 255}"
        return NotedRequest(self._base_environ(REMOTE_ADDR=sender, **environ))

    def ask(self, path, parameters=(), method="GET", **sent):
        """The answer to `path` with `parameters`, a query string or texts by name; its `asked` says what was asked."""
        query = parameters if isinstance(parameters, str) else urlencode(parameters, doseq=True)
        asked = f"{method} {path}?{query} {sent or ''}"
        request = self.generic(method, path, QUERY_STRING=query, **sent)
        try:
            response = self.handler.get_response(request)
        except Exception as fault:
            fault.add_note(f"The request was {asked}")
            raise
        response.asked = asked
        response.parameters_read, response.fields_read = request.parameters_read, request.fields_read
        return response
