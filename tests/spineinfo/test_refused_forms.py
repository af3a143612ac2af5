"""A form that is refused says at each field why, to those too who don't see where the words stand."""

import pytest
from bs4 import BeautifulSoup

from tests.spineinfo.test_any_address import FITTING, door, form, reading, segments  # noqa: F401 - fixtures

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
