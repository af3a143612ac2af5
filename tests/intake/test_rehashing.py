"""The key by which requests are found can be changed while the site runs; then the old one finds nothing."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from intake import drafts, finding, rehashing, sealing
from intake.models import Draft, Lookup, Request
from tests.intake.patient import Patient

pytestmark = [pytest.mark.django_db, pytest.mark.once]
REASON = "The machine that held the keys was sold."


@pytest.fixture(autouse=True)
def keyset(tmp_path, settings, monkeypatch):
    copy = tmp_path / "hash.keyset"
    copy.write_text(settings.HASH_KEYSET.read_text())
    settings.HASH_KEYSET, settings.DATA = copy, tmp_path
    monkeypatch.setattr(rehashing, "AT_ONCE", 2)
    return copy


@pytest.fixture
def people(department):
    return [Patient(Client()).ask(patient={"given": name}) for name in ("Ada", "Bo", "Cy", "Di", "Ed")]


def rotate(**options):
    output = StringIO()
    call_command("rotate_keys", reason=REASON, wait=0, hashes=True, stdout=output, **options)
    return output.getvalue()


def found():
    return [finding.find(name=f"{name} Sample").count() for name in ("Ada", "Bo", "Cy", "Di", "Ed")]


def keys(keyset):
    return len(json.loads(keyset.read_text())["key"])


def test_after_a_change_all_are_found_and_by_the_old_key_none(people, keyset):
    before = keyset.read_text()

    said = rotate()

    assert found() == [1] * 5
    assert keys(keyset) == 1
    assert "5 of 5 rows" in said
    keyset.write_text(before)
    assert found() == [0] * 5


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_change_that_was_cut_short_is_finished_and_all_are_found_at_any_moment(people, keyset, monkeypatch, cut):
    does, calls = rehashing._batch, []

    def die(*args):
        calls.append(args)
        if len(calls) == cut:
            raise KeyboardInterrupt
        return does(*args)

    monkeypatch.setattr(rehashing, "_batch", die)
    with pytest.raises(KeyboardInterrupt):
        rotate()
    assert found() == [1] * 5
    assert keys(keyset) == 2

    monkeypatch.setattr(rehashing, "_batch", does)
    rotate()
    assert found() == [1] * 5
    assert keys(keyset) == 1


def test_a_code_that_a_patient_holds_keeps_the_old_key_until_it_is_over(client, department, keyset):
    patient = Patient(client)
    patient.answer("signs")
    code = drafts.give_code(Draft.objects.get())

    assert "The old key stays: 1 codes that patients hold were made by it." in rotate()
    assert drafts.resume(code)[0] == Draft.objects.get()
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=8))
    drafts.erase_old()

    assert "The old key is dropped." in rotate()
    assert keys(keyset) == 1


def test_a_request_that_does_not_open_is_named_and_keeps_the_old_key(people, keyset):
    spoilt = people[0]
    Request.objects.filter(pk=spoilt.pk).update(key=bytes(people[1].key))

    with pytest.raises(CommandError, match="The old key stays"):
        rotate()
    assert found() == [1] * 5

    assert f"request {spoilt.pk} does not open" in rotate(leave_unreadable=True)
    assert found() == [0, 1, 1, 1, 1]


def test_a_hash_is_of_its_purpose_alone(people):
    hashes = list(Lookup.objects.values_list("request", "hash"))

    assert len(hashes) == len(set(hashes))
    assert sealing.blind_hashes("find name", "1961-03-27") != sealing.blind_hashes("find born", "1961-03-27")
