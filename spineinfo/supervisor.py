"""Keeps a program running until it is told to stop, and leaves nothing of it behind."""

import os
import signal
import subprocess
import threading
import time
from contextlib import suppress


class Supervisor:
    """Runs `command` in a process group of its own and starts it again whenever it ends, later each time.

    SIGTERM and SIGINT end it all; SIGHUP is passed on (or ends it all, where a terminal closes). `say` is called
    with a line on each restart, `ready` between looks at the program, until it answers True.
    """

    FIRST_PAUSE = 0.5
    LONGEST_PAUSE = 30
    SETTLED_AFTER = 60
    GRACE = 15
    LOOK_EVERY = 0.1

    def __init__(self, command, *, say, ready):
        self.command = command
        self.say = say
        self.ready = ready
        self.process = None
        self.stopping = threading.Event()
        self.has_terminal = os.isatty(0)

    def run(self):
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
            signal.signal(signal.SIGHUP, self._stop if self.has_terminal else self._pass_on)
        pause = self.FIRST_PAUSE
        try:
            while True:
                started = time.monotonic()
                self._run_once()
                if self.stopping.is_set():
                    return
                self._end_group()
                if time.monotonic() - started > self.SETTLED_AFTER:
                    pause = self.FIRST_PAUSE
                self.say(f"The server ended with status {self.process.returncode}; it starts again in {pause:g} s.")
                if self.stopping.wait(pause):
                    return
                pause = min(pause * 2, self.LONGEST_PAUSE)
        finally:
            self._end_group()

    def _run_once(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, process_group=0)
        is_ready = False
        while self.process.poll() is None and not self.stopping.wait(self.LOOK_EVERY):
            is_ready = is_ready or self.ready()
            if self.has_terminal and not os.isatty(0):  # closed, and make kept the signal to itself
                self.stopping.set()

    def _end_group(self):
        """End the program and whatever it started: kindly first, after a while by force."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            if self.process.poll() is None:
                self.process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    self.process.wait(self.GRACE)
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _stop(self, number, frame):
        if self.stopping.is_set() and self.process:  # told twice: no more patience
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.stopping.set()

    def _pass_on(self, number, frame):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
