import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.postgresql import new_database


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
