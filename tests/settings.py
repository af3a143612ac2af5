"""The project's settings as the tests use them: production's, with secrets of their own and quick passwords."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from spineinfo.keys import make_missing

if "SPINEINFO_TEST_DATA" not in os.environ:  # one folder for a run, shared by its xdist workers
    os.environ["SPINEINFO_TEST_DATA"] = tempfile.mkdtemp(prefix="spineinfo-tests-")
    atexit.register(shutil.rmtree, os.environ["SPINEINFO_TEST_DATA"], ignore_errors=True)
folder = Path(os.environ["SPINEINFO_TEST_DATA"])
make_missing(folder, {})
(folder / "static").mkdir(exist_ok=True)  # whitenoise warns without it

# Whatever the shell has set for a site of its own stays out of the tests.
for name in (
    *("SECRET_KEY", "INTAKE_KEYSET", "HASH_KEYSET", "RECORD_KEYSET", "FACTOR_KEYSET", "INTAKE_KMS_URI"),
    *("CACHE_URL", "RECORD_DATABASE_URL", "TRUSTED_PROXIES", "TIME_ZONE", "PORT"),
):
    os.environ.pop(name, None)
os.environ.update(
    SPINEINFO_DATA=str(folder),
    DATABASE_URL=os.environ.get("TEST_DATABASE_URL", ""),
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    SITE_URL="http://localhost",
    DEBUG="0",
)

from spineinfo.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Empty: WhiteNoise lists the folder for every client, and must not meet it while another worker collects files.
STATIC_ROOT = folder / "nothing-collected"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405

if not os.environ["DATABASE_URL"]:
    # Files, so that threads have connections of their own as in production; without its waits for the disk.
    for alias, database in DATABASES.items():  # noqa: F405
        database["TEST"] = {"NAME": str(folder / f"test-{alias}.sqlite3")}
        database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
