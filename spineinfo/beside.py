"""A command of manage.py that ends when the process that started it does.

Started by `manage.py serve`, as `python -m spineinfo.beside SUPERVISOR COMMAND`.
"""

import ctypes
import os
import signal
import sys

SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux's prctl(2)


def end_with(parent):
    """Have the kernel end this process when `parent`, the process that started it, is gone; on Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() != parent:  # it went before the kernel was asked
        sys.exit(1)


def run(supervisor, *command):
    end_with(int(supervisor))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spineinfo.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", *command])


if __name__ == "__main__":
    run(*sys.argv[1:])
