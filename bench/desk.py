"""How fast the editor's desk is: 200 pages compared for unpublished changes in under a second, and its queries.

`make bench`, or `python bench/desk.py [PAGES]`. It makes a site of its own in a temporary folder, with the sample
department, whose conditions it copies with all their rows; of every second copy a change is not published.
"""

import os
import statistics
import sys
import tempfile
import time
from io import StringIO
from itertools import cycle
from pathlib import Path

PAGES = int(sys.argv[1]) if len(sys.argv) > 1 else 200
COMPARED_IN = 1.0  # seconds
FORM_QUERIES, PUBLISHING_QUERIES = 20, 30  # of a whole request

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
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts import sessions  # noqa: E402
from conditions.models import Condition  # noqa: E402
from publishing import actions, gate  # noqa: E402
from publishing.drafts import unpublished_changes  # noqa: E402
from publishing.revisions import keep  # noqa: E402
from publishing.state import states  # noqa: E402
from tests import make  # noqa: E402
from tests.forms import submitted  # noqa: E402


def make_site():
    for arguments in ([], ["record", "--database", "record"]):
        call_command("migrate", *arguments, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("load_sample", stdout=StringIO())
    originals = list(Condition.objects.order_by("pk"))
    for number, original in zip(range(PAGES - len(originals)), cycle(originals), strict=False):
        copied(Condition.objects.get(pk=original.pk), number)
    for page in Condition.objects.order_by("pk")[::2]:
        page.overview += "<p>Words that no patient reads yet.</p>"
        page.save()


def copied(original, number):
    """Publish a copy of `original` with all its rows."""
    rows = [row for name in (*Condition.ROWS, "source_rows") for row in getattr(original, name).all()]
    copy = original
    copy.pk = copy.id = None
    copy._state.adding = True
    copy.title, copy.slug = f"{copy.title} {number}", f"{copy.slug}-{number}"
    copy.save()
    for row in rows:
        row.pk, row._state.adding = None, True
        setattr(row, row.PARENT, copy)
        row.save()
    actions.publish(copy, by=None, change="A copy.")


def compared(what, compare):
    """Print how long it takes to read all pages and `compare` them; return whether it is too long or wrong."""
    times = []
    for _time in range(5):
        started = time.perf_counter()
        pages = list(Condition.working())
        read = time.perf_counter()
        changed = compare(pages, timezone.now())
        times.append((time.perf_counter() - started, read - started))
    taken, reading = statistics.median(times)
    print(f"{what} of {len(pages)} pages: {taken:.2f} s (under {COMPARED_IN:g} s), {reading:.2f} s of it to read them")
    return taken >= COMPARED_IN or changed != (len(pages) + 1) // 2


def changed(pages, at):
    return sum(bool(changes) for changes in unpublished_changes(pages, at).values())


def state_changed(pages, at):
    return sum(state.code == "changed" for _page, state in states(pages, at))


def counted(what, most, act):
    """Print how many queries it takes to `act`, and how long; return whether they are too many."""
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        act()
    taken = time.perf_counter() - started
    bound = f" (at most {most})" if most else ""
    print(f"{what}: {len(queries)} queries{bound}, {1000 * taken:.0f} ms")
    return bool(most) and len(queries) > most


def asked(send, address, *arguments):
    """A function that sends a request and sees that it is answered as it should."""

    def act():
        answer = send(address, *arguments)
        if answer.status_code != (302 if arguments else 200):
            raise SystemExit(f"{address} answered {answer.status_code}")

    return act


def publish(page):
    passage = gate.let_through([page], despite="A bench.")
    actions.publish_with_entries(page, [], by=None, change="A bench.", passage=passage)


def main():
    sessions.FINENESS = 3600  # however long it takes, no click writes a new time of use, which costs three queries
    make_site()
    is_wrong = compared("Unpublished changes", changed)
    is_wrong |= compared("States", state_changed)

    pages = sorted(Condition.working(), key=lambda page: len(page.frozen_mentions()))
    print(f"The page with the most rows has {len(pages[-1].frozen_mentions())}.")
    editor, publisher = (
        make.signed_in(Client(headers={"host": "localhost"}), make.user(role)) for role in ("Editor", "Publisher")
    )
    for page, what in ((pages[0], "fewest"), (pages[-1], "most")):
        form = reverse("admin:conditions_condition_change", args=[page.pk])
        editor.get(form)
        is_wrong |= counted(f"The change form, {what} rows", FORM_QUERIES, asked(editor.get, form))
        words = submitted(editor.get(form)) | {"title": f"{page.title}, again", "_save": ""}
        counted(f"Saving it, {what} rows", None, asked(editor.post, form, words))
        page = page.concrete
        counted(f"Publishing, {what} rows", None, lambda page=page: publish(page))
        page.title = f"{page.title} and again"
        page.save()
        keep(page, by=None)
        ask = reverse("admin:conditions_condition_publish", args=[page.pk])
        typed = submitted(publisher.get(ask)) | {"change": "A bench.", "despite": "A bench."}
        publishing = asked(publisher.post, ask, typed)
        is_wrong |= counted(f"Publishing in the admin, {what} rows", PUBLISHING_QUERIES, publishing)
    first, pages = reverse("admin:index"), reverse("admin:conditions_condition_changelist")
    counted("The list of pages", None, asked(editor.get, pages))
    counted("The first page after something changed", None, asked(editor.get, first))
    counted("The first page again", None, asked(editor.get, first))
    return is_wrong


if __name__ == "__main__":
    sys.exit(main())
