"""granian and its workers, each of which ends when the process that started it does.

Started by `manage.py serve`, as `python -m spineinfo.server SUPERVISOR HOST PORT WORKERS THREADS`.
"""

import multiprocessing
import os
import signal
import sys

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from .beside import end_with


def load(target):
    """Load the site, in a worker."""
    # A forked worker has its parent's handlers until it serves; they would swallow a signal that comes before.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    end_with(multiprocessing.parent_process().pid)
    from spineinfo.wsgi import application

    return application


def serve(supervisor, host, port, workers, threads):
    end_with(int(supervisor))
    os.environ.setdefault("UPLOAD_PLACES", str(max(int(threads) // 2, 1)))
    Granian(
        "spineinfo.wsgi:application",
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=int(workers),
        # Each may hold a connection to the database: unbounded, a rush of readers would use them all up.
        blocking_threads=int(threads),
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.error,
        log_access=False,  # addresses say what people read and look for
    ).serve(target_loader=load)


if __name__ == "__main__":
    serve(*sys.argv[1:])
