"""The server as it is run: killed at each level, stopped, started twice."""

import http.client
import os
import signal
import socket
import sys
import urllib.error
import urllib.request
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.conftest import require
from tests.serving import PATIENCE, Served, parents, until

pytestmark = pytest.mark.once


@pytest.fixture
def served(made_site):
    require(sys.platform == "linux", "Linux")
    site = Served(made_site)
    yield site
    processes = site.below(site.process.pid)
    site.stop()
    assert not set(processes) & set(parents())


def test_it_answers_pages_and_says_where(served):
    with urllib.request.urlopen(f"{served.url}/admin/login/", timeout=10) as answer:  # noqa: S310
        page = answer.read().decode()

    assert "csrfmiddlewaretoken" in page
    assert answer.headers["Content-Security-Policy"]
    until(served.workers, "workers")
    assert f"SpineInfo answers at {served.url}/" in served.stop()


def test_a_killed_worker_is_replaced(served):
    until(lambda: len(served.workers()) == 2, "two workers")
    worker = served.workers()[0]

    os.kill(worker, signal.SIGKILL)

    until(lambda: len(served.workers()) == 2 and worker not in served.workers(), "another worker")
    until(served.answers, "an answer")


def test_a_killed_server_is_started_again_without_its_old_workers(served):
    until(lambda: len(served.workers()) == 2, "two workers")
    main, workers = served.main, served.workers()

    os.kill(main, signal.SIGKILL)

    until(lambda: served.main not in (None, main) and served.answers(), "an answer of another server")
    assert not {main, *workers} & set(parents())


def test_a_server_that_gives_up_is_started_again(served):
    main = served.main

    def given_up():  # granian ends when workers die soon after they were replaced
        for worker in served.workers():
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        return served.main not in (None, main)

    until(given_up, "granian to give up")
    until(served.answers, "an answer of another server")


def test_killed_housekeeping_is_started_again_beside_the_same_server(served):
    until(lambda: served.housekeeping and served.main, "housekeeping")
    main, before = served.main, served.housekeeping

    os.kill(before, signal.SIGKILL)

    until(lambda: served.housekeeping not in (None, before), "another housekeeping")
    assert served.main == main


def test_a_hangup_loads_housekeeping_anew(served):
    until(lambda: len(served.workers()) == 2 and served.housekeeping, "two workers and housekeeping")
    before = served.housekeeping
    until(lambda: catches(before, signal.SIGHUP), "housekeeping to listen")

    served.process.send_signal(signal.SIGHUP)

    until(lambda: served.housekeeping not in (None, before), "another housekeeping")


def catches(process, number):
    """Whether `process` has a handler for the signal by now."""
    with suppress(OSError):
        status = Path(f"/proc/{process}/status").read_text()
        caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
        return bool(int(caught, 16) >> (number - 1) & 1)
    return False


def test_a_hangup_reloads_the_workers(served):
    until(lambda: len(served.workers()) == 2, "two workers")
    main, workers = served.main, served.workers()

    served.process.send_signal(signal.SIGHUP)

    until(lambda: len(served.workers()) == 2 and not set(workers) & set(served.workers()), "new workers")
    assert served.main == main
    assert served.answers()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_leaves_nothing_running(served, number):
    processes = served.below(served.process.pid)

    served.process.send_signal(number)

    assert served.process.wait(PATIENCE) == 0
    assert processes
    assert not set(processes) & set(parents())
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{served.url}/healthz", timeout=5)  # noqa: S310


def test_it_ends_with_the_terminal_it_was_started_from(made_site):
    terminal, its_end = os.openpty()
    site = Served(made_site, stdin=its_end)
    os.close(its_end)

    os.close(terminal)

    assert site.process.wait(PATIENCE) == 0
    site.stop()


def test_killed_itself_it_leaves_nothing_running(served):
    until(lambda: len(served.workers()) == 2, "two workers")
    processes = served.below(served.process.pid)

    served.process.kill()

    until(lambda: not set(processes) & set(parents()), "the end of all processes")


def test_an_occupied_port_is_told_in_one_line(made_site):
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]

        result = made_site.manage("serve", PORT=str(port))

    assert result.returncode == 1
    assert result.stderr == (
        f"CommandError: Port {port} is in use. Stop what listens there, or choose another port: PORT={port + 1}.\n"
    )


def test_the_environment_does_not_pass_for_a_part_of_a_request(made_site):
    site = Served(made_site, SITE_URL="https://spine.example.org", HTTP_X_FORWARDED_PROTO="https")

    def status(headers):
        with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)) as connection:
            connection.request("GET", "/admin/login/", headers=headers)
            return connection.getresponse().status

    try:
        assert status({}) == 301
        assert status({"X-Forwarded-Proto": "https"}) == 200
    finally:
        site.stop()
