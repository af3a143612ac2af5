"""How long a new key for 10,000 requests takes, and what it opens: all, and with the old keyset nothing.

`make bench`, or `python bench/rotating.py [ROWS]`. It makes a site of its own in a temporary folder, and is killed
three times in the middle; then requests go on coming while it ends.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
HOME = Path(__file__).resolve().parent.parent
folder = tempfile.TemporaryDirectory(prefix="spineinfo-bench-")
sys.path.insert(0, str(HOME))
from spineinfo.keys import make_missing  # noqa: E402

make_missing(Path(folder.name), {})
os.environ.update(SPINEINFO_DATA=folder.name, DATABASE_URL="", DJANGO_SETTINGS_MODULE="spineinfo.settings", DEBUG="0")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from intake import sealing  # noqa: E402
from intake.models import Request  # noqa: E402
from tests import make  # noqa: E402


def rotate():
    command = [sys.executable, "manage.py", "rotate_keys", "--reason", "The bench wants a new key.", "--wait", "2"]
    return subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, text=True)


def opened():
    count = 0
    for request in Request.objects.iterator():
        try:
            request.unsealed()
        except sealing.Unreadable:
            continue
        count += 1
    return count


for database in ("default", "record"):
    call_command("migrate", database=database, verbosity=0)
for number in range(ROWS):
    make.request(f"Words {number}")
before = settings.INTAKE_KEYSET.read_text(encoding="utf-8")

killed = []
for part in (1, 2, 3):
    command = rotate()
    for line in command.stdout:
        if line.startswith(f"{ROWS * part // 4} of"):
            break
    command.send_signal(signal.SIGKILL)
    command.wait()
    killed.append(opened())

command, started, came = rotate(), time.perf_counter(), 0
while command.poll() is None:
    make.request("Sent meanwhile")
    came += 1
    time.sleep(0.02)
taken = time.perf_counter() - started
now = opened()
after = settings.INTAKE_KEYSET.read_text(encoding="utf-8")
settings.INTAKE_KEYSET.write_text(before, encoding="utf-8")
old = opened()
settings.INTAKE_KEYSET.write_text(after, encoding="utf-8")

print(f"{ROWS} rows, killed at a quarter, half and three quarters: {killed} open")
print(f"finished in {taken:.1f} s with 2 s of waiting, while {came} more came: {now} open by the new keyset")
print(f"by the old keyset: {old}")
sys.exit(not (killed == [ROWS] * 3 and now == ROWS + came and old == 0 and command.returncode == 0))
