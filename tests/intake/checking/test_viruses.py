"""What clamd says, and fails to say, of a file: only what it has looked at as a whole is clean."""

import io
import random
import shutil
import socket
import threading
from contextlib import ExitStack, contextmanager, suppress

import pytest

from intake.checking import viruses
from intake.checking.viruses import CLEAN, FOUND, NOT_SCANNED, TOO_LARGE, scan
from tests import clamd
from tests.conftest import require
from tests.intake.checking.odd_files import EICAR, archive, pdf

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def scanner():
    require(shutil.which("clamd"), "clamd (Debian: clamav-daemon)")
    with clamd.running() as address:
        yield address


@contextmanager
def answering(answer, reads=2**30):
    """The address of a clamd that reads so many bytes, says `answer` and hangs up; where it is None, it waits."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        is_over = threading.Event()

        def serve(answer, left):
            connection, _address = server.accept()
            with connection, connection.makefile("rb") as sent:
                sent.readline()
                while left > 0 and (length := int.from_bytes(sent.read(4), "big")):
                    left -= len(sent.read(length))
                if answer is None:
                    is_over.wait()
                else:
                    connection.sendall(answer)

        def serve_both():
            with suppress(OSError):  # it is over before somebody asks for the limits
                serve(answer, reads)
                serve(b"stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND\n", 2**30)

        thread = threading.Thread(target=serve_both)
        thread.start()
        try:
            yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        finally:
            is_over.set()
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        (pdf(), CLEAN),
        (EICAR, FOUND),
        (pdf(EICAR), FOUND),
        (archive([("a/b.com", EICAR)]), FOUND),
        (archive([("inner.zip", archive([("b.com", EICAR)]))]), FOUND),
        (b"\0" * (clamd.LIMIT - 1024) + b"x", CLEAN),
    ],
)
def test_a_real_clamd_finds_what_is_there(data, outcome, scanner, settings):
    settings.CLAMD_URL = scanner

    assert scan(io.BytesIO(data)) == outcome


def test_a_file_beyond_the_limit_of_a_real_clamd_is_never_clean(scanner, settings):
    settings.CLAMD_URL = scanner

    assert scan(io.BytesIO(b"\0" * (5 * clamd.LIMIT))) in (TOO_LARGE, NOT_SCANNED)


def test_a_clamd_that_keeps_its_limits_to_itself_calls_nothing_clean(settings, caplog):
    require(shutil.which("clamd"), "clamd (Debian: clamav-daemon)")
    beyond = random.Random(1).randbytes(1_100_000) + EICAR

    with clamd.running("MaxFileSize 1M", "AlertExceedsMax no") as settings.CLAMD_URL:
        assert scan(io.BytesIO(archive([("report.pdf", beyond)]))) == NOT_SCANNED
        assert scan(io.BytesIO(pdf())) == NOT_SCANNED
        assert scan(io.BytesIO(EICAR)) == FOUND
    with clamd.running("MaxFileSize 1M", "AlertExceedsMax yes") as settings.CLAMD_URL:
        assert scan(io.BytesIO(archive([("report.pdf", beyond)]))) == TOO_LARGE
        assert scan(io.BytesIO(pdf())) == CLEAN
    assert "AlertExceedsMax yes" in caplog.text


def test_what_is_larger_than_clamd_takes_is_not_sent(settings):
    settings.CLAMD_URL = "unix:///nowhere/clamd"
    settings.CLAMD_MEGABYTES = 1

    assert scan(io.BytesIO(b"x" * 1_000_001)) == TOO_LARGE
    assert scan(io.BytesIO(b"x"), unpacked=1_000_001) == TOO_LARGE
    assert scan(io.BytesIO(b"x" * 1_000_000)) == NOT_SCANNED, "it was sent to the clamd that is not there"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"stream: OK\n", CLEAN),
        (b"stream: Eicar-Test-Signature FOUND\n", FOUND),
        (b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\n", TOO_LARGE),
        (b"INSTREAM size limit exceeded. ERROR\n", TOO_LARGE),
        (b"stream: Can't allocate memory ERROR\n", NOT_SCANNED),
        (b"", NOT_SCANNED),
        (b"\n", NOT_SCANNED),
        (b"stream: OKAY\n", NOT_SCANNED),
        (b"other: OK\n", NOT_SCANNED),
        (b"\xff\xfe\n", NOT_SCANNED),
        (b"<html>502</html>", NOT_SCANNED),
    ],
)
def test_what_is_not_plainly_clean_is_not_called_so(answer, outcome, settings):
    with answering(answer) as settings.CLAMD_URL:
        assert scan(io.BytesIO(pdf())) == outcome


def test_a_clamd_that_hangs_up_in_the_middle_has_not_scanned(settings):
    with answering(b"", reads=5000) as settings.CLAMD_URL:
        assert scan(io.BytesIO(b"x" * 10_000_000)) == NOT_SCANNED


def test_a_clamd_that_says_nothing_is_not_waited_for_without_end(settings, monkeypatch):
    monkeypatch.setattr(viruses, "PATIENCE", 0.3)

    with answering(None) as settings.CLAMD_URL:
        assert scan(io.BytesIO(pdf())) == NOT_SCANNED


def test_a_clamd_that_takes_no_one_is_not_waited_for_without_end(settings, monkeypatch, tmp_path):
    monkeypatch.setattr(viruses, "PATIENCE", 0.3)
    monkeypatch.chdir(tmp_path)  # a short path, as the name of a socket has to be
    settings.CLAMD_URL = "unix:clamd"

    with socket.socket(socket.AF_UNIX) as full, ExitStack() as others:
        full.bind("clamd")
        full.listen(0)
        for _other in range(2):
            other = others.enter_context(socket.socket(socket.AF_UNIX))
            other.setblocking(False)
            other.connect_ex("clamd")
        assert scan(io.BytesIO(pdf())) == NOT_SCANNED


class Counted(io.BytesIO):
    most = 0

    def read(self, size=-1):
        data = super().read(size)
        self.most = max(self.most, len(data))
        return data


def test_a_file_is_sent_in_pieces(settings):
    file = Counted(b"x" * 3_000_000)

    with answering(b"stream: OK\n") as settings.CLAMD_URL:
        assert scan(file) == CLEAN
    assert file.most <= 1024 * 1024
