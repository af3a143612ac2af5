"""Keeps programs running until it is told to stop, and leaves nothing of them behind."""

import os
import signal
import subprocess
import threading
import time
from contextlib import suppress

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30
SETTLED_AFTER = 60
GRACE = 15
LOOK_EVERY = 0.1


class Program:
    """Runs `command` in a process group of its own; called `name` at the beginning of a sentence."""

    def __init__(self, name, command):
        self.name = name
        self.command = command
        self.process = None
        self.pause = FIRST_PAUSE
        self.starts_at = 0

    def keep(self, say):
        """Start it if it is time to, again whenever it has ended, later each time; `say` is called with a line."""
        at = time.monotonic()
        if self.process is None:
            if at >= self.starts_at:
                self.started = at
                self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, process_group=0)
        elif self.process.poll() is not None:
            self.end()
            if at - self.started > SETTLED_AFTER:
                self.pause = FIRST_PAUSE
            say(f"{self.name} ended with status {self.process.returncode}; it starts again in {self.pause:g} s.")
            self.process = None
            self.starts_at = at + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def send(self, number):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def end(self):
        """End it and whatever it started: kindly first, after a while by force."""
        if self.process is None:
            return
        self.send(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE)
        self.kill()
        self.process.wait()

    def kill(self):
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    """Keeps `programs` running.

    SIGTERM and SIGINT end them all; SIGHUP is passed on (or ends them all, where a terminal closes). `say` is called
    with a line on each restart, `ready` between looks at the programs, until it answers True.
    """

    def __init__(self, programs, *, say, ready):
        self.programs = programs
        self.say = say
        self.ready = ready
        self.stopping = threading.Event()
        self.has_terminal = os.isatty(0)

    def run(self):
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
            signal.signal(signal.SIGHUP, self._stop if self.has_terminal else self._pass_on)
        is_ready = False
        try:
            while not self.stopping.is_set():
                for program in self.programs:
                    program.keep(self.say)
                self.stopping.wait(LOOK_EVERY)
                is_ready = is_ready or self.ready()
                if self.has_terminal and not os.isatty(0):  # closed, and make kept the signal to itself
                    self.stopping.set()
        finally:
            for program in self.programs:
                program.send(signal.SIGTERM)
            for program in self.programs:
                program.end()

    def _stop(self, number, frame):
        if self.stopping.is_set():  # told twice: no more patience
            for program in self.programs:
                program.kill()
        self.stopping.set()

    def _pass_on(self, number, frame):
        for program in self.programs:
            program.send(number)
