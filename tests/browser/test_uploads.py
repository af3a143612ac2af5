"""Sending scans from a browser: paused, cut off, reloaded in the middle, by keys alone, on a phone."""

import hashlib
import os
import re

import pytest

from housekeeping.loop import Loop
from intake.files.segments import Reading
from intake.models import File, Request
from tests.browser.test_asking import fill, go_on, look, press_until, site  # noqa: F401
from tests.intake.checking.odd_files import pdf
from tests.intake.files.conftest import sealed_folder  # noqa: F401
from tests.intake.patient import ANSWERS, BESIDE, steps

MEGABYTE = 1024 * 1024
PATIENCE = 30_000  # milliseconds, for a scan on a busy machine
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
    for key in steps(way):
        if key not in BESIDE:
            fill(page, ANSWERS[key])
            go_on(page)
    page.goto(f"/{way}/records/")
    fill(page, ANSWERS["records"])
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


@pytest.fixture
def gate():
    """A function that sets a Gate before a page."""
    pages = []

    def before(page):
        pages.append(page)
        return Gate(page)

    yield before
    for page in pages:
        page.unroute_all(behavior="ignoreErrors")


def choose(page, *files, button="Choose files"):
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button, exact=True).click()
    chooser.value.set_files(files)


def words(page, name):
    return page.locator(".file", has=page.get_by_text(name, exact=True)).locator(".file-words")


def has_come(page, percent):
    page.locator(".file-words", has_text=f"{percent} %").wait_for(timeout=PATIENCE)


def press(page, name):
    page.get_by_role("button", name=re.compile(name)).click()


def test_a_scan_survives_a_pause_a_lost_connection_and_a_reload(page, site, scan, gate, troubles):  # noqa: F811
    page.on("dialog", lambda dialog: dialog.accept())
    open_files(page)
    pieces = gate(page)

    choose(page, scan)
    pieces.let(1)
    has_come(page, 19)
    press(page, "^Pause.*scan.zip$")
    assert words(page, "scan.zip").inner_text() == "paused at 19 %"
    pieces.forget()
    pieces.let(1)
    press(page, "^Go on.*scan.zip$")
    has_come(page, 39)

    page.context.set_offline(True)
    pieces.let(1)
    page.get_by_text("waits for the connection").first.wait_for()
    troubles.clear()  # the browser tells of the request that was cut off
    pieces.let(1)
    page.context.set_offline(False)
    has_come(page, 59)

    page.reload()
    (file,) = File.objects.all()
    assert 0 < file.arrived < SIZE
    assert words(page, "scan.zip").inner_text() == "not all here yet: 59 %"
    assert page.get_by_text("Choose the same file again").is_visible()
    page.unroute_all()
    choose(page, scan)
    all_is_sent(page)

    (file,) = File.objects.all()
    assert file.state == File.State.WHOLE
    assert digest_here(file) == digest(scan)
    page.reload()
    choose(page, scan)
    page.get_by_text("Here already, so not sent again: 1.").wait_for()
    assert File.objects.count() == 1
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.fixture
def report(tmp_path):
    file = tmp_path / "report.pdf"
    file.write_bytes(b"%PDF-1.7 report")
    return file


@pytest.fixture
def disc(tmp_path):
    """A folder as on a disc: two slices that differ by their folder alone, a program, an empty file."""
    for path, data in {"A/SLICE1": b"slice A", "B/SLICE1": b"slice B", "VIEWER.EXE": b"MZ", "EMPTY": b""}.items():
        file = tmp_path / "DISC" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        os.utime(file, (1_700_000_000, 1_700_000_000))
    return tmp_path / "DISC"


def here():
    """What came whole, by folder and name."""
    found = {}
    for file in File.objects.filter(state=File.State.WHOLE):
        told = file.unsealed()
        with Reading(file) as reading:
            found[f"{told['folder']}/{told['name']}"] = reading.read()
    return found


def all_is_sent(page):
    page.locator(".files-sum-words", has_text="All is sent.").wait_for(timeout=PATIENCE)


def test_axe_finds_nothing_on_files_that_come_in_each_state(page_in_each_view, site, axe, scan, report, gate, troubles):  # noqa: F811
    page = page_in_each_view
    open_files(page)
    look(page, axe)
    pieces = gate(page)
    (report.parent / "empty.pdf").write_bytes(b"")
    choose(page, report.parent / "empty.pdf")
    page.get_by_text("This file is empty.").first.wait_for()
    troubles.clear()  # the browser tells of the answer 413, which is meant
    choose(page, scan)
    pieces.let(1)
    has_come(page, 19)
    look(page, axe)
    press(page, "^Pause.*scan.zip$")
    look(page, axe)
    page.reload()
    look(page, axe)
    go_on(page)
    look(page, axe)

    assert "not all here yet" in page.locator("main .note").inner_text()


def test_a_folder_is_sent_without_its_programs_and_chosen_again_sends_nothing_twice(page, site, disc):  # noqa: F811
    open_files(page, "appointments")
    choose(page, disc, button="Choose a folder or disc")
    all_is_sent(page)
    sent = {"DISC/A/SLICE1": b"slice A", "DISC/B/SLICE1": b"slice B"}
    assert here() == sent
    assert page.get_by_text("which we do not need: 2.").is_visible()

    page.reload()
    choose(page, disc, button="Choose a folder or disc")
    page.get_by_text("Here already, so not sent again: 2.").wait_for()
    assert here() == sent
    assert File.objects.count() == 2


def test_a_request_with_a_scan_is_sent_by_keys_alone(page, site, report):  # noqa: F811
    page.on("filechooser", lambda chooser: None)  # from now on; else a quick key opens the system's own
    open_files(page, "appointments")
    press_until(page, "document.activeElement.textContent === 'Choose files'")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(report)
    all_is_sent(page)
    press_until(page, "document.activeElement.textContent.startsWith('Take it out')")
    page.keyboard.press("Enter")
    page.locator(".files-told", has_text="The file was taken out.").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Choose files"
    assert not File.objects.exists()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(report)
    all_is_sent(page)
    press_until(page, "document.activeElement.textContent === 'Continue'")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press_until(page, "document.activeElement.name === 'agreed'")
    page.keyboard.press("Space")
    press_until(page, "document.activeElement.textContent === 'Send my request'")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert here() == {"/report.pdf": report.read_bytes()}
    assert File.objects.get().owner == Request.objects.get().pk


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (503, "Many people send files just now.", "Many people send files just now."),
        (502, "<h1>Oops</h1>", "waits for"),
    ],
)
def test_where_the_server_is_away_or_busy_it_is_tried_again(page, site, report, troubles, status, body, words):  # noqa: F811
    open_files(page, "appointments")
    kind = "text/plain" if status == 503 else "text/html"
    headers = {"Content-Type": kind, "Retry-After": "1"}
    refused = []

    def refuse(route):
        if route.request.method == "PATCH" and len(refused) < 2:
            refused.append(route.fulfill(status=status, body=body, headers=headers))
        else:
            route.continue_()

    page.route("**/upload/*/", refuse)
    choose(page, report)
    page.locator(".file-words", has_text=words).wait_for()
    all_is_sent(page)
    troubles.clear()  # the browser tells of the answers, which are meant

    assert here() == {"/report.pdf": report.read_bytes()}
    assert File.objects.count() == 1, "it goes on with the one that it began"


def test_a_piece_that_counts_though_its_answer_was_lost_is_not_sent_again(page, site, report, troubles):  # noqa: F811
    open_files(page, "appointments")
    lost = []

    def lose(route):
        if route.request.method == "PATCH" and not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    page.route("**/upload/*/", lose)
    choose(page, report)
    all_is_sent(page)
    troubles.clear()

    assert len(lost) == 1
    assert here() == {"/report.pdf": report.read_bytes()}
    assert File.objects.count() == 1


def test_a_refusal_says_why_and_the_other_files_come(page, site, report, tmp_path, troubles):  # noqa: F811
    open_files(page, "appointments")
    (tmp_path / "empty.pdf").write_bytes(b"")
    choose(page, tmp_path / "empty.pdf", report)
    all_is_sent(page)

    assert words(page, "empty.pdf").inner_text().startswith("This file is empty.")
    assert here() == {"/report.pdf": report.read_bytes()}
    troubles.clear()


def test_what_is_found_in_a_file_is_told_while_the_page_is_open(page, site, tmp_path):  # noqa: F811
    open_files(page, "appointments")
    (tmp_path / "letter.pdf").write_bytes(b"MZ is how a program begins")
    (tmp_path / "report.pdf").write_bytes(pdf())
    choose(page, tmp_path / "report.pdf", tmp_path / "letter.pdf")
    all_is_sent(page)

    Loop().round()

    page.locator(".file-refused", has_text="letter.pdf").wait_for(timeout=PATIENCE)
    assert page.locator(".file-name").all_inner_texts() == ["letter.pdf", "report.pdf"]
    assert "We can't take this kind of file." in page.locator(".file-refused .file-advice").inner_text()
    assert page.locator(".files-sum-words").inner_text().startswith("Not taken: 1.")
    assert words(page, "report.pdf").inner_text() == "sent and checked"


def test_very_many_files_make_no_page_without_end(page, site, tmp_path, report):  # noqa: F811
    files = [tmp_path / f"report{number}.pdf" for number in range(30)]
    for file in files:
        file.write_bytes(report.read_bytes())
    open_files(page, "appointments")
    choose(page, *files)
    all_is_sent(page)

    assert page.locator(".file").count() == 30
    assert page.evaluate("document.documentElement.scrollHeight") <= page.evaluate(
        "Math.ceil(document.querySelector('body > footer').getBoundingClientRect().bottom + scrollY)"
    )


def test_more_than_fits_is_said_before_anything_is_sent(page, site, scan):  # noqa: F811
    open_files(page, "appointments")
    page.locator(".files").evaluate("box => box.dataset.most = 1000000")
    choose(page, scan)

    assert "40.0 MB together. One request can hold 2 GB" in page.locator(".files-said").inner_text()
    assert not File.objects.exists()


def test_three_files_come_two_at_a_time_and_all_can_be_paused(page, site, tmp_path, gate):  # noqa: F811
    files = [tmp_path / f"scan{number}.zip" for number in range(3)]
    for file in files:
        file.write_bytes(file.name.encode())
    open_files(page, "appointments")
    pieces = gate(page)
    choose(page, *files)
    page.locator(".file-words", has_text="on its way").nth(1).wait_for()

    assert page.locator(".file-words").all_inner_texts() == ["on its way, 0 %", "on its way, 0 %", "waits for its turn"]
    press(page, "^Pause all$")
    assert page.locator(".file-words").all_inner_texts() == ["paused at 0 %"] * 3
    pieces.forget()
    pieces.let(10)
    press(page, "^Go on with all$")
    all_is_sent(page)
    assert here() == {f"/{file.name}": file.read_bytes() for file in files}


def test_leaving_while_a_file_is_on_its_way_asks_and_who_stays_loses_nothing(page, site, scan, gate):  # noqa: F811
    open_files(page)
    pieces = gate(page)
    choose(page, scan)
    pieces.let(1)
    has_come(page, 19)
    asked = []

    def stay(dialog):
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", stay)
    page.get_by_role("button", name="Continue").click()
    assert "still on their way" in asked[0]
    assert page.url.endswith("/files/")
    page.once("dialog", lambda dialog: dialog.accept())
    go_on(page)

    assert page.url.endswith("/check/")
    assert "19 %" in page.locator("dd", has_text="not all here yet").inner_text()


def test_without_scripts_the_plain_form_takes_files(new_page, site, report):  # noqa: F811
    page = new_page(width=390, java_script_enabled=False)
    open_files(page)
    page.set_input_files("[name=files]", report)
    go_on(page, "Send these files")

    assert page.locator(".file-name").all_inner_texts() == ["report.pdf"]
    assert here() == {"/report.pdf": report.read_bytes()}
    assert not page.get_by_role("button", name="Choose a folder or disc").is_visible()
    go_on(page, "Take it out")
    assert page.get_by_text("None yet.").is_visible()
    go_on(page)
    assert page.url.endswith("/check/")
