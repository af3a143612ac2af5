"""The key under which requests are sealed can be changed while the site runs; then the old one opens nothing."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from intake import drafts, rekeying, sealing
from intake.models import Draft, Request
from record.models import Entry
from spineinfo.keys import make_missing
from tests import make
from tests.intake.patient import Patient

pytestmark = pytest.mark.django_db
REASON = "The machine that held the keys was sold."
REQUESTS, DRAFTS = 40, 10


@pytest.fixture(autouse=True)
def keyset(tmp_path, settings, monkeypatch):
    """A copy that the test may change, as of a site with a data folder of its own."""
    copy = tmp_path / "intake.keyset"
    copy.write_text(settings.INTAKE_KEYSET.read_text())
    copy.chmod(0o640)
    settings.INTAKE_KEYSET, settings.DATA = copy, tmp_path
    monkeypatch.setattr(rekeying, "AT_ONCE", 7)
    return copy


def fill():
    for number in range(REQUESTS):
        make.request(f"Words {number}")
    for number in range(DRAFTS):
        drafts.begin("appointment", {"reason": {"problem": f"Begun {number}"}})


def rotate(**options):
    output = StringIO()
    call_command("rotate_keys", reason=REASON, wait=0, stdout=output, **options)
    return output.getvalue().splitlines()


def names(keyset):
    return [key["keyId"] for key in json.loads(keyset.read_text())["key"]]


def opened():
    """How many rows open with the keyset as it stands."""
    count = 0
    for row in [*Request.objects.all(), *Draft.objects.all()]:
        try:
            row.unsealed()
        except sealing.Unreadable:
            continue
        count += 1
    return count


def rows():
    return list(Entry.objects.filter(action="change_key").order_by("number").values_list("kind", "why", "outcome"))


def test_after_a_change_the_new_key_opens_all_and_the_old_one_nothing(keyset):
    fill()
    before = keyset.read_text()
    words = sorted(str(request.unsealed()) for request in Request.objects.all())

    said = rotate()

    assert opened() == REQUESTS + DRAFTS
    assert words == sorted(str(request.unsealed()) for request in Request.objects.all())
    assert len(names(keyset)) == 1
    assert keyset.stat().st_mode & 0o777 == 0o640
    assert "50 of 50 rows" in said
    assert rows() == [("request", REASON, "allowed")]
    keyset.write_text(before)
    assert opened() == 0


@pytest.mark.parametrize("moment", ["begun", "in the middle", "before the old key is dropped"])
def test_a_change_that_was_cut_short_is_finished_and_all_opens_at_any_moment(keyset, monkeypatch, moment):
    fill()
    old = names(keyset)[0]
    name = {"begun": "seal_anew", "in the middle": "_batch", "before the old key is dropped": "drop_old_keys"}[moment]
    does, calls = getattr(rekeying, name), []

    def die(*args):
        calls.append(args)
        if name != "_batch" or len(calls) > 3:
            raise KeyboardInterrupt
        return does(*args)

    monkeypatch.setattr(rekeying, name, die)
    with pytest.raises(KeyboardInterrupt):
        rotate()
    monkeypatch.setattr(rekeying, name, does)
    assert opened() == REQUESTS + DRAFTS
    begun = names(keyset)
    said = rotate()

    assert len(begun) == 2
    assert names(keyset) == [key for key in begun if key != old]
    assert opened() == REQUESTS + DRAFTS
    assert f"The key {begun[1]:08x} was begun before; going on." in said[0]


def test_what_is_written_meanwhile_by_the_old_key_is_sealed_anew_before_it_goes(keyset, monkeypatch):
    fill()
    before = keyset.read_text()
    slow = Request(id=make.uuid.uuid4(), reference="AAAA-BBBB-CCCC", kind="appointment", consent_version="1")
    slow.received_at = slow.due_at = make.timezone.now()
    slow.answer_by = make.timezone.localdate()
    slow.seal({"checked": []})  # by a worker that stores it later

    monkeypatch.setattr("time.sleep", lambda seconds: Request.objects.filter(pk=slow.pk).exists() or slow.save())
    said = rotate()

    assert opened() == REQUESTS + DRAFTS + 1
    assert "1 more rows sealed anew." in said
    assert "0 more rows sealed anew." in said
    keyset.write_text(before)
    assert opened() == 0


def test_patients_go_on_writing_while_the_key_changes(client, department, monkeypatch, keyset):
    patient = Patient(client)
    patient.answer("signs")
    does = rekeying.seal_anew

    def seal_anew(*args):
        patient.answer("asking")
        return does(*args)

    monkeypatch.setattr(rekeying, "seal_anew", seal_anew)
    rotate()

    assert patient.ask().unsealed()["answers"]["signs"] == {"now": ["none"], "today": []}


def test_the_old_key_stays_while_some_row_opens_by_no_key(keyset):
    fill()
    spoilt = Request.objects.first()
    Request.objects.filter(pk=spoilt.pk).update(key=bytes(Request.objects.last().key))

    with pytest.raises(CommandError, match="some rows do not open"):
        rotate()
    assert len(names(keyset)) == 2
    assert rows()[-1][-1] == "failed"

    said = rotate(leave_unreadable=True)
    assert f"  request {spoilt.pk} opens by no key." in said
    assert len(names(keyset)) == 1
    assert opened() == REQUESTS + DRAFTS - 1


def test_two_changes_at_once_are_one(keyset):
    with rekeying.alone(), pytest.raises(CommandError, match="Somebody is changing the key already"):
        rotate()

    assert len(names(keyset)) == 1


def test_nothing_changes_without_a_reason_or_a_record(keyset, request):
    before = keyset.read_text()

    with pytest.raises(CommandError, match="Say why"):
        call_command("rotate_keys", wait=0)
    request.getfixturevalue("unwritable_record")
    with pytest.raises(CommandError, match="The record takes no row"):
        rotate()

    assert keyset.read_text() == before


def test_a_keyset_that_cannot_be_written_is_said_to(keyset, monkeypatch):
    fill()

    def fail(file, text):
        raise PermissionError("read-only")

    monkeypatch.setattr("record.keyset_files.replace", fail)
    with pytest.raises(CommandError, match="can't be written"):
        rotate()

    assert opened() == REQUESTS + DRAFTS


@pytest.mark.once
def test_a_lost_keyset_opens_nothing_and_the_copy_of_it_opens_all_again(keyset, tmp_path):
    fill()
    copy = keyset.read_text()

    keyset.unlink()
    make_missing(tmp_path, {})  # as a site does that finds none: a new one, which is another one
    assert opened() == 0
    keyset.write_text(copy)

    assert opened() == REQUESTS + DRAFTS
