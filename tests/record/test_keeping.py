"""The record only grows, and shows whatever was done to it behind its back."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from io import StringIO
from types import SimpleNamespace

import psycopg2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import Error, connections, transaction

from record import heads, triggers
from record.models import Action, Entry
from record.noting import Thing, note

on_postgresql = pytest.mark.skipif(not os.environ.get("TEST_DATABASE_URL"), reason="speaks of PostgreSQL")
on_sqlite = pytest.mark.skipif(bool(os.environ.get("TEST_DATABASE_URL")), reason="speaks of SQLite")
CHANGES = (
    "UPDATE record_entry SET username = 'nobody' WHERE number = 2",
    "DELETE FROM record_entry WHERE number = 2",
    "DELETE FROM record_entry",
)
REPLACEMENTS = (
    "INSERT OR REPLACE INTO record_entry SELECT * FROM record_entry WHERE number = 2",
    "REPLACE INTO record_entry (number, at, username, action, kind, key, detail, why, outcome, mac)"
    " VALUES (2, '2026-01-01', '', 'view', 'letter', '', '', '', 'allowed', '')",
    "INSERT OR REPLACE INTO record_entry (rowid, number, at, username, action, kind, key, detail, why, outcome, mac)"
    " VALUES (2, 99, '2026-01-01', '', 'view', 'letter', '', '', '', 'allowed', '')",
    "UPDATE OR REPLACE record_entry SET number = 2 WHERE number = 3",
)
UPSERT = (
    "INSERT INTO record_entry (number, at, username, action, kind, key, detail, why, outcome, mac)"
    " VALUES (2, '2026-01-01', '', 'view', 'letter', '', '', '', 'allowed', '')"
    " ON CONFLICT (number) DO UPDATE SET username = 'nobody'"
)


@pytest.fixture
def ten_rows(db):
    for number in range(1, 11):
        note(None, Action.VIEW, Thing("letter", str(number)))


def run(statement):
    with connections["record"].cursor() as cursor:
        cursor.execute(statement)


def behind_its_back(*statements):
    """Run `statements` as someone who owns the tables and sets the triggers aside."""
    editor = SimpleNamespace(connection=connections["record"])
    triggers.remove(None, editor)
    for statement in statements:
        run(statement)
    triggers.install(None, editor)


def verify(*arguments):
    """What `verify_record` prints, a line each, and how it ends."""
    output = StringIO()
    try:
        call_command("verify_record", *arguments, stdout=output)
    except CommandError as error:
        return [*output.getvalue().splitlines(), str(error)]
    return output.getvalue().splitlines()


def refused(statement):
    before = list(Entry.objects.values())
    with pytest.raises(Error, match="never"), transaction.atomic(using="record"):
        run(statement)
    assert list(Entry.objects.values()) == before


@pytest.mark.parametrize("statement", [*CHANGES, UPSERT])
def test_a_row_is_neither_changed_nor_removed(ten_rows, statement):
    refused(statement)


@on_sqlite
@pytest.mark.parametrize("statement", REPLACEMENTS)
def test_a_row_is_not_replaced(ten_rows, statement):
    refused(statement)


@on_postgresql
def test_the_table_is_not_emptied(ten_rows):
    refused("TRUNCATE record_entry")


@on_postgresql
def test_the_role_of_the_site_writes_and_reads_the_record_and_can_do_nothing_else_to_it(made_site):
    guide = (settings.BASE_DIR / "docs/operators.md").read_text(encoding="utf-8")
    statements = re.findall(r"^    ((?:CREATE|GRANT|REVOKE|ALTER) [^;]+;)$", guide, re.MULTILINE)
    owner = made_site.database.read_text(encoding="utf-8")
    with psycopg2.connect(owner) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    as_site = owner.replace("spineinfo@", "spineinfo_site@")

    written = made_site.manage("shell", "-v0", "-c", """
from pages.models import Feedback
from record.models import Action, Entry
from record.noting import Thing, note
note(None, Action.VIEW, Thing("letter", "by the role of the site"))
print(Entry.objects.first().key)
""", DATABASE_URL=as_site)  # fmt: skip

    assert written.stdout == "by the role of the site\n", written.stderr
    with closing(psycopg2.connect(as_site)) as connection:
        connection.autocommit = True
        for statement in (*CHANGES, "TRUNCATE record_entry", "ALTER TABLE record_entry DISABLE TRIGGER ALL"):
            with connection.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(statement)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE auth_group SET name = name")  # the rest of the site is its own


# Verifying


def test_a_record_as_it_was_written_is_whole(ten_rows):
    heads.write_head()

    assert verify() == ["The record is whole: 10 rows, last head 10."]


def test_an_empty_record_is_whole_and_has_no_head(db):
    heads.write_head()

    assert verify() == ["The record is whole: 0 rows, last head none."]


@pytest.fixture(autouse=True)
def data(tmp_path, settings):
    settings.DATA = tmp_path


TAMPERED = [
    (["UPDATE record_entry SET username = 'nobody' WHERE number = 4"], ["Row 4 is not as it was written"]),
    (["UPDATE record_entry SET at = '2020-01-01 00:00:00' WHERE number = 1"], ["Row 1 is not as it was written"]),
    (["UPDATE record_entry SET user_id = 7 WHERE number = 10"], ["Row 10 is not as it was written"]),
    (["UPDATE record_entry SET mac = 'zz' WHERE number = 10"], ["Row 10 is not as it was written"]),
    (["DELETE FROM record_entry WHERE number = 4"], ["Row 4 is gone, so row 5 can't be checked."]),
    (["DELETE FROM record_entry WHERE number < 4"], ["Rows 1 to 3 are gone, so row 4 can't be checked."]),
    (
        [
            "DELETE FROM record_entry WHERE number = 4",
            # By way of higher numbers: PostgreSQL refuses a number that a row not yet moved still has.
            "UPDATE record_entry SET number = number + 1000 WHERE number > 4",
            "UPDATE record_entry SET number = number - 1001 WHERE number > 1000",
        ],
        [f"Row {number} is not as it was written" for number in range(4, 10)],
    ),
    (
        [f"UPDATE record_entry SET number = {new} WHERE number = {old}" for old, new in ((3, 99), (4, 3), (99, 4))],
        ["Row 3 is not as it was written", "Row 4 is not as it was written"],
    ),
]


@pytest.mark.parametrize(("statements", "found"), TAMPERED, ids=lambda part: part[0][:60])
def test_a_row_that_was_changed_removed_or_moved_is_named(ten_rows, statements, found):
    behind_its_back(*statements)

    lines = verify()

    for fault in found:
        assert any(line.startswith(fault) for line in lines)
    assert lines[-1].startswith("The record is not as it was written: ")


@on_sqlite
def test_values_of_the_wrong_kind_are_named_too(ten_rows):
    behind_its_back("UPDATE record_entry SET at = 'once' WHERE number = 4")

    assert verify()[0].startswith("Row 4 is not as it was written")


def test_a_tail_cut_since_the_last_head_is_named(ten_rows):
    heads.write_head()
    behind_its_back("DELETE FROM record_entry WHERE number > 8")

    assert verify()[0].startswith("Rows 9 to 10 are gone from the end: row 10 was there at 20")


def test_a_tail_cut_and_written_anew_is_named(ten_rows):
    heads.write_head()
    behind_its_back("DELETE FROM record_entry WHERE number > 8")
    note(None, Action.VIEW, Thing("letter", "another"))
    note(None, Action.VIEW, Thing("letter", "another"))

    assert verify()[0].startswith("Row 10 is not the one that was there at 20")


def test_heads_copied_elsewhere_count_beside_those_here(ten_rows, tmp_path):
    heads.write_head()
    copy = tmp_path / "copied.txt"
    (file,) = (tmp_path / "heads").iterdir()
    copy.write_text(file.read_text())
    file.unlink()
    behind_its_back("DELETE FROM record_entry WHERE number > 8")

    assert verify() == ["The record is whole: 8 rows, last head none."]
    assert verify("--heads", str(copy))[0].startswith("Rows 9 to 10 are gone from the end")


def test_what_is_no_head_is_named(ten_rows, tmp_path):
    (tmp_path / "heads").mkdir()
    (tmp_path / "heads/2026-01.txt").write_text("1 abc\n")

    assert verify() == ["The heads can't be read: 2026-01.txt, line 1 is not a head of the record"]


def test_a_missing_trigger_is_named(ten_rows):
    triggers.remove(None, SimpleNamespace(connection=connections["record"]))
    lines = verify()
    triggers.install(None, SimpleNamespace(connection=connections["record"]))

    assert "is missing, so rows could be changed." in lines[0]


def test_a_long_record_is_looked_through_in_parts(ten_rows, monkeypatch):
    monkeypatch.setattr("record.verifying.AT_ONCE", 3)

    assert verify() == ["The record is whole: 10 rows, last head none."]


# At once


@pytest.mark.django_db(transaction=True)
def test_rows_written_at_once_by_threads_are_numbered_and_chained():
    def write(thread):
        try:
            for _row in range(20):
                note(None, Action.VIEW, Thing("letter", str(thread)))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(write, range(6)))

    assert verify() == ["The record is whole: 120 rows, last head none."]


def test_rows_written_at_once_by_processes_are_numbered_and_chained(made_site):
    def write(process):
        return made_site.manage("shell", "-v0", "-c", f"""
from record.models import Action
from record.noting import Thing, note
for _row in range(25):
    note(None, Action.PRINT, Thing("letter", "{process}"))
""")  # fmt: skip

    with ThreadPoolExecutor(3) as processes:
        results = list(processes.map(write, range(3)))

    verified = made_site.manage("verify_record")
    assert [result.stderr for result in results] == ["", "", ""]
    assert verified.stdout.startswith("The record is whole: "), verified.stdout + verified.stderr
    counted = made_site.manage("shell", "-v0", "-c", """
from record.models import Entry
print(Entry.objects.filter(action="print").count())
""")  # fmt: skip
    assert counted.stdout == "75\n"
