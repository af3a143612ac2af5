"""Loops as they are run: at once, killed, told to stop."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings

from tests.conftest import require

PATIENCE = 60
DUTY = """
import os, signal
from datetime import timedelta
from pathlib import Path
from django.contrib.auth.models import Group
from housekeeping import duties, loop
from housekeeping.duties import Duty, register

file = Path({file!r})
duties.registered.clear()
loop.PAUSE = 0.1
busy = loop.Loop()

def tell(*words):
    with file.open("a") as lines:
        print(*words, file=lines)

def act(thing):
    tell("begins", thing.name)
    if {hangs}:
        signal.pause()
    def done():
        Group.objects.filter(pk=thing.pk).update(name=thing.name.replace("todo", "done"))
        busy.stopping.set() if {ends} else None
    tell("did", thing.name)
    return done

todo = Group.objects.filter(name__startswith="todo {queue}").order_by("pk")
register(Duty(name={queue!r}, words="Test", act=act, due=todo.all, lease=timedelta(seconds={lease})))
busy.{run}()
"""


class Queue:
    def __init__(self, site, file, name):
        self.site, self.file, self.name = site, file, name

    def fill(self, count):
        made = self.site.manage("shell", "-v0", "-c", f"""
from django.contrib.auth.models import Group
Group.objects.bulk_create(Group(name=f"todo {self.name} {{number:02}}") for number in range({count}))
""")  # fmt: skip
        assert made.returncode == 0, made.stderr

    def command(self, *, hangs=False, ends=False, lease=60, run="round"):
        program = DUTY.format(file=str(self.file), queue=self.name, hangs=hangs, ends=ends, lease=lease, run=run)
        return "shell", "-v0", "-c", program

    def lines(self):
        return self.file.read_text().splitlines() if self.file.exists() else []


@pytest.fixture
def new_queue(made_site, tmp_path):
    def new(name):
        return Queue(made_site, tmp_path / "lines", name)

    return new


def until(is_so, what):
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, f"waited {PATIENCE} s in vain for {what}"
        time.sleep(0.05)


def start(site, *command):
    return subprocess.Popen(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env=site.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_two_loops_at_once_do_nothing_twice(made_site, new_queue):
    queue = new_queue("twice")
    queue.fill(40)

    with ThreadPoolExecutor(2) as loops:
        results = list(loops.map(lambda loop: made_site.manage(*queue.command()), range(2)))

    assert [result.returncode for result in results] == [0, 0], results
    did = sorted(line for line in queue.lines() if line.startswith("did"))
    assert did == [f"did todo twice {number:02}" for number in range(40)]


def test_what_a_killed_loop_was_at_is_picked_up_by_the_next(made_site, new_queue):
    queue = new_queue("killed")
    queue.fill(1)
    killed = start(made_site, *queue.command(hangs=True, lease=1, run="run"))
    until(lambda: queue.lines() or killed.poll() is not None, "the first loop to begin")

    killed.kill()
    killed.communicate()
    after = made_site.manage(*queue.command(ends=True, lease=1, run="run"))

    assert after.returncode == 0, after.stderr
    assert queue.lines() == ["begins todo killed 00", "begins todo killed 00", "did todo killed 00"]


def listens(process, number):
    caught = next(
        line for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if line.startswith("SigCgt")
    )
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_ends_without_complaint(made_site, number):
    require(sys.platform == "linux", "Linux")
    loop = start(made_site, "housekeep")
    until(lambda: listens(loop, signal.SIGHUP) or loop.poll() is not None, "the loop to listen")

    os.kill(loop.pid, number)

    output, _ = loop.communicate(timeout=PATIENCE)
    assert (loop.returncode, output) == (0, "")
