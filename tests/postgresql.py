"""Runs the tests on a PostgreSQL cluster of their own: `python -m tests.postgresql [what pytest takes]`.

The cluster lives in a temporary folder, listens on a socket there alone, and is gone afterwards, however the tests
end. It belongs to an ordinary user, because PostgreSQL refuses to run as root.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

ORDINARY_USERS = ("postgres", "nobody")
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    # The data need not outlive the tests.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


def programs():
    """The newest PostgreSQL's folder of programs, or None where there is none."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name.split(".")[0]))
    found = shutil.which("initdb")
    folders = [*reversed(debian), *([Path(found).resolve().parent] if found else [])]
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def new_database(name, like="template1"):
    """The address of a database called `name`, a copy of `like`, in the cluster that the tests run on.

    It is "" where there is no cluster.
    """
    address = os.environ.get("TEST_DATABASE_URL", "")
    if address:
        with closing(psycopg2.connect(address)) as connection:
            connection.autocommit = True
            connection.cursor().execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    return address.replace("/postgres?", f"/{name}?")


@contextmanager
def cluster(folder_of_programs):
    """A running cluster; gives the address of a database in it."""
    user = ordinary_user()
    with tempfile.TemporaryDirectory(prefix="spineinfo-postgresql-", dir="/tmp") as name:  # a socket's path is short
        folder = Path(name)
        if user:
            os.chown(folder, user["user"], user["group"])
        run = {"stdin": subprocess.DEVNULL, "cwd": folder, **user}
        made = subprocess.run(
            [folder_of_programs / "initdb", "--pgdata", folder / "data", "--username", "spineinfo", "--auth", "trust",
             "--encoding", "UTF8", "--locale", "C", "--no-sync"],
            capture_output=True, text=True, **run,
        )  # fmt: skip
        if made.returncode:
            raise SystemExit(f"initdb made no cluster for the tests: {made.stderr.strip()}")
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("w") as log:
            server = subprocess.Popen(
                [folder_of_programs / "postgres", "-D", folder / "data", "-k", folder, *options],
                stdout=log, stderr=log, process_group=0, preexec_fn=end_with_parent, **run,
            )  # fmt: skip
        try:
            wait_for(server, folder, folder_of_programs)
            yield f"postgres://spineinfo@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)  # disconnects whoever is left
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait()


def ordinary_user():
    """Arguments by which a process of root's is run as somebody else; none for anyone but root."""
    if os.geteuid() != 0:
        return {}
    names = {person.pw_name: person for person in pwd.getpwall()}
    person = next(names[name] for name in ORDINARY_USERS if name in names)
    return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}


def end_with_parent():
    """Have the kernel stop the cluster should the tests be killed; on Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG


def wait_for(server, folder, folder_of_programs):
    ready = [folder_of_programs / "pg_isready", "--host", folder, "--quiet"]
    while subprocess.run(ready).returncode:
        if server.poll() is not None:
            raise SystemExit(f"PostgreSQL did not start for the tests: {(folder / 'log').read_text().strip()}")


def main(arguments):
    found = programs()
    if found is None:
        print("PostgreSQL is missing here: no test was run on it.", file=sys.stderr)
        return 1 if os.environ.get("REQUIRE_ALL") == "1" else 0
    # Being told to stop is an exception until the tests run, and then their business: the cluster goes after them.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
    with cluster(found) as address:
        tests = subprocess.Popen(
            [sys.executable, "-m", "pytest", *arguments], env={**os.environ, "TEST_DATABASE_URL": address}
        )
        signal.signal(signal.SIGTERM, lambda number, frame: tests.terminate())
        signal.signal(signal.SIGINT, lambda number, frame: None)  # a terminal sends it to them too
        return tests.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
