"""What every answer of a site on https carries, as outside checks of web sites ask for."""

import json

import pytest

HTTPS = {"SITE_URL": "https://spine.example.org", "ALLOWED_HOSTS": "spine.example.org"}
ASKED = """
import json
from django.test import Client
client = Client(enforce_csrf_checks=True, raise_request_exception=False, headers={"host": "spine.example.org"})
asked = {
    "page": client.get("/", secure=True),
    "form": client.get("/appointments/", secure=True),
    "answered": client.post("/appointments/", {}, secure=True),
    "sign in": client.get("/admin/login/", secure=True),
    "unknown": client.get("/nowhere/", secure=True),
    "redirect": client.get("/conditions", secure=True),
    "method": client.generic("TRACE", "/appointments/", secure=True),
    "file": client.get("/static/nowhere.css", secure=True),
    "host": client.get("/", secure=True, headers={"host": "elsewhere.example"}),
    "http": client.get("/"),
}
print(json.dumps({name: {
    "status": answer.status_code,
    "headers": {header.lower(): value for header, value in answer.items()},
    "cookies": [cookie.OutputString() for cookie in answer.cookies.values()],
} for name, answer in asked.items()}))
"""


@pytest.fixture(scope="module")
def answers(made_site):
    result = made_site.manage("shell", "-v0", "-c", ASKED, **HTTPS)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_each_kind_of_answer_is_the_one_that_is_meant(answers):
    assert {name: answer["status"] for name, answer in answers.items()} == {
        "page": 200, "form": 200, "answered": 403, "sign in": 200, "unknown": 404, "redirect": 301, "method": 405,
        "file": 404, "host": 400, "http": 301,
    }  # fmt: skip


def test_every_answer_has_the_policies(answers):
    for name, answer in answers.items():
        headers = answer["headers"]
        policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))

        for directive in ("default-src", "object-src", "base-uri", "frame-ancestors"):
            assert policy[directive] == "'none'", (name, directive)
        assert policy["form-action"] == "'self'", name
        assert "unsafe" not in headers["content-security-policy"], name
        assert headers["x-content-type-options"] == "nosniff", name
        assert headers["referrer-policy"] == "same-origin", name
        assert headers["cross-origin-opener-policy"] == "same-origin", name
        assert "camera=()" in headers["permissions-policy"], name


def test_every_answer_on_https_asks_for_https_for_a_year(answers):
    for name, answer in answers.items():
        if name == "http":
            assert answer["headers"]["location"] == "https://spine.example.org/"
        else:
            years = answer["headers"]["strict-transport-security"]
            assert years == "max-age=31536000; includeSubDomains; preload", name


def test_cookies_are_for_this_host_https_and_no_script(answers):
    given = {name: answer["cookies"] for name, answer in answers.items() if answer["cookies"]}

    assert {"form", "sign in"} <= set(given)
    assert not {"page", "unknown", "redirect", "file", "host", "http"} & set(given)
    for cookie in sum(given.values(), []):
        name, _value = cookie.split("=", 1)
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert name.startswith("__Host-"), name
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= parts, name
        assert not [part for part in parts if part.startswith("domain")], name
