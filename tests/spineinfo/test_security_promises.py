"""The list of promises in docs/security.md names tests that are there."""

import re
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.once
TESTS = Path(__file__).parent.parent


def test_every_promise_is_held_by_tests_that_are_there():
    words = (settings.BASE_DIR / "docs/security.md").read_text(encoding="utf-8")
    promises = [line for line in words.splitlines() if re.match(r"\| [A-Z0-9]", line) and "Held by" not in line]

    missing, named = [], 0
    for promise in promises:
        for part in promise.split(" | ")[-1].split("; "):
            file, *names = re.findall(r"`([^`]+)`", part)
            text = (TESTS / file).read_text(encoding="utf-8")
            named += len(names)
            missing += [(file, name) for name in names if f"def test_{name}(" not in text]

    assert len(promises) > 40
    assert named >= len(promises)
    assert not missing
