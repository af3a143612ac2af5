"""The key of the record can be changed: old rows stay verifiable, and whoever has the old key writes no row unseen."""

import json
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from record import heads, noting
from record.models import Action, Entry
from record.noting import Thing, note
from tests.record.test_keeping import behind_its_back, verify

pytestmark = pytest.mark.django_db
REASON = "The machine that held the keys was sold."


@pytest.fixture(autouse=True)
def keyset(tmp_path, settings):
    """A copy that the test may change, as of a site with a data folder of its own."""
    copy = tmp_path / "record.keyset"
    copy.write_text(settings.RECORD_KEYSET.read_text())
    copy.chmod(0o640)
    settings.RECORD_KEYSET, settings.DATA = copy, tmp_path
    return copy


def write(count=3):
    for number in range(count):
        note(None, Action.VIEW, Thing("letter", str(number)))


def change_key(reason=REASON):
    output = StringIO()
    call_command("change_record_key", reason=reason, stdout=output)
    return output.getvalue()


def names(keyset):
    return [f"{key['keyId']:08x}" for key in json.loads(keyset.read_text())["key"]]


def sealed_with():
    """The key that each row names, from the first on."""
    return [mac[2:10] for mac in Entry.objects.order_by("number").values_list("mac", flat=True)]


def test_rows_from_before_and_after_a_change_are_whole(keyset):
    write()
    said = change_key()
    write()
    change_key()
    write()

    first, second, third = names(keyset)
    assert sealed_with() == [first] * 3 + [second] * 4 + [third] * 4
    assert verify() == ["The record is whole: 11 rows, last head 8."]
    assert f"Row 4 is the first by the new key {second}." in said


def test_a_change_is_on_record_with_its_reason(keyset):
    write(1)
    change_key()

    row = Entry.objects.first()
    assert (row.action, row.kind, row.key, row.why) == ("change_key", "record", names(keyset)[1], REASON)


def test_the_keyset_keeps_its_old_key_and_who_may_open_it(keyset):
    before = json.loads(keyset.read_text())["key"]

    change_key()

    after = json.loads(keyset.read_text())
    assert after["key"][:1] == before
    assert after["primaryKeyId"] == after["key"][1]["keyId"]
    assert keyset.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in keyset.parent.iterdir() if file.name != "heads"] == ["record.keyset"]


def test_a_tampered_row_is_named_on_either_side(keyset):
    write()
    change_key()
    write()
    behind_its_back("UPDATE record_entry SET username = 'nobody' WHERE number IN (2, 6)")

    assert [line.partition(":")[0] for line in verify()[:2]] == [
        "Row 2 is not as it was written",
        "Row 6 is not as it was written",
    ]


def test_a_row_by_the_old_key_is_named_after_the_change(keyset, settings, tmp_path):
    old = tmp_path / "stolen.keyset"
    old.write_text(keyset.read_text())
    write()
    change_key()
    settings.RECORD_KEYSET = old
    write(1)
    settings.RECORD_KEYSET = keyset
    write(1)

    assert verify()[0] == "Row 5 was sealed with a key that had been changed before."


def test_an_end_written_anew_by_the_old_key_is_named_without_any_head(keyset, settings, tmp_path):
    old = tmp_path / "stolen.keyset"
    old.write_text(keyset.read_text())
    write()
    change_key()
    behind_its_back("DELETE FROM record_entry WHERE number > 2")
    settings.RECORD_KEYSET = old
    write()
    settings.RECORD_KEYSET = keyset
    for file in (tmp_path / "heads").iterdir():
        file.unlink()

    assert verify()[0].startswith("No row is there by the newest key: rows are gone from the end")


def test_the_head_after_a_change_is_written_at_once(keyset, tmp_path):
    write()
    change_key()

    assert [head.number for head in heads.read_heads(tmp_path / "heads")] == [4]


def test_a_change_that_was_cut_short_is_finished(keyset, monkeypatch):
    write()
    append = noting.append

    def be_cut_short(entry):
        if entry.action == Action.CHANGE_KEY:
            raise KeyboardInterrupt
        append(entry)

    monkeypatch.setattr(noting, "append", be_cut_short)
    with pytest.raises(KeyboardInterrupt):
        change_key()
    monkeypatch.undo()
    told = verify()
    change_key()

    assert told[0].endswith("or the change of the key was cut short.")
    assert len(names(keyset)) == 2
    assert sealed_with()[3] == names(keyset)[1]
    assert verify()[-1].startswith("The record is whole: 4 rows")


def test_nothing_changes_while_the_record_takes_no_row(keyset, unwritable_record):
    with pytest.raises(CommandError, match="takes no row"):
        change_key()

    assert len(names(keyset)) == 1


def test_nothing_changes_where_the_keyset_cannot_be_written(keyset, monkeypatch):
    def refuse(*args, **options):
        raise PermissionError("read-only")

    write()
    monkeypatch.setattr("record.keyset_files.tempfile.mkstemp", refuse)

    with pytest.raises(CommandError, match="The keyset can't be written, so nothing was changed"):
        change_key()

    assert len(names(keyset)) == 1
    assert verify() == ["The record is whole: 3 rows, last head none."]


@pytest.mark.parametrize("reason", ["", "stolen", "x" * 301])
def test_nothing_changes_without_a_reason(keyset, reason):
    with pytest.raises(CommandError, match="Say why"):
        change_key(reason)

    assert len(names(keyset)) == 1


def test_rows_of_a_key_that_is_gone_are_named(keyset):
    write()
    change_key()
    kept = json.loads(keyset.read_text())
    keyset.write_text(json.dumps(kept | {"key": kept["key"][1:]}))

    assert [line.partition(" is not")[0] for line in verify()[:3]] == ["Row 1", "Row 2", "Row 3"]


def test_a_site_that_runs_takes_the_new_key_with_the_next_row(made_site):
    written = made_site.manage("shell", "-v0", "-c", f"""
import subprocess, sys
from record.models import Action, Entry
from record.noting import Thing, note
before = note(None, Action.VIEW, Thing("letter", "1")).mac[2:10]
subprocess.run([sys.executable, "manage.py", "change_record_key", "--reason", {REASON!r}], check=True)
after = note(None, Action.VIEW, Thing("letter", "2")).mac[2:10]
print(before, after)
""")  # fmt: skip

    before, after = written.stdout.split()[-2:]
    assert re.search(rf"Row \d+ is the first by the new key {after}\.", written.stdout), written.stderr
    assert before != after
    assert made_site.manage("verify_record").stdout.startswith("The record is whole: ")
    assert len(names(made_site.data / "record.keyset")) >= 2
    connections.close_all()
