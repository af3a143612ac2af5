"""The project's settings as the tests use them: production's, with keys of their own and quick passwords."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "SPINEINFO_TEST_DATA" not in os.environ:  # one folder for a run, shared by its xdist workers
    os.environ["SPINEINFO_TEST_DATA"] = tempfile.mkdtemp(prefix="spineinfo-tests-")
    atexit.register(shutil.rmtree, os.environ["SPINEINFO_TEST_DATA"], ignore_errors=True)
folder = Path(os.environ["SPINEINFO_TEST_DATA"])
for name in ("intake.keyset", "hash.keyset"):
    (folder / name).write_text("a keyset for tests\n")
(folder / "static").mkdir(exist_ok=True)  # whitenoise warns without it

os.environ.update(
    SPINEINFO_DATA=str(folder),
    SECRET_KEY="only for tests, and long enough to be taken for a real one",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    INTAKE_KEYSET=str(folder / "intake.keyset"),
    HASH_KEYSET=str(folder / "hash.keyset"),
    SITE_URL="http://localhost",
    DEBUG="0",
)

from spineinfo.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405
    # A file, so that threads have connections of their own as in production; without its waits for the disk.
    DATABASES["default"]["TEST"] = {"NAME": str(folder / "test.sqlite3")}  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # noqa: F405
