"""What is true of every view that the resolver knows, so that no new one is left out."""

import pytest
from bs4 import BeautifulSoup

from tests.asking import path
from tests.spineinfo.test_any_address import FITTING, PAGE, ROUTES, door, form, reading, segments  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_every_refused_field_is_described_by_its_error(door, reading):  # noqa: F811
    """To those too who don't see where the words stand."""
    refused = {}
    for address, (_parameters, fields) in reading.items():
        for value in ("", "x" * 5_000, "\0"):
            answer = door.ask(address, FITTING, "POST", **form({**dict.fromkeys(fields, value), "website": ""}))
            soup = BeautifulSoup(answer.content, "html.parser")
            for control in soup.select("[aria-invalid=true]"):
                described = control if control.has_attr("aria-describedby") else control.find_parent("fieldset")
                (error,) = [name for name in described["aria-describedby"].split() if name.endswith("error")]
                assert soup.find(id=error).get_text(strip=True), (answer.asked, error)
                refused.setdefault(address, set()).add(error)
            assert not soup.select(".form-error:not([id])"), answer.asked

    assert refused["/feedback/"] == {"answer-error", "id_comment_error"}
    assert refused.keys() == {address for address, (_parameters, fields) in reading.items() if fields}


def test_every_public_page_is_described(door, segments):  # noqa: F811
    descriptions = {}
    for route in [*ROUTES, "/appointments/", "/nowhere/"]:
        answer = door.ask(path(route, segments), FITTING)
        if answer["Content-Type"] == PAGE and "Location" not in answer and not route.startswith("/admin/"):
            head = BeautifulSoup(answer.content, "html.parser").head
            descriptions[route] = head.select_one("meta[name=description]")["content"]

    assert len(descriptions) > 20
    assert [route for route, words in descriptions.items() if len(words) < 15] == []
    assert descriptions["/conditions/<slug:slug>/"].startswith("Herniated disc. Patient information.")
    assert descriptions["/symptoms/<slug:slug>/"] == "Pain & numbness."
