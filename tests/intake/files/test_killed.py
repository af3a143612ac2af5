"""A file of 300 MB comes whole, though the server is killed in the middle of it, by somebody else's program."""

import hashlib
import os
import random
import re
import signal
import threading
import urllib.request
from http.cookiejar import CookieJar
from urllib.parse import urlencode

import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

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

    def __init__(self, url):
        self.url = url
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

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
    """A file of 300 MB and its SHA-256."""
    path = tmp_path / "scan.zip"
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for _megabyte in range(SIZE // 2**20):
            piece = random.randbytes(2**20)
            file.write(piece)
            digest.update(piece)
    return path, digest.hexdigest()


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
            uploader = client.uploader(file_stream=stream, chunk_size=CHUNK, metadata={"filename": "scan.zip"})
            uploader.set_url(uploader.create_url())
            deaths = send_and_kill(served, uploader, [SIZE // 3, 2 * SIZE // 3])
        assert deaths > 0
        assert own_site.manage("shell", "-v0", "-c", READ).stdout.strip() == digest
    finally:
        served.stop()


def send_and_kill(served, uploader, kills):
    """Send it all, killing the workers while the pieces at the places `kills` are on their way; how often that cut."""
    deaths = 0
    while uploader.offset < SIZE:
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
