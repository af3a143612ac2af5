"""`manage.py serve` as a process of its own, for tests to ask and to end."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, suppress
from pathlib import Path

from django.conf import settings

PATIENCE = 60


def until(is_so, what):
    """Look again and again until it is so."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, f"waited {PATIENCE} s in vain for {what}"
        time.sleep(0.05)


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def parents():
    """The parent of each process, by its id; those that only wait to be reaped are left out."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                found[int(stat.parent.name)] = int(parent)
    return found


def command_line(process):
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_text().split("\0")
    return []


class Served:
    """`manage.py serve` on a port of its own."""

    def __init__(self, site, stdin=subprocess.DEVNULL, **environment):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=settings.BASE_DIR,
            env=site.environment(PORT=str(self.port), **environment),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # Whoever runs the tests may have been told to ignore it (nohup), and what they start would too.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )
        until(self.answers, "the first answer")

    def answers(self):
        assert self.process.poll() is None, self.process.stdout.read()
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:  # noqa: S310
                return answer.read() == b"ready\n"
        except OSError:
            return False

    def below(self, top):
        """The processes that `top` started, and that those started."""
        of = parents()
        found = [top]
        for parent in found:
            found += [process for process, its_parent in of.items() if its_parent == parent]
        return found[1:]

    def runs(self, module):
        """The process by which the supervisor runs `module`, or None between two."""
        mine = [process for process, parent in parents().items() if parent == self.process.pid]
        return next((process for process in mine if module in command_line(process)), None)

    @property
    def main(self):
        """granian's first process."""
        return self.runs("spineinfo.server")

    @property
    def housekeeping(self):
        return self.runs("spineinfo.beside")

    def workers(self):
        return self.below(self.main) if self.main else []

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.communicate(timeout=PATIENCE)[0]
        finally:
            self.process.kill()
