"""Whoever saves or publishes is killed at every statement, in turn, by a process of its own.

THOROUGH=1 tries each; an ordinary run every fifth, and each of the last.
"""

import json
import subprocess
import sys

from django.conf import settings

from tests.conftest import THOROUGH, require


def attempts(site):
    """What was found after each attempt, of a site on which a page was saved and published."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.publishing.killed", "1" if THOROUGH else "5"],
        cwd=settings.BASE_DIR,
        env=site.environment(ALLOWED_HOSTS="localhost", DJANGO_SETTINGS_MODULE="spineinfo.settings"),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_save_or_publish_that_is_killed_leaves_all_as_before_or_as_after(own_site):
    require(sys.platform != "win32", "fork")

    tried = attempts(own_site)

    for attempt in tried:
        assert attempt["found"] in (attempt["before"], attempt["after"])
    for what in ("save", "publish"):
        killed = [attempt for attempt in tried if attempt["what"] == what and attempt["killed"]]
        whole = [attempt for attempt in tried if attempt["what"] == what and not attempt["killed"]]
        assert all(attempt["found"] == attempt["after"] for attempt in whole)
        assert whole
        assert len(killed) > (20 if THOROUGH else 8)
        assert {attempt["found"] == attempt["after"] for attempt in killed} == {True, False}
    verified = own_site.manage("verify_record")
    assert "The record is whole" in verified.stdout, verified.stdout + verified.stderr
