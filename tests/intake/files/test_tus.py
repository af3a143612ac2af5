"""Files come by tus 1.0, for the draft or request whose cookie a browser holds."""

import base64
import hashlib
import os
import shutil
from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from housekeeping.loop import Loop
from intake.erasing import erase_old
from intake.files import limits
from intake.files.segments import SEGMENT, Reading
from intake.models import Draft, File, Inquiry, Request, Segment
from tests.intake.checking.odd_files import pdf
from tests.intake.files.sending import TUS, Sender
from tests.intake.patient import Patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def sender(patient, client):
    patient.answer("signs")
    return Sender(client)


def blobs(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def read(file):
    with Reading(file) as reading:
        return reading.readall()


def test_a_file_comes_in_pieces_and_is_read_as_it_was(sender, sealed_folder, django_capture_on_commit_callbacks):
    data = os.urandom(SEGMENT + 700_001)

    with django_capture_on_commit_callbacks(execute=True):
        sender.send(data, at_once=300_000)

    file = File.objects.get()
    assert file.state == File.State.WHOLE
    assert read(file) == data
    assert [segment.length for segment in file.segments.all()] == [SEGMENT, 700_001]
    assert len(blobs(sealed_folder)) == 2  # short ends that were sealed anew have gone
    assert not any(data[:50] in blob.read_bytes() or data[-50:] in blob.read_bytes() for blob in blobs(sealed_folder))


def test_what_is_read_can_be_read_from_anywhere(sender):
    data = os.urandom(SEGMENT + 1000)
    sender.send(data, at_once=len(data))

    with Reading(File.objects.get()) as reading:
        reading.seek(SEGMENT - 10)
        assert reading.read(20) == data[SEGMENT - 10 : SEGMENT]  # a segment at a time
        assert reading.read(10) == data[SEGMENT : SEGMENT + 10]
        assert reading.seek(-5, os.SEEK_END) == len(data) - 5
        assert reading.read() == data[-5:]


def test_head_tells_the_truth_after_each_piece(sender):
    url = sender.begin(100)["Location"]
    assert sender.head(url)["Upload-Offset"] == "0"

    sender.patch(url, b"a" * 30)

    told = sender.head(url)
    assert (told["Upload-Offset"], told["Upload-Length"]) == ("30", "100")
    assert "no-store" in told["Cache-Control"]
    assert "Upload-Expires" in told


def test_options_say_what_is_spoken(client, db):
    answer = client.options("/appointments/upload/")

    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Extension"].split(",") == ["creation", "expiration", "checksum", "termination"]
    assert answer["Tus-Max-Size"] == str(2 * 10**9)
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "many"}, 400),
        ({"Upload-Length": "²"}, 400),
        ({"Upload-Length": "9" * 30}, 400),
        ({"Upload-Length": "0"}, 413),
        ({"Upload-Length": str(2 * 10**9 + 1)}, 413),
        ({"Upload-Metadata": "filename not*base64"}, 400),
    ],
)
def test_a_file_that_may_not_come_is_refused_before_it_does(sender, headers, status):
    assert sender.begin(10, **headers).status_code == status
    assert not File.objects.exists()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": ""}, 412),
        ({"Upload-Offset": "1"}, 409),
        ({"Upload-Offset": ""}, 400),
        ({"Upload-Checksum": "md4 AAAA"}, 400),
        ({"Upload-Checksum": "sha1 *"}, 400),
        ({"Upload-Checksum": "sha1 AAAA"}, 460),
    ],
)
def test_a_piece_that_does_not_fit_changes_nothing(sender, sealed_folder, headers, status):
    url = sender.begin(10)["Location"]

    assert sender.patch(url, b"12345", **headers).status_code == status

    assert sender.head(url)["Upload-Offset"] == "0"
    assert blobs(sealed_folder) == []


def test_a_piece_needs_its_kind_and_its_length_and_fits_in(sender, client):
    url = sender.begin(10)["Location"]
    told = {**TUS, "Upload-Offset": "0"}

    assert client.generic("PATCH", url, b"1", content_type="text/plain", headers=told).status_code == 415
    assert sender.patch(url, b"12345678901").status_code == 413
    body = {"CONTENT_TYPE": "application/offset+octet-stream", "HTTP_TRANSFER_ENCODING": "chunked"}
    assert client.generic("PATCH", url, headers=told, **body).status_code == 411
    assert sender.head(url)["Upload-Offset"] == "0"


def test_a_piece_with_its_checksum_counts_whole(sender, sealed_folder):
    data = os.urandom(SEGMENT + 10)
    url = sender.begin(len(data))["Location"]
    good = base64.b64encode(hashlib.sha256(data).digest()).decode()

    assert sender.patch(url, data[:-1] + b"?", **{"Upload-Checksum": f"sha256 {good}"}).status_code == 460
    assert (sender.head(url)["Upload-Offset"], blobs(sealed_folder)) == ("0", [])
    assert sender.patch(url, data, **{"Upload-Checksum": f"sha256 {good}"}).status_code == 204
    assert read(File.objects.get()) == data


def test_a_file_is_sent_for_ones_own_request_alone(sender, department):
    url = sender.begin(10)["Location"]
    other = Patient(Client(), "appointments")
    other.answer("signs")
    stranger = Sender(other.client)

    assert Sender(Client()).begin(10).status_code == 403
    assert Sender(Client()).head(url).status_code == 403
    assert stranger.head(url).status_code == 404
    assert stranger.patch(url, b"1").status_code == 404
    assert stranger.end(url).status_code == 404
    assert sender.head(url)["Upload-Offset"] == "0"


def test_a_page_of_another_site_cannot_send(patient, department):
    patient.answer("signs")
    client = Client(enforce_csrf_checks=True)
    client.cookies = patient.client.cookies

    assert Sender(client).begin(10).status_code == 403
    assert not File.objects.exists()


def test_a_file_that_is_taken_back_leaves_nothing(sender, sealed_folder, django_capture_on_commit_callbacks):
    url = sender.send(os.urandom(1000))

    with django_capture_on_commit_callbacks(execute=True):
        assert sender.end(url).status_code == 204

    assert sender.head(url).status_code == 404
    assert (File.objects.count(), Segment.objects.count(), blobs(sealed_folder)) == (0, 0, [])


def test_a_whole_file_takes_no_more(sender):
    url = sender.send(b"12345")

    assert sender.patch(url, b"", 5).status_code == 409


def test_all_files_of_a_request_share_its_room(sender, monkeypatch):
    assert sender.begin(2 * 10**9 - 10).status_code == 201

    refused = sender.begin(11)

    assert refused.status_code == 413
    assert refused.content.decode() == (
        "This is more than the 2 GB that one request can hold. Mail us a disc instead, or call us."
    )
    assert sender.begin(10).status_code == 201
    monkeypatch.setattr(limits, "MOST_FILES", 2)
    assert "as many files" in sender.begin(1).content.decode()


def test_a_disk_that_is_nearly_full_keeps_room_for_requests(sender, monkeypatch, caplog):
    usage = type(shutil.disk_usage("/"))
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(total=100_000, used=94_000, free=6_000))

    refused = sender.begin(1_000)

    assert refused.status_code == 413
    assert refused.content.decode().startswith("We have no room for files just now.")
    assert "nearly full" in caplog.text
    assert sender.begin(999).status_code == 201


def test_when_all_places_are_taken_it_goes_on_later(sender, settings):
    url = sender.begin(10)["Location"]
    with limits.place(), limits.place(), limits.place(), limits.place():
        answer = sender.patch(url, b"12345")

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert sender.patch(url, b"12345").status_code == 204


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("C:\\Users\\Zed\\MRI spine.zip", "MRI spine.zip"),
        ("../../etc/passwd", "passwd"),
        ("scan\u202egnp.exe", "scan gnp.exe"),
        ("a\0b\r\nSet-Cookie: x.pdf", "a b Set-Cookie: x.pdf"),
        ("..", "file"),
        ("", "file"),
        ("é" * 500 + ".dicom", "é" * 144 + ".dicom"),
        ("Röntgen\u0308bild.jpg", "Röntgen\u0308bild.jpg"),
    ],
)
def test_a_name_is_kept_as_it_can_be_shown(sender, given, shown):
    sender.begin(10, given)

    assert File.objects.get().unsealed()["name"] == shown


def test_what_was_never_finished_is_erased_after_a_week(sender, sealed_folder):
    url = sender.begin(1000)["Location"]
    sender.patch(url, b"a" * 10)
    whole = sender.send(b"12345")

    Draft.objects.update(saved_at=timezone.now() + timedelta(days=8))
    with time_machine.travel(timezone.now() + limits.UNFINISHED_FOR + timedelta(hours=2)):
        Loop().round()

    assert sender.head(url).status_code == 404
    assert sender.head(whole).status_code == 200


def test_files_go_with_their_draft(sender, client, sealed_folder):
    sender.send(b"12345")

    with time_machine.travel(timezone.now() + timedelta(days=7, hours=2)):
        Loop().round()

    assert (File.objects.count(), Segment.objects.count()) == (0, 0)


def test_files_go_at_once_with_a_draft_that_is_taken_back(sender, client):
    sender.send(b"12345")

    client.post("/appointments/forget/", {"erase": "1"})

    assert not File.objects.exists()


def test_a_blob_that_no_row_knows_is_swept_and_no_other(sender, sealed_folder):
    sender.send(pdf(), "report.pdf")
    known = blobs(sealed_folder)
    (known[0].parent / ("0" * 32)).write_bytes(b"of a server that was killed")

    with time_machine.travel(timezone.now() + timedelta(hours=7)):
        Loop().round()

    assert blobs(sealed_folder) == known


def test_files_stay_with_a_request_that_was_sent_and_go_when_it_is_erased(patient, client):
    sender = Sender(client)
    patient.answer_all()
    sender.send(b"before")
    patient.send()
    url = sender.send(b"after")

    assert File.objects.count() == 2
    assert sender.head(url).status_code == 200
    Draft.objects.all().delete()
    Loop().round()
    assert File.objects.count() == 2

    long_ago = timezone.now() - timedelta(days=366)
    Request.objects.update(
        status="withdrawn", outcome="withdrawn", outcome_on=long_ago.date(), closed_at=long_ago, due_at=None
    )
    erase_old()
    assert (Request.objects.count(), File.objects.count(), Segment.objects.count()) == (0, 0, 0)


def test_an_open_status_page_stays_open_while_a_file_comes(patient, client):
    request = patient.ask()
    inquiry = Inquiry.objects.create(
        id=request.pk, request=request, cookie_hash="0" * 64, asked_at=timezone.now(), opened_at=timezone.now()
    )
    from intake import inquiries

    token = inquiries.new_token()
    Inquiry.objects.filter(pk=inquiry.pk).update(cookie_hash=inquiries._hash(token))
    client.cookies[inquiries.COOKIE] = token
    sender = Sender(client, "request-status")
    begun = timezone.now()
    url = sender.begin(100)["Location"]

    for number in range(4):
        with time_machine.travel(begun + timedelta(minutes=25 * (number + 1))):
            assert sender.patch(url, b"a" * 10, 10 * number).status_code == 204
            Loop().round()
    with time_machine.travel(begun + timedelta(minutes=135)):
        assert sender.patch(url, b"a" * 10, 40).status_code == 403


def test_what_came_whole_for_a_request_that_was_sent_stays(patient, client):
    sender = Sender(client)
    patient.answer_all()
    whole = sender.send(pdf(), "report.pdf")
    begun = sender.begin(100)["Location"]
    patient.send()

    refused = sender.end(whole)
    by_button = client.post(f"{whole}remove/")

    assert (refused.status_code, by_button.status_code) == (403, 403)
    assert "please call us" in refused.content.decode()
    assert "This file stays" in by_button.content.decode()
    assert sender.end(begun).status_code == 204
    assert File.objects.get().size == len(pdf())
    page = BeautifulSoup(client.get("/appointments/files/").content, "html.parser")
    assert [len(row.select(".file-remove")) for row in page.select(".files-list > li")] == [0]
