"""How fast the coordinator's queue is with 20,000 requests: under 20 queries and 150 ms; and a search by name.

`make bench`, or `python bench/answering.py [REQUESTS]`. It makes a site of its own in a temporary folder, fills it with
requests of people with invented names, and looks afterwards whether its database spells any of them.
"""

import datetime
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

REQUESTS = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
QUERIES, ANSWERED_IN = 20, 0.150
ROUNDS = 15

folder = tempfile.TemporaryDirectory(prefix="spineinfo-bench-")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from spineinfo.keys import make_missing  # noqa: E402

make_missing(Path(folder.name), {})
os.environ.update(
    SPINEINFO_DATA=folder.name,
    DATABASE_URL="",
    ALLOWED_HOSTS="localhost",
    DJANGO_SETTINGS_MODULE="spineinfo.settings",
    DEBUG="0",
)

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from intake import codes, finding  # noqa: E402
from intake.models import Lookup, Request  # noqa: E402
from tests import make  # noqa: E402

LIST = "/admin/intake/request/"
SYLLABLES = ("quil", "vant", "zor", "mekh", "plon", "drix", "thal", "orb", "xen", "yuv")


def invented(chance):
    """A first and a last name that no text of the site holds."""
    return ["".join(chance.choices(SYLLABLES, k=3)).capitalize() for _part in range(2)]


def fill():
    chance = random.Random(9)  # noqa: S311 - the same people each time
    now = timezone.now()
    people = [make.user("Coordinator") for _number in range(4)]
    names = []
    with transaction.atomic():
        requests, lookups = [], []
        for number in range(REQUESTS):
            given, family = invented(chance)
            names.append((given, family))
            fields = {"due_at": now + datetime.timedelta(minutes=chance.randrange(-500, 5000))}
            if number % 3:  # most of a year's requests are closed
                fields = {"status": "scheduled", "outcome": "seen", "closed_at": now, "outcome_on": now.date()}
            request = Request(
                id=make.uuid.uuid4(),
                reference=codes.new_code(3),
                kind=chance.choice(["appointment", "second_opinion"]),
                priority=chance.choice([1, 2, 3, 3, 3, 3]),
                owner=chance.choice([None, *people]),
                consent_version="2026-11",
                received_at=now - datetime.timedelta(minutes=number),
                answer_by=now.date(),
                **fields,
            )
            answers = {
                "patient": {"given": given, "family": family, "born": f"19{number % 90 + 10}-03-27"},
                "reach": {
                    "email": f"{given}.{family}@example.org",
                    "phone": f"212-{number % 900 + 100}-{number % 9000 + 1000}",
                },
            }
            request.seal({"answers": answers, "checked": []})
            requests.append(request)
            lookups += finding.rows_for(request, answers)
        Request.objects.bulk_create(requests, batch_size=500)
        Lookup.objects.bulk_create(lookups, batch_size=500)
    return people[0], names


def timed(act):
    """The answer of `act`, its queries and the median of its seconds."""
    act()
    with CaptureQueriesContext(connection) as asked:
        answer = act()
    queries = len(asked)
    seconds = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - begun)
    if answer.status_code != 200:
        sys.exit(f"The site answered {answer.status_code}.")
    return answer, queries, statistics.median(seconds)


for database in ("default", "record"):
    call_command("migrate", database=database, verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
begun = time.perf_counter()
person, names = fill()
connection.cursor().execute("ANALYZE")
print(f"{REQUESTS} requests made in {time.perf_counter() - begun:.1f} s")
client = make.signed_in(Client(HTTP_HOST="localhost"), person)
fails = 0
for words, query in (
    ("all open", {}),
    ("mine", {"view": "mine"}),
    ("unassigned", {"view": "unassigned"}),
    ("overdue", {"view": "overdue"}),
    ("closed", {"view": "closed"}),
    ("page 20", {"p": 20}),
    ("urgent alone", {"priority__exact": 1}),
):
    _answer, queries, seconds = timed(lambda query=query: client.get(LIST, query))
    fails += queries >= QUERIES or seconds >= ANSWERED_IN
    print(f"{words}: {queries} queries, {seconds * 1000:.0f} ms")

chance = random.Random(1)  # noqa: S311
missed = 0
for given, family in chance.sample(names, 20):
    same = sum(name == (given, family) for name in names)
    answer = client.post(f"{LIST}search/", {"name": f"{family.upper()}, {given}"})
    missed += answer.content.decode().count("request-file-facts") != min(same, 50)
given, family = names[0]
_answer, queries, seconds = timed(lambda: client.post(f"{LIST}search/", {"name": f"{given} {family}"}))
print(f"search by name: {queries} queries, {seconds * 1000:.0f} ms; of 20 names {missed} found other than they should")
one = Request.objects.filter(closed_at=None).first()
_answer, queries, seconds = timed(lambda: client.get(f"{LIST}{one.pk}/change/"))
print(f"one request: {queries} queries, {seconds * 1000:.0f} ms")

connection.close()
stored = b"".join(file.read_bytes() for file in Path(folder.name).rglob("*") if file.is_file()).lower()
spelled = sum(name.lower().encode() in stored for pair in names[:2000] for name in pair)
print(f"of 4,000 names, spelled in any file: {spelled}")
sys.exit(bool(fails or missed or spelled))
