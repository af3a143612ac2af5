import fcntl
import os
import shutil
import subprocess
import sys
from datetime import time
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management.commands import flush
from django.db import OperationalError, connections, transaction
from django.db.backends.base.creation import BaseDatabaseCreation

from accounts import sessions
from record import noting, triggers
from spineinfo.keys import make_missing
from tests import make
from tests.postgresql import new_database

written = {}  # by the migrations, for each database
# Long searches for faults are cut short in an ordinary run; a thorough one takes the better part of an hour more.
THOROUGH = os.environ.get("THOROUGH") == "1"
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def require(condition, what):
    """Skip the running test without `what`, naming it; where REQUIRE_ALL is 1, fail instead."""
    if not condition:
        (pytest.fail if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip)(f"{what} is missing here")


def shared(path):
    """A file of the folder beside the checkout that holds the reference page and the corpora."""
    file = SHARED / path
    require(file.is_file(), f"../shared/{path}")
    return file


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Tests have the site's database and the record; those with real transactions empty the tables afterwards.

    Those are for each database, whatever their module says: who waits for whom differs between them.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker or {"db", "transactional_db"} & set(item.fixturenames):
            wanted = {**(marker.kwargs if marker else {}), "databases": ["default", "record"]}
            if wanted.get("transaction") or "transactional_db" in item.fixturenames:
                wanted |= {"transaction": True, "serialized_rollback": True}
                item.add_marker("transactions")
            item.add_marker(pytest.mark.django_db(**wanted), append=False)


@pytest.fixture(scope="session", autouse=True)
def emptied_as_migrated():
    """Whoever empties the tables leaves what migrations wrote; those of the record too, which its triggers refuse."""
    handle = flush.Command.handle

    def emptied(command, **options):
        connection = connections[options["database"]]
        is_record = "record_entry" in connection.introspection.django_table_names(only_existing=True)
        if is_record:
            with connection.schema_editor() as editor:
                triggers.remove(None, editor)
        try:
            return handle(command, **options)
        finally:
            if is_record:
                with connection.schema_editor() as editor:
                    triggers.install(None, editor)
            put_back(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", emptied)
        # Django would put it back object by object, and not before the next test of this kind.
        patch.setattr(BaseDatabaseCreation, "deserialize_db_from_string", lambda creation, contents: None)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        written.update((connection.alias, rows(connection)) for connection in connections.all())
    yield
    with django_db_blocker.unblock():
        connections["record"].close()  # on PostgreSQL it would keep the database that the site's is about to drop
        end_other_sessions(connections["default"])


def end_other_sessions(connection):
    """End what threads and processes of tests that are over may have left open; it would keep the database too."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


def rows(connection):
    """(statement that puts them back, rows) for each table of the models that has any."""
    name = connection.ops.quote_name
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f"SELECT * FROM {name(table)}")
            columns = [column[0] for column in cursor.description]
            values = f"({', '.join(map(name, columns))}) VALUES ({', '.join(['%s'] * len(columns))})"
            kept = [[_as_written(value) for value in row] for row in cursor.fetchall()]
            found.append((f"INSERT INTO {name(table)} {values} ON CONFLICT DO NOTHING", kept))
    return [(statement, kept) for statement, kept in found if kept]


def _as_written(value):
    """SQLite gives hours of the day as times, and takes them as text alone."""
    return value.isoformat() if isinstance(value, time) else value


def put_back(connection):
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for statement, kept in written[connection.alias]:
            cursor.executemany(statement, kept)


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef):
    """Say that what migrations wrote is kept; where Playwright has started, Django opens other connections."""
    if fixturedef.argname == "_django_db_helper":
        for alias in written:
            connections[alias]._test_serialized_contents = ""


class MadeSite:
    """A site as a first start leaves it, in a folder and a database of its own."""

    def __init__(self, folder):
        self.data = folder / "data"
        self.database = folder / "database"
        self.output = folder / "output"

    def environment(self, **more):
        """Nothing but what a new machine would set; its locale and umask are the plainest."""
        return {
            "PATH": os.environ["PATH"],
            "SPINEINFO_DATA": str(self.data),
            "DATABASE_URL": self.database.read_text(encoding="utf-8"),
            **more,
        }

    def manage(self, *arguments, **environment):
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            umask=0,
            timeout=300,
        )


@pytest.fixture(scope="session")
def made_site():
    """A site on which `manage.py first_run` has run once; the workers of a test run share it."""
    folder = Path(os.environ["SPINEINFO_TEST_DATA"]) / "made"
    folder.mkdir(exist_ok=True)
    site = MadeSite(folder)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not site.output.exists():
            site.database.write_text(new_database("made"), encoding="utf-8")
            made = site.manage("first_run")
            assert made.returncode == 0, made.stderr
            site.output.write_text(made.stdout + made.stderr, encoding="utf-8")
    return site


BLANK = """
from spineinfo.management.commands.first_run import Command
command = Command()
command.migrate()
command.collect_static_files()
"""


@pytest.fixture(scope="session")
def blank_site():
    """A site with its tables and nothing in them, for others to begin as; the workers of a test run share it.

    It asks nothing of `made_site`, so that one worker makes this while another makes that.
    """
    folder = Path(os.environ["SPINEINFO_TEST_DATA"]) / "blank"
    folder.mkdir(exist_ok=True)
    site = MadeSite(folder)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not site.output.exists():
            site.database.write_text(new_database("blank"), encoding="utf-8")
            make_missing(site.data, site.environment())
            made = site.manage("shell", "-v0", "-c", BLANK)
            assert made.returncode == 0, made.stderr
            # Whoever copies the site shares these with it.
            (site.data / "static").rename(folder / "static")
            (site.data / "static").symlink_to(folder / "static")
            site.output.touch()
    return site


@pytest.fixture
def own_site(blank_site, tmp_path):
    """A site that no other test serves, so that its housekeeping does what this test expects. It has no sample."""
    site = MadeSite(tmp_path)
    site.database.write_text(new_database(f"own_{uuid4().hex}", like="blank"), encoding="utf-8")
    shutil.copytree(blank_site.data, site.data, symlinks=True)
    return site


@pytest.fixture
def editor(db):
    return make.user("Editor")


@pytest.fixture
def clinician(db):
    return make.user("Clinician")


@pytest.fixture
def publisher(db):
    return make.user("Publisher")


@pytest.fixture
def coordinator(db):
    return make.user("Coordinator")


@pytest.fixture
def privacy_officer(db):
    return make.user("Privacy officer")


@pytest.fixture
def unwritable_record(monkeypatch):
    """The record's disk is full, or its database away."""

    def fail(entry):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(noting, "append", fail)


@pytest.fixture
def unnoted_use(monkeypatch):
    """However long a test takes, a click writes no new time of use into the session: for tests that count queries."""
    monkeypatch.setattr(sessions, "FINENESS", 3600)


@pytest.fixture
def as_(client):
    """A function that signs `client` in as a person, with a second factor if they need one, and returns it."""
    return partial(make.signed_in, client)
