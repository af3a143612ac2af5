"""Sending scans from a browser: paused, cut off, reloaded in the middle, by keys alone, on a phone."""

import hashlib
import re

import pytest

from intake.files.segments import Reading
from intake.models import File, Request
from tests.browser.test_asking import fill, go_on, look, press_until, site  # noqa: F401
from tests.intake.files.conftest import sealed_folder  # noqa: F401
from tests.intake.patient import ANSWERS, steps

MEGABYTE = 1024 * 1024
SIZE = 40 * MEGABYTE + 12345


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    """A file of some 40 MB, each part of which differs."""
    file = tmp_path_factory.mktemp("disc") / "scan.zip"
    block = hashlib.sha256(b"scan").digest() * (MEGABYTE // 32)
    with file.open("wb") as out:
        for number in range(SIZE // MEGABYTE + 1):
            out.write((number.to_bytes(4) + block)[: min(MEGABYTE, SIZE - out.tell())])
    assert file.stat().st_size == SIZE
    return file


def digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def digest_here(file):
    """Of what was kept of a File, as it opens."""
    with Reading(file) as reading:
        return hashlib.sha256(reading.read()).hexdigest()


def open_files(page, way="second-opinion"):
    """Answer what comes before the page of files."""
    page.goto(f"/{way}/")
    for key in [key for key in ANSWERS if key in steps(way) or key == "records"]:
        if not page.url.endswith(f"/{key}/") and key != "signs":
            page.goto(f"/{way}/{key}/")
        if key == "files":
            break
        fill(page, ANSWERS[key])
        go_on(page)
    assert page.url.endswith(f"/{way}/files/")


class Gate:
    """Holds back each piece that the page sends, until `let` lets some through."""

    def __init__(self, page):
        self.allowed, self.held = 0, []
        page.route("**/upload/*/", self.take)

    def take(self, route):
        if route.request.method == "PATCH" and not self.allowed:
            self.held.append(route)
        else:
            self.allowed -= route.request.method == "PATCH"
            route.continue_()

    def let(self, pieces):
        while self.held and pieces:
            self.held.pop(0).continue_()
            pieces -= 1
        self.allowed += pieces

    def forget(self):
        """What is held was taken back by the page."""
        self.held = []


def choose(page, *files, button="Choose files"):
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button, exact=True).click()
    chooser.value.set_files(files)


def words(page, name):
    return page.locator(".file", has=page.get_by_text(name, exact=True)).locator(".file-words")


def has_come(page, percent):
    page.locator(".file-words", has_text=f"{percent} %").wait_for()


def press(page, name):
    page.get_by_role("button", name=re.compile(name)).click()


def test_a_scan_survives_a_pause_a_lost_connection_and_a_reload(page, site, scan, troubles):  # noqa: F811
    page.on("dialog", lambda dialog: dialog.accept())
    open_files(page)
    gate = Gate(page)

    choose(page, scan)
    gate.let(1)
    has_come(page, 19)
    press(page, "^Pause.*scan.zip$")
    assert words(page, "scan.zip").inner_text() == "paused at 19 %"
    gate.forget()
    gate.let(1)
    press(page, "^Go on.*scan.zip$")
    has_come(page, 39)

    page.context.set_offline(True)
    gate.let(1)
    page.get_by_text("waits for the connection").first.wait_for()
    troubles.clear()  # the browser tells of the request that was cut off
    gate.let(1)
    page.context.set_offline(False)
    has_come(page, 59)

    page.reload()
    (file,) = File.objects.all()
    assert 0 < file.arrived < SIZE
    assert words(page, "scan.zip").inner_text() == "not all here yet: 59 %"
    assert page.get_by_text("Choose the same file again").is_visible()
    page.unroute_all()
    choose(page, scan)
    page.get_by_text("All is sent.").first.wait_for()

    (file,) = File.objects.all()
    assert file.state == File.State.WHOLE
    assert digest_here(file) == digest(scan)
    page.reload()
    choose(page, scan)
    page.get_by_text("Here already, so not sent again: 1.").wait_for()
    assert File.objects.count() == 1
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
