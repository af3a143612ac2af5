"""Whether a request that was acknowledged is ever lost or doubled, whatever is killed meanwhile.

`python bench/intake.py [REQUESTS] [sqlite|postgresql]`. It serves a site of its own and sends it REQUESTS requests, 32
at a time, from many addresses behind a trusted proxy with the limits on, some with a double click. Meanwhile it kills
workers and housekeeping with -9 five times, restarts PostgreSQL with `-m immediate` twice, and fills the disk once (as
root on Linux, where it can give the site a small disk of its own). Whoever gets no answer tries again, as people do.
Every tenth sends a report of 30 KB before, in pieces, and asks how much has come when it gets no answer. In the end
every acknowledged request is to be there, once, with the words that were typed, and every acknowledged report too, to
the last byte.
"""

import contextlib
import hashlib
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

REQUESTS = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
ON = sys.argv[2] if len(sys.argv) > 2 else "sqlite"
AT_ONCE = 32
FLOWS = 160  # people at a time; most of them are reading or writing
PAUSE = 4.5  # seconds that each takes in all, since nobody is quicker
DOUBLE_CLICKS = 0.05
WITH_FILES = 10  # one in so many
PIECE = 10_000  # bytes of a report sent at a time
KILLS, RESTARTS, FULL_DISKS = 5, 2, 1
PATIENCE = 120  # seconds after which somebody gives up
DISK = 600  # MiB
FULL_FOR = 4  # seconds
STEPS = [
    ("", {"now": "none"}),
    ("asking/", {"asker": "patient"}),
    ("patient/", {"given": "Zed", "family": "Sample", "born_month": "3", "born_day": "27", "born_year": "1961",
                  "place": "NY"}),
    ("reach/", {"phone": "212-555-0142", "message": "yes"}),
    ("language/", {"interpreter": "no"}),
    ("reason/", {"condition": "unsure", "problem": "", "how_long": "weeks"}),
    ("before/", {"surgery": "no"}),
    ("doctor/", {}),
]  # fmt: skip
REFERENCE = re.compile(r'class="reference">([\w-]+)<')

turns = threading.Semaphore(AT_ONCE)
tally = threading.Lock()
acknowledged, given_up, waits, retries, reports = {}, [], [], [0], {}


class Browser:
    """Somebody's browser: an address, cookies, one connection; it tries again until PATIENCE is over."""

    def __init__(self, port, number):
        self.port = port
        self.headers = {
            "X-Forwarded-For": f"198.18.{number // 250 % 250}.{number % 250}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.cookies = {}
        self.end = time.monotonic() + PATIENCE

    def ask(self, method, path, fields=None):
        """(status, address it leads to, text) of the first answer below 500."""
        body = urlencode({**(fields or {}), "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")})
        while True:
            try:
                status, location, text = self.once(method, path, body if method == "POST" else None)
                if status < 500:
                    return status, location, text
            except (OSError, http.client.HTTPException):
                pass
            if time.monotonic() > self.end:
                raise TimeoutError(path)
            with tally:
                retries[0] += 1
            time.sleep(random.uniform(0.2, 1.5))  # noqa: S311 - no secret

    def send(self, name, data):
        """Send a report by tus, and go on where it stopped."""
        about = {"Upload-Length": str(len(data)), "Upload-Metadata": f"filename {b64encode(name.encode()).decode()}"}
        url = self.until_told("POST", "/appointments/upload/", (201,), about)["Location"]
        sent = 0
        while sent < len(data):
            about = {"Upload-Offset": str(sent), "Content-Type": "application/offset+octet-stream"}
            self.until_told("PATCH", url, (204, 409), about, data[sent : sent + PIECE])
            sent = int(self.until_told("HEAD", url, (200,), {})["Upload-Offset"])

    def until_told(self, method, path, statuses, headers, body=b""):
        """The headers of the first answer with one of `statuses`."""
        while True:
            try:
                status, told = self.tus(method, path, headers, body)
                if status in statuses:
                    return told
            except (OSError, http.client.HTTPException):
                pass
            if time.monotonic() > self.end:
                raise TimeoutError(path)
            with tally:
                retries[0] += 1
            time.sleep(random.uniform(0.2, 1.5))  # noqa: S311 - no secret

    def tus(self, method, path, headers, body):
        own = {"Tus-Resumable": "1.0.0", "X-CSRFToken": self.cookies["csrftoken"], "Content-Type": "text/plain"}
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        with turns, contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request(method, path, body, {**self.headers, **own, **headers, "Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers

    def once(self, method, path, body):
        with turns:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            started = time.monotonic()
            try:
                cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
                connection.request(method, path, body, {**self.headers, "Cookie": cookie})
                answer = connection.getresponse()
                text = answer.read().decode()
                for line in answer.headers.get_all("Set-Cookie") or []:
                    name, _, value = line.partition(";")[0].partition("=")
                    self.cookies[name] = value
                waits.append(time.monotonic() - started)
                return answer.status, answer.headers.get("Location"), text
            finally:
                connection.close()


def person(port, number):
    """Ask for an appointment; note the reference once the site has given one."""
    browser = Browser(port, number)
    words = f"words of person {number}"
    try:
        browser.ask("GET", "/appointments/")
        for path, fields in STEPS:
            time.sleep(PAUSE / len(STEPS))
            typed = {**fields, **({"problem": words} if "problem" in fields else {})}
            status, _, text = browser.ask("POST", f"/appointments/{path}", typed)
            if status != 302:
                raise RuntimeError(f"{status} at {path}: {re.findall('<h1>.*?</h1>', text)}")
        if number % WITH_FILES == 0:
            data = report(number)
            browser.send(f"{number}.pdf", data)
            with tally:
                reports[f"{number}.pdf"] = hashlib.sha256(data).hexdigest()
        send = [threading.Thread(target=click, args=[browser])] if random.random() < DOUBLE_CLICKS else []  # noqa: S311
        for thread in send:
            thread.start()
        location = click(browser)
        for thread in send:
            thread.join()
        if not location.endswith("/sent/"):
            raise RuntimeError(f"led to {location}")
        reference = REFERENCE.search(browser.ask("GET", "/appointments/sent/")[2])[1]
        with tally:
            acknowledged[reference] = words
    except (TimeoutError, RuntimeError) as error:
        with tally:
            given_up.append(f"{number}: {error}")


def report(number):
    """A PDF with words of its own."""
    from tests.intake.checking.odd_files import pdf

    return pdf(random.Random(number).randbytes(30_000))  # noqa: S311 - no secret


def click(browser):
    status, location, text = browser.ask("POST", "/appointments/check/", {"agreed": "on"})
    return location or f"{status}: {re.findall('form-errors.*?</ul>', text, re.DOTALL)}"


def people(port, numbers):
    for number in numbers:
        person(port, number)


def disturb(site, cluster, disk, is_over):
    """Kill and fill, spread over the time that the people take."""
    done = []
    plan = ["kill"] * KILLS + (["restart"] * RESTARTS if cluster else []) + (["fill"] * FULL_DISKS if disk else [])
    random.Random(7).shuffle(plan)  # noqa: S311
    shares = [(turn + 1) / (len(plan) + 1) for turn in range(len(plan))]
    for share, what in zip(shares, plan, strict=True):
        while len(acknowledged) + len(given_up) < share * REQUESTS and not is_over.is_set():
            time.sleep(0.1)
        if what == "kill":
            victims = [process for process in (*site.workers(), site.housekeeping) if process]
            for process in victims:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
        elif what == "restart":
            cluster.restart()
        else:
            fill(disk)
        done.append(what)
        print(f"  {len(acknowledged):5} acknowledged: {what}", flush=True)
        time.sleep(6)  # granian gives up if its workers die again within 5.5 s
    return done


def fill(disk):
    junk = disk / "junk"
    with contextlib.suppress(OSError), junk.open("wb") as file:
        while True:
            file.write(b"\0" * 2**20)
            file.flush()
    time.sleep(FULL_FOR)
    junk.unlink()


class Cluster:
    """A PostgreSQL of its own, synced to its disk as in use."""

    def __init__(self, folder):
        from tests import postgresql

        self.programs, self.folder = postgresql.programs(), folder / "cluster"
        self.run = postgresql.ordinary_user() or {}
        self.folder.mkdir()
        if self.run:
            os.chown(self.folder, self.run["user"], self.run["group"])
            folder.parent.chmod(0o711)  # so that its user comes through
        self.call("initdb", "--username", "spineinfo", "--auth", "trust", "--encoding", "UTF8", "--locale", "C")
        self.start()
        self.address = f"postgres://spineinfo@/postgres?host={self.folder}"

    def call(self, program, *arguments):
        subprocess.run(
            [self.programs / program, "--pgdata", self.folder / "data", *arguments],
            check=True, cwd=self.folder, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, **self.run,
        )  # fmt: skip

    def start(self):
        self.call("pg_ctl", "--wait", "-l", str(self.folder / "log"), "-o",
                  f"-c listen_addresses= -k {self.folder} -c max_connections=100", "start")  # fmt: skip

    def restart(self):
        self.call("pg_ctl", "--wait", "-m", "immediate", "stop")
        self.start()

    def stop(self):
        self.call("pg_ctl", "-m", "immediate", "stop")


@contextlib.contextmanager
def small_disk(folder):
    """A file system of DISK MiB at `folder`/disk; None where only root on Linux could make one."""
    disk = folder / "disk"
    disk.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}m,mode=755", "tmpfs", disk], capture_output=True)
    if made.returncode:
        print("  no disk of its own could be made: it is not filled")
    try:
        yield disk, made.returncode == 0
    finally:
        if made.returncode == 0:
            subprocess.run(["umount", "--lazy", disk], check=False)


def count(site, expected):
    """What the database holds: (how many in all, those of `expected` that are missing, doubled or of other words)."""
    script = (
        "import sys, json\n"
        "from collections import Counter\n"
        "from intake.models import Request\n"
        "held = [(r.reference, r.unsealed()['answers']['reason']['problem']) for r in Request.objects.all()]\n"
        "print(json.dumps(held))\n"
    )
    held = json.loads(site.manage("shell", "-v0", "-c", script).stdout)
    by_reference, by_words = dict(held), {}
    for reference, words in held:
        by_words.setdefault(words, []).append(reference)
    missing = [reference for reference, words in expected.items() if by_reference.get(reference) != words]
    doubled = [words for words, references in by_words.items() if len(references) > 1]
    return len(held), missing, doubled


def lost_reports(site):
    """The acknowledged reports that are not there to the last byte; one that housekeeping refused counts as lost."""
    script = (
        "import hashlib, json\n"
        "from intake.files.segments import Reading\n"
        "from intake.models import File\n"
        "print(json.dumps({f.unsealed()['name']: hashlib.sha256(Reading(f).readall()).hexdigest()\n"
        "    for f in File.objects.filter(state__in=['whole', 'kept'])}))\n"
    )
    held = json.loads(site.manage("shell", "-v0", "-c", script).stdout)
    return [name for name, digest in reports.items() if held.get(name) != digest]


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from spineinfo.keys import make_missing
    from tests.conftest import MadeSite
    from tests.serving import Served

    with tempfile.TemporaryDirectory(prefix="spineinfo-bench-") as name, small_disk(Path(name)) as (disk, is_small):
        cluster = Cluster(disk) if ON == "postgresql" else None
        site = MadeSite(disk)
        site.database.write_text(cluster.address if cluster else "", encoding="utf-8")
        make_missing(site.data, site.environment())
        made = site.manage("first_run")
        if made.returncode:
            raise SystemExit(made.stderr)
        with (disk.parent / "log").open("w") as log:
            served = Served(site)
            threading.Thread(target=lambda: [log.write(line) for line in served.process.stdout], daemon=True).start()
            is_over = threading.Event()
            shares = [range(start, REQUESTS, FLOWS) for start in range(FLOWS)]
            threads = [threading.Thread(target=people, args=[served.port, numbers]) for numbers in shares]
            trouble = threading.Thread(target=disturb, args=[served, cluster, is_small and disk, is_over])
            started = time.monotonic()
            for thread in [*threads, trouble]:
                thread.start()
            for thread in threads:
                thread.join()
            is_over.set()
            trouble.join()
            taken = time.monotonic() - started
            in_all, missing, doubled = count(site, acknowledged)
            lost = lost_reports(site)
            served.process.terminate()
            served.process.wait(60)
        if cluster:
            cluster.stop()
    waits.sort()
    print(
        f"{ON}: {REQUESTS} requests in {taken:.0f} s, {len(waits)} answers (median {waits[len(waits) // 2] * 1000:.0f} "
        f"ms, 95 % within {waits[len(waits) * 95 // 100] * 1000:.0f} ms), {retries[0]} tries again\n"
        f"  acknowledged {len(acknowledged)}, in the database {in_all}, given up {len(given_up)} {given_up[:3]}\n"
        f"  acknowledged and missing {len(missing)}, doubled {len(doubled)}\n"
        f"  reports acknowledged {len(reports)}, lost {len(lost)}"
    )
    sys.exit(bool(missing or doubled or lost or len(acknowledged) < REQUESTS * 0.9))


if __name__ == "__main__":
    main()
