"""Saves and publishes a page in the admin, and is killed (SIGKILL) on the way: each time a statement later than before.

`python -m tests.publishing.killed STEP`, on the site that the environment names. It prints a line of JSON for each
attempt: what was there before, what was to be there, and what the next process finds.
"""

import json
import os
import signal
import sys
import traceback
from itertools import count

import django

django.setup()

from django.db import connections  # noqa: E402
from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from publishing.models import Address, Edition, Page, Revision  # noqa: E402
from publishing.revisions import content_of, keep  # noqa: E402
from tests import make  # noqa: E402
from tests.forms import submitted  # noqa: E402

STEP = int(sys.argv[1]) if len(sys.argv) > 1 else 1
LAST = 8  # moments
TEXT = "<p>Pain that runs down a leg.</p>"
MADE = {
    "symptom": make.symptom,
    "test": make.diagnostic_test,
    "treatment": make.treatment,
    "term": make.term,
    "warning_sign": make.warning_sign,
}


class Desk:
    """A page with many rows, and two people who change it in processes that are killed."""

    def __init__(self):
        self.page = make.condition("Sciatica", slug="sciatica", overview=TEXT)
        for name, made in MADE.items():
            for position in range(6):
                entry = make.published(made())
                getattr(self.page, f"{name}_rows").create(position=position, note="First.", **{name: entry})
        keep(self.page, by=None)
        make.published(self.page)
        self.editor = make.signed_in(Client(headers={"host": "localhost"}), make.user("Editor"))
        self.publisher = make.signed_in(Client(headers={"host": "localhost"}), make.user("Publisher"))

    def found(self):
        page = Page.objects.get(pk=self.page.pk).concrete
        content = json.loads(json.dumps(content_of(page), default=str))
        saves = Revision.objects.filter(page=page.pk).order_by("number")
        return {
            "version": page.version,
            "title": page.title,
            "rows": [sorted({row["note"] for row in content["rows"][f"{name}_rows"]}) for name in MADE],
            "count": [len(content["rows"][f"{name}_rows"]) for name in MADE],
            "saves": len(saves),
            "last save is what stands there": saves.last().content == content,
            "editions": [self.words_of(edition) for edition in page.editions.order_by("number")],
            "editions of entries": Edition.objects.exclude(page=page).count(),
            "addresses": Address.objects.count(),
        }

    @staticmethod
    def words_of(edition):
        mentions = edition.mentions.all()
        return [
            edition.number,
            edition.title,
            len(mentions),
            edition.revision.number,
            sorted({m.note for m in mentions}),
        ]

    # What is tried

    def save(self, title):
        """How to save the form with other words in each row, and what is there afterwards."""
        before = self.found()

        def act():
            form = submitted(self.editor.get(self.address("change")))
            notes = {name: title for name in form if name.endswith("-note")}
            yield
            yield self.editor.post(self.address("change"), form | notes | {"title": title, "_save": ""})

        changed = {"version": before["version"] + 1, "title": title, "rows": [[title]] * len(MADE)}
        return act, before, before | changed | {"saves": before["saves"] + 1}

    def publish(self, title):
        """How to publish the page with an entry that never was, and what is there afterwards."""
        self.change(title)
        before = self.found()

        def act():
            form = submitted(self.publisher.get(self.address("publish")))
            yield
            typed = {"change": "New words.", "despite": "A test."}
            yield self.publisher.post(self.address("publish"), form | typed)

        number, saves = len(before["editions"]) + 1, before["saves"] + 1
        notes = sorted({note for some in before["rows"] for note in some})
        made = {
            "saves": saves,
            "last save is what stands there": True,
            "editions": [*before["editions"], [number, title, sum(before["count"]), saves, notes]],
            "editions of entries": before["editions of entries"] + 1,
            "addresses": before["addresses"] + 1,
        }
        return act, before, before | made

    def change(self, title):
        """Give the page another title and an entry that no patient can see; the one it has, if none can."""
        row = self.page.symptom_rows.first()
        if row.symptom.editions.exists():
            row.delete()
            self.page.symptom_rows.create(symptom=make.symptom(overview=TEXT), note="New.")
        self.page.refresh_from_db()
        self.page.title = title
        self.page.save()

    def address(self, name):
        return reverse(f"admin:conditions_condition_{name}", args=[self.page.pk])

    def try_all(self, what):
        """Try it again and again, killed STEP moments later each time, until it comes to its end.

        Then each of the last moments is tried, because that is where the save or publish happens to others.
        """
        list(getattr(self, what)(f"{what} 0")[0]())  # loads all that each process would have to load again
        end = next(point for point in count(1, STEP) if not self.try_one(what, point))
        if STEP > 1:
            for point in range(max(1, end - STEP - LAST), end):
                self.try_one(what, point)

    def try_one(self, what, point):
        """Try it, killed at `point`; tell what was found, and return whether it was killed before its end."""
        act, before, after = getattr(self, what)(f"{what} {point}")
        was_killed = killed_at(point, act)
        tried = {"what": what, "killed": was_killed, "before": before, "after": after, "found": self.found()}
        print(json.dumps(tried), flush=True)
        return was_killed


def killed_at(point, act):
    """Let a process of its own `act` and be killed at the moment `point`; return whether it was.

    `act` is a generator, which first opens the form. Moments are counted from then on.
    """
    connections.close_all()
    process = os.fork()
    if not process:
        os._exit(ended(point, act))
    _process, status = os.waitpid(process, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("the page could not be saved or published")
    return os.WIFSIGNALED(status)


def ended(point, act):
    """The exit status of a process that was not killed at `point`: 0 if it could `act`."""
    try:
        steps = act()
        next(steps)
        die_at(point)
        answer = next(steps)
    except Exception:
        traceback.print_exc()
        return 1
    return answer.status_code != 302


def die_at(point):
    """Kill this process at the `point`-th of these moments: before a statement, before a commit, and after one."""
    moments = count(1)

    def come_to_a_moment():
        if next(moments) == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(execute, *arguments):
        come_to_a_moment()
        return execute(*arguments)

    def committed(connection):
        come_to_a_moment()
        commit(connection)
        come_to_a_moment()

    commit = BaseDatabaseWrapper._commit
    BaseDatabaseWrapper._commit = committed
    for connection in connections.all():
        connection.execute_wrappers.append(watched)


if __name__ == "__main__":
    desk = Desk()
    desk.try_all("save")
    desk.try_all("publish")
