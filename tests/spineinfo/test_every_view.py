"""What is true of every view that the resolver knows, so that no new one is left out."""

import pytest
from bs4 import BeautifulSoup

from tests.asking import path
from tests.spineinfo.test_any_address import FITTING, PAGE, ROUTES, door, form, reading, segments  # noqa: F401

pytestmark = pytest.mark.django_db
ERRORS = ".form-error, .errorlist:not(.nonfield)"


def test_every_refused_field_is_described_by_its_error(door, reading):  # noqa: F811
    refused = {}
    for address, (_parameters, fields) in reading.items():
        for value in ("", "x" * 5_000, "\0"):
            answer = door.ask(address, FITTING, "POST", **form({**dict.fromkeys(fields, value), "website": ""}))
            soup = BeautifulSoup(answer.content, "html.parser")
            for error in soup.select(ERRORS):
                refused.setdefault(address, set()).add(error.get("id"))
                assert error.get("id"), (answer.asked, error)
                control = soup.select_one(f"[aria-describedby~='{error['id']}']")
                assert control, (answer.asked, error)
                assert control.name == "fieldset" or control["aria-invalid"] == "true"

    assert refused["/feedback/"] == {"answer-error", "id_comment_error"}
    assert len(refused) == len([address for address, (_parameters, fields) in reading.items() if fields])


def test_every_public_page_is_described(door, segments):  # noqa: F811
    descriptions = {}
    for route in [*ROUTES, "/nowhere/"]:
        answer = door.ask(path(route, segments), FITTING)
        if answer["Content-Type"] == PAGE and "Location" not in answer and not route.startswith("/admin/"):
            head = BeautifulSoup(answer.content, "html.parser").head
            descriptions[route] = head.select_one("meta[name=description]")["content"]

    assert len(descriptions) > 20
    assert [route for route, words in descriptions.items() if len(words) < 15] == []
    assert descriptions["/conditions/<slug:slug>/"].startswith("Herniated disc. Patient information.")
    assert descriptions["/symptoms/<slug:slug>/"] == "Pain & numbness."
