"""What the log says of requests that were refused, and of faults."""

import logging
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def log():
    """What goes to standard error."""
    (handler,) = [each for each in logging.getLogger().handlers if each.name == "stderr"]
    written = StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


def lines(log):
    return [line.partition(" ")[2].partition(" ")[2] for line in log.getvalue().splitlines()]


def test_a_staff_page_that_is_refused_is_one_plain_line_without_what_it_is_about(as_, editor, log):
    colleague = make.user("Editor", username="agarcia")
    client = as_(editor)

    refused = client.get(reverse("admin:accounts_user_change", args=[colleague.pk]))
    missing = client.get("/admin/agarcia@example.org/")
    other = client.generic("TRACE", "/admin/")

    assert [each.status_code for each in (refused, missing, other)] == [403, 404, 405]
    assert lines(log) == [
        "INFO django.request: 403 GET /admin/accounts/user/<path:object_id>/change/ (Refused)",
        "INFO django.request: 404 GET /admin/(?P<url>.*)$",
        "INFO django.request: 405 TRACE /admin/",
    ]


def test_a_forged_form_is_one_plain_line_without_what_was_sent(log):
    client = Client(enforce_csrf_checks=True)

    client.post("/admin/login/", {"username": "agarcia"})
    client.post("/admin/login/", {"username": "agarcia"}, HTTP_ORIGIN="https://agarcia.example")

    assert lines(log) == [
        "INFO django.security.csrf: 403 POST /admin/login/ (CSRF cookie not set)",
        "INFO django.security.csrf: 403 POST /admin/login/ (Origin checking failed)",
    ]


def test_an_address_that_does_not_exist_is_named_in_one_line(client, log):
    client.get("/no-such-page/%0A2026 ERROR forged")
    client.get("/", HTTP_HOST="agarcia.example")

    assert lines(log)[0] == r"INFO django.request: 404 GET /no-such-page/\n2026 ERROR forged"
    assert lines(log)[1:] == ["INFO django.security.DisallowedHost: 400 GET / (DisallowedHost)"]


def test_a_fault_of_the_site_keeps_its_traceback(client, log, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("spineinfo.views.moment", lambda request: 1 / 0)

    assert client.get("/").status_code == 500
    assert "ERROR django.request: Internal Server Error: /" in log.getvalue()
    assert "Traceback" in log.getvalue()
    assert "ZeroDivisionError" in log.getvalue()
