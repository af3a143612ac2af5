"""What came is looked into before anybody gets it; the patient's request goes on whatever is found."""

import hashlib
import shutil
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from housekeeping.loop import Loop
from intake.checking import apart
from intake.files.segments import Reading
from intake.models import File, Segment
from tests import clamd
from tests.conftest import require
from tests.intake.checking.odd_files import EICAR, TABLE, archive, dicom, disc, jpeg, pdf
from tests.intake.files.sending import Sender

pytestmark = [pytest.mark.django_db, pytest.mark.once]
State, Scan = File.State, File.Scan


@pytest.fixture(scope="session")
def scanner():
    require(shutil.which("clamd"), "clamd (Debian: clamav-daemon)")
    with clamd.running() as address:
        yield address


@pytest.fixture
def sender(patient, client):
    patient.answer("signs")
    return Sender(client)


def found(file):
    file.refresh_from_db()
    return file.state, file.scan, file.unsealed().get("look", {}).get("refusal")


def test_a_file_without_a_virus_is_kept_and_its_checksum_told(sender, scanner, settings):
    settings.CLAMD_URL = scanner
    sender.send(dicom(), "IM0001")

    Loop().round()

    file = File.objects.get()
    assert found(file) == (State.KEPT, Scan.CLEAN, "")
    look = file.unsealed()["look"]
    assert look["sha256"] == hashlib.sha256(dicom()).hexdigest()
    assert (look["slices"][0]["kind"], look["slices"][0]["date"]) == ("CT", "20040119")
    assert Reading(file).readall() == dicom()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("report.pdf", pdf(EICAR)),
        ("scan.jpg", jpeg(EICAR)),
        ("disc.zip", archive([("a.pdf", pdf()), ("b/eicar.com", EICAR)])),
    ],
)
def test_a_file_with_a_virus_is_refused_and_erased(sender, scanner, settings, name, data):
    settings.CLAMD_URL = scanner
    sender.send(data, name)

    Loop().round()

    assert found(File.objects.get()) == (State.REFUSED, "", "virus")
    assert not Segment.objects.exists()


def test_a_file_larger_than_the_scanner_takes_is_not_called_clean(sender, scanner, settings, monkeypatch):
    settings.CLAMD_URL = scanner
    sender.send(pdf(b"\0" * clamd.LIMIT), "large.pdf")
    Loop().round()
    assert found(File.objects.get())[:2] in [(State.KEPT, Scan.TOO_LARGE), (State.KEPT, Scan.NOT_SCANNED)]

    settings.CLAMD_MEGABYTES = 1
    second = sender.send(pdf(b"\0" * 1_000_000), "second.pdf")
    Loop().round()
    assert found(File.objects.get(pk=second.split("/")[-2])) == (State.KEPT, Scan.TOO_LARGE, "")


def test_an_archive_that_holds_more_than_the_scanner_takes_is_not_called_clean(sender, scanner, settings):
    settings.CLAMD_URL = scanner
    settings.CLAMD_MEGABYTES = 1
    sender.send(archive([("report.pdf", pdf(b"x" * 1_100_000))]), "reports.zip")

    Loop().round()

    assert found(File.objects.get()) == (State.KEPT, Scan.TOO_LARGE, "")


@pytest.mark.parametrize("address", ["", "unix:///nowhere/clamd", "tcp://127.0.0.1:1"])
def test_without_a_scanner_a_file_is_kept_and_marked(sender, settings, address, caplog):
    settings.CLAMD_URL = address
    sender.send(pdf(), "report.pdf")

    Loop().round()

    assert found(File.objects.get()) == (State.KEPT, Scan.NOT_SCANNED, "")
    assert "report" not in caplog.text


def test_what_was_not_scanned_is_scanned_once_the_scanner_is_back(sender, scanner, settings, monkeypatch):
    settings.CLAMD_URL = "unix:///nowhere/clamd"
    sender.send(pdf(EICAR), "report.pdf")
    Loop().round()
    settings.CLAMD_URL = scanner
    monkeypatch.setattr(apart, "look", None)  # it is known what it is

    Loop().round()
    assert found(File.objects.get())[1] == Scan.NOT_SCANNED
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1)):
        Loop().round()

    assert found(File.objects.get()) == (State.REFUSED, "", "virus")


def test_each_file_of_the_table_is_kept_or_erased(sender, sealed_folder):
    one_of_each = {(kind, refusal): (name, make) for name, (make, kind, refusal) in TABLE.items()}
    urls = {}
    for (_kind, refusal), (name, make) in one_of_each.items():
        if data := make():
            urls[sender.send(data, name)] = refusal

    for _round in range(2):
        Loop().round()

    for url, refusal in urls.items():
        file = File.objects.get(pk=url.split("/")[-2])
        assert found(file) == (State.REFUSED if refusal else State.KEPT, "" if refusal else Scan.NOT_SCANNED, refusal)
        assert file.segments.exists() is not bool(refusal)


def test_programs_of_a_folder_are_left_out_without_an_error(sender):
    url = sender.begin(4, "viewer.exe", path="CD/VIEWER/viewer.exe")["Location"]
    sender.patch(url, b"MZ\0\0")

    Loop().round()

    assert found(File.objects.get()) == (State.REFUSED, "", "left_out")


def test_what_is_in_a_disc_is_kept_for_the_desk(sender):
    sender.send(disc(), "disc.zip")

    Loop().round()

    look = File.objects.get().unsealed()["look"]
    assert look["left_out"] == ["DICOMDIR", "autorun.inf", "VIEWER/viewer.exe"]
    assert [(slice["kind"], slice["date"]) for slice in look["slices"]] == [("CT", "20040119"), ("MR", "20040826")]


def test_a_file_that_was_changed_where_it_is_stored_is_refused(sender, sealed_folder):
    sender.send(pdf(), "report.pdf")
    (blob,) = [path for path in sealed_folder.rglob("*") if path.is_file()]
    changed = bytearray(blob.read_bytes())
    changed[100] ^= 1
    blob.write_bytes(changed)

    Loop().round()

    assert found(File.objects.get()) == (State.REFUSED, "", "could_not_be_read")


def test_a_machine_that_cannot_look_erases_nothing_and_tries_again(sender, monkeypatch):
    sender.send(pdf(), "report.pdf")
    with monkeypatch.context() as broken:
        broken.setattr(apart, "START", "import no_such_module")
        Loop().round()
    assert found(File.objects.get()) == (State.WHOLE, "", None)

    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        Loop().round()

    assert found(File.objects.get())[0] == State.KEPT


def test_a_file_that_is_taken_back_while_it_is_looked_into_stays_away(sender, monkeypatch):
    url = sender.send(pdf(), "report.pdf")
    look = apart.look

    def look_and_take_back(file, name):
        found = look(file, name)
        sender.end(url)
        return found

    monkeypatch.setattr(apart, "look", look_and_take_back)
    Loop().round()

    assert not File.objects.exists()
