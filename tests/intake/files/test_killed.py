"""A site as it is served takes files: whole, though it is killed meanwhile, and nowhere in clear."""

import hashlib
import io
import os
import random
import re
import signal
import threading
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from tests.intake.checking.odd_files import pdf
from tests.intake.test_markers import dump
from tests.serving import Served, until

SIZE = 300 * 1024 * 1024
CHUNK = 16 * 1024 * 1024
READ = """
import hashlib
from intake.files.segments import Reading
from intake.models import File
with Reading(File.objects.get()) as reading:
    print(hashlib.file_digest(reading, "sha256").hexdigest())
"""


class Browser:
    """Holds the cookies of a request that was begun."""

    def __init__(self, url, trusted=None):
        self.url = url
        self.jar = CookieJar()
        ways = [urllib.request.HTTPCookieProcessor(self.jar), urllib.request.HTTPSHandler(context=trusted)]
        self.opener = urllib.request.build_opener(*ways)

    def begin_a_request(self):
        page = self.opener.open(f"{self.url}/appointments/").read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
        form = urlencode({"csrfmiddlewaretoken": token, "now": "none"}).encode()
        headers = {"Referer": f"{self.url}/appointments/"}
        self.opener.open(urllib.request.Request(f"{self.url}/appointments/", form, headers))  # noqa: S310

    @property
    def headers(self):
        token = next(cookie.value for cookie in self.jar if "csrf" in cookie.name)
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)
        return {"Cookie": cookies, "X-CSRFToken": token, "Referer": f"{self.url}/appointments/files/"}


@pytest.fixture
def scan(tmp_path):
    """A PDF of 300 MB and its SHA-256."""
    path = tmp_path / "scan.pdf"
    begin, end = pdf(b"|").split(b"|")
    with path.open("w+b") as file:
        file.write(begin)
        for _megabyte in range(SIZE // 2**20):
            file.write(random.randbytes(2**20))
        file.write(end)
        file.seek(0)
        return path, hashlib.file_digest(file, "sha256").hexdigest()


def kill_workers(served):
    before = served.workers()
    for process in before:
        os.kill(process, signal.SIGKILL)
    until(lambda: served.workers() and not set(before) & set(served.workers()), "new workers")


def test_300_megabytes_come_though_the_server_is_killed_twice(own_site, scan):
    path, digest = scan
    served = Served(own_site)
    try:
        browser = Browser(served.url)
        browser.begin_a_request()
        client = TusClient(f"{served.url}/appointments/upload/", browser.headers)
        with path.open("rb") as stream:
            uploader = client.uploader(file_stream=stream, chunk_size=CHUNK, metadata={"filename": "scan.pdf"})
            uploader.set_url(uploader.create_url())
            deaths = send_and_kill(served, uploader, [SIZE // 3, 2 * SIZE // 3])
        assert deaths > 0
        assert own_site.manage("shell", "-v0", "-c", READ).stdout.strip() == digest
    finally:
        served.stop()


def send_and_kill(served, uploader, kills):
    """Send it all, killing the workers while the pieces at the places `kills` are on their way; how often that cut."""
    deaths = 0
    while uploader.offset < uploader.get_file_size():
        killer = None
        if kills and uploader.offset >= kills[0]:
            kills.pop(0)
            killer = threading.Thread(target=kill_workers, args=[served])
            killer.start()
        try:
            uploader.upload_chunk()
        except TusCommunicationError:
            deaths += 1
        if killer:
            killer.join()
            until(served.answers, "the server to be back")
            uploader.offset = uploader.get_offset()
    return deaths


MARKS = 40
OPENED = """
from intake.files.segments import Reading
from intake.models import File
for file in File.objects.filter(state="kept"):
    print(file.unsealed(), Reading(file).readall())
"""


def test_forty_marks_in_files_and_their_names_are_found_nowhere_in_clear(own_site, tmp_path):
    marks = [f"marked{number:02}zq" for number in range(MARKS)]
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    served = Served(own_site, TMPDIR=str(temporary))
    seen = []

    def look():
        held = [path for folder in (own_site.data, temporary) for path in folder.rglob("*") if path.is_file()]
        seen.extend(mark for path in held for mark in re.findall(rb"marked\d\dzq", bytes_of(path)))
        for process in [served.process.pid, *served.below(served.process.pid)]:
            for part in ("cmdline", "environ"):
                seen.extend(mark for mark in marks if mark.encode() in bytes_of(Path(f"/proc/{process}/{part}")))

    try:
        browser = Browser(served.url)
        browser.begin_a_request()
        client = TusClient(f"{served.url}/appointments/upload/", browser.headers)
        for number, (name, content) in enumerate(zip(marks[::2], marks[1::2], strict=True)):
            stream = io.BytesIO(pdf(content.encode() * 1000))
            uploader = client.uploader(file_stream=stream, chunk_size=5000, metadata={"filename": f"{name}.pdf"})
            uploader.set_url(uploader.create_url())
            while uploader.offset < uploader.get_file_size():
                uploader.upload_chunk()
                if number % 7 == 0:
                    look()
        until(lambda: is_all_in(marks, opened(own_site)), "the files to be looked into")
        look()
    finally:
        said = served.stop()

    look()
    assert seen == []
    assert not [mark for mark in marks if mark in said]
    assert not [mark for mark in marks if mark in dump(own_site.database.read_text(encoding="utf-8"))]


def opened(site):
    return site.manage("shell", "-v0", "-c", OPENED).stdout


def is_all_in(marks, text):
    return all(mark in text for mark in marks)


def bytes_of(path):
    try:
        return path.read_bytes()
    except OSError:  # gone meanwhile
        return b""
