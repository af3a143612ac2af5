"""Whether the time of an answer tells who has an account: medians of 50 tries, known and unknown, within 20 %.

`make bench`, or `python bench/sign_in.py [TRIES]`. It makes a site of its own in a temporary folder, and asks it with
argon2 as in production: wrong passwords for accounts that are open, closed, locked and none, and forgotten passwords.
Of each round the kinds are asked in turn, so that whatever else the machine does falls on all of them.
"""

import os
import statistics
import sys
import tempfile
import time
from ipaddress import ip_address
from itertools import count
from pathlib import Path

TRIES = int(sys.argv[1]) if len(sys.argv) > 1 else 50
ALIKE = 0.20
WARMING_UP = 3

folder = tempfile.TemporaryDirectory(prefix="spineinfo-bench-")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from spineinfo.keys import make_missing  # noqa: E402

make_missing(Path(folder.name), {})
os.environ.update(SPINEINFO_DATA=folder.name, DATABASE_URL="", DJANGO_SETTINGS_MODULE="spineinfo.settings", DEBUG="0")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.models import User  # noqa: E402

SIGN_IN, FORGOTTEN = "/admin/login/", "/admin/forgotten-password/"
addresses = count(int(ip_address("10.0.0.1")))  # each try from another, since addresses are locked too


def make_people():
    """As many open and closed accounts as are asked for, and one that is about to be locked."""
    password = make_password("a long password of the bench")
    names = [f"{state}-{number}" for state in ("open", "closed") for number in range(TRIES + WARMING_UP)]
    User.objects.bulk_create(
        User(
            username=name,
            email=f"{name}@example.org",
            password=password,
            is_staff=True,
            is_active=not name.startswith("closed"),
        )
        for name in [*names, "locked"]
    )


def asked(address, typed):
    """Seconds until the answer, and its status."""
    client = Client(REMOTE_ADDR=str(ip_address(next(addresses))), HTTP_HOST="127.0.0.1")
    started = time.perf_counter()
    answer = client.post(address, typed)
    return time.perf_counter() - started, answer.status_code


def wrong_password(name):
    return asked(SIGN_IN, {"username": name, "password": "a wrong password of the bench"})


def compared(what, kinds):
    """Ask each of `kinds` in turn, print its median, and return whether one is unlike that of the unknown."""
    times, statuses = {name: [] for name in kinds}, set()
    for number in range(TRIES + WARMING_UP):
        for name, ask in kinds.items():
            seconds, status = ask(number)
            statuses.add(status)
            if number >= WARMING_UP:
                times[name].append(seconds)
    medians = {name: statistics.median(found) for name, found in times.items()}
    unknown = medians["unknown"]
    print(f"{what}, {TRIES} tries each, status {sorted(statuses)}:")
    for name, median in medians.items():
        print(f"  {name}: {median * 1000:.1f} ms ({median / unknown - 1:+.1%} of unknown; within {ALIKE:.0%})")
    return len(statuses) != 1 or any(abs(median / unknown - 1) > ALIKE for median in medians.values())


def main():
    call_command("migrate", verbosity=0)
    call_command("migrate", database="record", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    print("Hash:", settings.PASSWORD_HASHERS[0].rpartition(".")[2])
    make_people()
    for _try in range(6):
        wrong_password("locked")
    is_wrong = compared(
        "Signing in with a wrong password",
        {
            "unknown": lambda number: wrong_password(f"unknown-{number}"),
            "known": lambda number: wrong_password(f"open-{number}"),
            "closed": lambda number: wrong_password(f"closed-{number}"),
            "locked": lambda number: wrong_password("locked"),
        },
    )
    return is_wrong | compared(
        "A forgotten password",
        {
            "unknown": lambda number: asked(FORGOTTEN, {"who": f"unknown-{number}@example.org"}),
            "known by address": lambda number: asked(FORGOTTEN, {"who": f"open-{number}@example.org"}),
            "known by name": lambda number: asked(FORGOTTEN, {"who": f"open-{number}"}),
            "closed": lambda number: asked(FORGOTTEN, {"who": f"closed-{number}@example.org"}),
        },
    )


if __name__ == "__main__":
    sys.exit(main())
