"""Forty marks in the answers of one request, sent to the site as it is served, are found in the sealed row alone."""

import json
import re
import subprocess
import sys
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

from tests.conftest import require
from tests.intake.patient import ANSWERS
from tests.intake.test_hostile import FREE
from tests.postgresql import programs
from tests.serving import Served, until
from tests.spineinfo.test_mail import files_with, sink  # noqa: F401 - a fixture

MARKS = 40
LONG_AGO = """
from datetime import timedelta
from django.utils import timezone
from intake.models import Draft
Draft.objects.update(started_at=timezone.now() - timedelta(minutes=5))
"""
OPENED = """
import json
from intake.models import Request
print(json.dumps([request.unsealed() for request in Request.objects.all()]))
"""
DESK = """
from intake.models import DeskSettings
DeskSettings.objects.update_or_create(pk=1, defaults={"mail_to": "desk@example.org"})
"""


def planted():
    """Answers by step with MARKS marks in all, and the marks."""
    marks = [f"marked{number:02}zq" for number in range(MARKS)]
    left = list(marks)
    answers = {key: dict(fields) for key, fields in ANSWERS.items()}
    for key, names in FREE.items():
        for name in names:
            answers[key][name] = left.pop()
    answers["reach"] |= {"email": f"{left.pop()}@{left.pop()}.example"}
    while left:
        answers["reason"]["problem"] += f" {left.pop()}"
    return answers, marks


class Browser:
    def __init__(self, url):
        self.url, self.seen = url, []
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def post(self, path, fields):
        page = self.opener.open(f"{self.url}{path}", timeout=30).read().decode()
        token = re.search(r'ask-form".*?name="csrfmiddlewaretoken" value="(\w+)"', page, re.DOTALL).group(1)
        body = urlencode({**fields, "csrfmiddlewaretoken": token}, doseq=True).encode()
        request = urllib.request.Request(f"{self.url}{path}", body, {"Origin": self.url})  # noqa: S310
        answer = self.opener.open(request, timeout=30)
        text = answer.read().decode()
        self.seen += [answer.url, re.search("<title>(.*?)</title>", text, re.DOTALL).group(1), str(answer.headers)]
        self.seen += [f"{cookie.name}={cookie.value}" for cookie in self.cookies]
        return answer.url


def dump(database):
    """All that PostgreSQL holds, as text; "" on SQLite, whose file is in the data folder."""
    if not database:
        return ""
    found = subprocess.run(
        [programs() / "pg_dump", database.replace("postgres://", "postgresql://")], capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr
    assert "COPY public.intake_request" in found.stdout
    return found.stdout


def test_forty_marks_are_found_in_the_sealed_row_alone(own_site, sink):  # noqa: F811
    require(sys.platform == "linux", "Linux")
    answers, marks = planted()
    assert sum(text.count("marked") for text in map(str, answers.values())) == MARKS
    assert own_site.manage("shell", "-v0", "-c", DESK).returncode == 0
    mail = {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}", "EMAIL_FROM": "Spine <spine@example.org>"}
    site = Served(own_site, **mail)
    browser = Browser(site.url)

    try:
        for key, fields in answers.items():
            leads_to = browser.post("/second-opinion/" if key == "signs" else f"/second-opinion/{key}/", fields)
        assert leads_to.endswith("/second-opinion/check/")
        assert own_site.manage("shell", "-v0", "-c", LONG_AGO).returncode == 0
        arrived = browser.post("/second-opinion/check/", {"agreed": "on"})
        assert arrived.endswith("/second-opinion/sent/")
        until(lambda: len(sink.mails) >= 2, "mails to the desk and to the patient")
        running = [Path(f"/proc/{process}/{part}").read_bytes() for part in ("cmdline", "environ")
                   for process in [site.process.pid, *site.below(site.process.pid)]]  # fmt: skip
        found_while_running = [mark for mark in marks if files_with(own_site.data, mark)]
    finally:
        said = site.stop()
    opened = own_site.manage("shell", "-v0", "-c", OPENED).stdout
    held = dump(own_site.database.read_text(encoding="utf-8"))
    mails = [f"{letter}" for _to, letter in sink.mails]

    assert all(mark in opened for mark in marks)
    assert len(json.loads(opened)) == 1
    assert found_while_running == []
    for mark in marks:
        assert not files_with(own_site.data, mark), mark
        for place in (said, held, *browser.seen):
            assert mark not in place
        assert not [part for part in running if mark.encode() in part]
    to_patient = [f"{answers['reach']['email']}"]
    assert [to for to, _letter in sink.mails if to == to_patient]

    for text in mails:
        body = text.replace(answers["reach"]["email"], "")
        assert not [mark for mark in marks if mark in body]
