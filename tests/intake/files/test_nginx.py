"""Behind nginx, as deploy/nginx/spineinfo.conf sets it: uploads pass through as they come, over TLS."""

import hashlib
import http.client
import os
import random
import re
import shutil
import socket
import ssl
import subprocess
from contextlib import closing, contextmanager

import pytest
from django.conf import settings

from intake.files.segments import SEGMENT
from intake.files.tus import CHUNK
from tests.conftest import require
from tests.intake.checking.odd_files import pdf
from tests.intake.files.sending import TUS, metadata
from tests.intake.files.test_killed import READ, Browser
from tests.serving import Served, free_port, until

SIZE = 24 * 1024 * 1024
pytestmark = pytest.mark.once
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
SITE = settings.BASE_DIR / "deploy" / "nginx" / "spineinfo.conf"


@contextmanager
def nginx(folder, port, site_port, certificate):
    """nginx as deploy/ sets it, on `port` and before a site on `site_port`; its files are in `folder`."""
    site = SITE.read_text(encoding="utf-8")
    for before, after in (
        (r" *listen \[::\][^\n]*\n", ""),
        (r"listen 80;", f"listen 127.0.0.1:{free_port()};"),
        (r"listen 443 ", f"listen 127.0.0.1:{port} "),
        (r"/etc/ssl/spineinfo/", f"{certificate}/"),
        (r"127\.0\.0\.1:8000", f"127.0.0.1:{site_port}"),
    ):
        site, changes = re.subn(before, after, site)
        assert changes, before
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    kept = "\n".join(f"{kind}_temp_path {folder}/kept/{kind};" for kind in kinds)
    (folder / "kept").mkdir()
    who = "user root;" if os.geteuid() == 0 else ""
    start = f"{who} daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}}"
    (folder / "nginx.conf").write_text(f"{start}\nhttp {{\n{kept}\n{site}}}\n", encoding="utf-8")
    process = subprocess.Popen([NGINX, "-p", folder, "-c", f"{folder}/nginx.conf"])
    try:
        until(lambda: process.poll() is not None or listens(port), "nginx")
        yield
    finally:
        process.terminate()
        process.wait()


def listens(port):
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def certificate(tmp_path):
    """A folder with a certificate for this machine that it signed itself."""
    folder = tmp_path / "certificate"
    folder.mkdir()
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "privkey.pem"),
            *("-out", folder / "fullchain.pem"),
        ],
        check=True,
        capture_output=True,
    )
    return folder


class Sending:
    """Speaks tus with the site at `port` over TLS, with the cookies of a request that was begun."""

    def __init__(self, port, trusted):
        self.port, self.trusted = port, trusted
        self.browser = Browser(f"https://127.0.0.1:{port}", trusted)
        self.browser.begin_a_request()

    def connected(self):
        return closing(http.client.HTTPSConnection("127.0.0.1", self.port, context=self.trusted, timeout=30))

    def ask(self, method, path, body=b"", **headers):
        with self.connected() as connection:
            connection.request(method, path, body, {**TUS, **self.browser.headers, **headers})
            answer = connection.getresponse()
            answer.read()
            return answer

    def begin(self, size):
        told = {"Upload-Length": str(size), "Upload-Metadata": metadata(filename="scan.pdf")}
        return self.ask("POST", "/appointments/upload/", **told).headers["Location"]

    def arrived(self, path):
        return int(self.ask("HEAD", path).headers["Upload-Offset"])

    def go_on(self, path, data, offset):
        return self.ask("PATCH", path, data, **{"Content-Type": CHUNK, "Upload-Offset": str(offset)})

    @contextmanager
    def sending_half(self, path, data):
        """While one sends `data`, and half of it is on its way; then the line is cut."""
        with self.connected() as connection:
            connection.putrequest("PATCH", path)
            told = {"Content-Type": CHUNK, "Content-Length": str(len(data)), "Upload-Offset": "0"}
            for name, value in {**TUS, **self.browser.headers, **told}.items():
                connection.putheader(name, value)
            connection.endheaders()
            connection.send(data[: len(data) // 2])
            yield


def test_an_upload_passes_through_as_it_comes_and_goes_on_after_a_cut(own_site, tmp_path, certificate):
    require(NGINX, "nginx")
    port = free_port()
    begin, end = pdf(b"|").split(b"|")
    data = begin + random.randbytes(SIZE) + end
    served = Served(own_site, SITE_URL=f"https://127.0.0.1:{port}")
    try:
        with nginx(tmp_path, port, served.port, certificate):
            sending = Sending(port, ssl.create_default_context(cafile=certificate / "fullchain.pem"))
            path = sending.begin(len(data))
            with sending.sending_half(path, data):
                until(lambda: sending.arrived(path) >= 2 * SEGMENT, "what was sent so far")
                kept = [file for file in (tmp_path / "kept").rglob("*") if file.is_file()]
            until(lambda: sending.arrived(path) == len(data) // 2, "all that came before the cut")
            place = len(data) // 2
            answer = sending.go_on(path, data[place:], place)
    finally:
        served.stop()

    assert kept == []
    assert (answer.status, answer.headers["Upload-Offset"]) == (204, str(len(data)))
    assert "buffered to a temporary file" not in (tmp_path / "error.log").read_text(encoding="utf-8")
    assert own_site.manage("shell", "-v0", "-c", READ).stdout.strip() == hashlib.sha256(data).hexdigest()
