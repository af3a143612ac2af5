import importlib
import os

import pytest

from spineinfo import wsgi

pytestmark = pytest.mark.once


@pytest.fixture
def answered(monkeypatch):
    """A function that hands a server's `environ` to the door and returns what the site gets of it."""

    def answer(**environ):
        seen = {}
        monkeypatch.setattr(wsgi, "django", lambda request, start_response: seen.update(request) or [])
        wsgi.application(environ, None)
        return seen

    return answer


def test_the_process_environment_does_not_reach_a_request(answered):
    request = answered(**{**os.environ, "SECRET_KEY": "a secret", "PATH_INFO": "/", "HTTP_HOST": "here"})

    assert request == {"PATH_INFO": "/", "HTTP_HOST": "here"}


def test_everything_that_comes_with_a_request_does(answered):
    request = {
        "CONTENT_LENGTH": "3",
        "CONTENT_TYPE": "text/plain",
        "HTTP_COOKIE": "a=b",
        "HTTP_HOST": "here",
        "PATH_INFO": "/conditions/",
        "QUERY_STRING": "q=1",
        "REMOTE_ADDR": "127.0.0.1",
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.input": object(),
        "wsgi.url_scheme": "http",
    }

    assert answered(**request) == request


def test_an_environment_variable_cannot_pass_for_a_part_of_a_request(monkeypatch):
    monkeypatch.setenv("HTTP_COOKIE", "planted")
    monkeypatch.setenv("CONTENT_TYPE", "planted")
    monkeypatch.setenv("SERVER_NAME", "planted")

    importlib.reload(wsgi)

    assert not {"HTTP_COOKIE", "CONTENT_TYPE", "SERVER_NAME"} & set(os.environ)


@pytest.mark.parametrize(
    ("address", "is_believed"),
    [("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("192.0.2.1", False), ("", False)],
)
def test_forwarding_headers_count_from_trusted_proxies_only(answered, address, is_believed):
    request = answered(REMOTE_ADDR=address, HTTP_X_FORWARDED_PROTO="https", HTTP_X_FORWARDED_FOR="198.51.100.1")

    assert ("HTTP_X_FORWARDED_PROTO" in request) is is_believed
    assert ("HTTP_X_FORWARDED_FOR" in request) is is_believed
