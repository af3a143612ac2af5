"""A browser without JavaScript sends files by a plain form; they are sealed as they are read."""

import os
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, FakePayload, encode_multipart

from intake.files import limits
from intake.files.segments import SEGMENT, Reading
from intake.models import DeskSettings, File
from tests.intake.patient import Patient

pytestmark = [pytest.mark.django_db, pytest.mark.once]
URL = "/appointments/upload/form/"


def named(name, data):
    return SimpleUploadedFile(name, data, "application/octet-stream")


def words(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").find("main").get_text().split())


def blobs(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def begun(patient):
    patient.answer("signs")
    return patient


def test_files_of_a_plain_form_come_and_are_read_as_they_were(begun, client):
    large, small = os.urandom(SEGMENT + 5), b"A report"

    response = client.post(URL, {"files": [named("scan.dcm", large), named("report.pdf", small)], "end": "1"})

    assert (response.status_code, response["Location"]) == (302, "/appointments/files/")
    files = File.objects.shown()
    assert [file.unsealed()["name"] for file in files] == ["scan.dcm", "report.pdf"]
    assert [Reading(file).readall() for file in files] == [large, small]
    assert {file.state for file in files} == {File.State.WHOLE}


def test_a_form_that_was_cut_off_keeps_nothing_and_says_so(begun, client, sealed_folder):
    response = client.post(URL, {"files": [named("scan.dcm", b"a" * 1000)]})

    assert response.status_code == 400
    assert "Your files did not come whole" in words(response)
    assert (File.objects.count(), blobs(sealed_folder)) == (0, [])


def test_a_form_of_another_site_keeps_nothing(begun, sealed_folder):
    client = Client(enforce_csrf_checks=True)
    client.cookies = begun.client.cookies

    response = client.post(URL, {"files": [named("scan.dcm", b"a" * 1000)], "end": "1"})

    assert response.status_code == 403
    assert (File.objects.count(), blobs(sealed_folder)) == (0, [])


def test_who_holds_no_request_keeps_nothing(department, client, sealed_folder):
    response = client.post(URL, {"files": [named("scan.dcm", b"a" * 1000)], "end": "1"})

    assert response.status_code == 302
    assert (File.objects.count(), blobs(sealed_folder)) == (0, [])


def test_what_may_not_come_is_named_and_the_rest_is_kept(begun, client, sealed_folder, monkeypatch):
    DeskSettings.objects.update(most_gigabytes=1)
    monkeypatch.setattr(limits, "GIGABYTE", 1500)

    response = client.post(
        URL,
        {"files": [named("one.pdf", b"a" * 1000), named("two.pdf", b"b" * 501), named("none.pdf", b"")], "end": "1"},
    )

    assert response.status_code == 400
    said = words(response)
    assert "two.pdf: This is more than the 1 GB" in said
    assert "none.pdf: This file is empty." in said
    assert [file.unsealed()["name"] for file in File.objects.all()] == ["one.pdf"]
    assert len(blobs(sealed_folder)) == 1


def test_a_form_without_a_file_says_what_to_do(begun, client):
    assert "No file was chosen" in words(client.post(URL, {"end": "1"}))


def test_a_file_is_taken_back_by_its_button(begun, client, sealed_folder, django_capture_on_commit_callbacks):
    client.post(URL, {"files": [named("scan.dcm", b"a" * 1000)], "end": "1"})
    url = f"/appointments/upload/{File.objects.get().pk}/remove/"
    other = Patient(Client(), "appointments")
    other.answer("signs")

    other.client.post(url)
    assert File.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url)["Location"] == "/appointments/files/"
    assert (File.objects.count(), blobs(sealed_folder)) == (0, [])


def clear_places(marker, folder):
    """The files with `marker` in them that the process has open or that lie in `folder`."""
    opened = {Path(os.readlink(link)) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()}
    return [path for path in {*opened, *folder.rglob("*")} if path.is_file() and marker in path.read_bytes()]


def test_nothing_is_written_in_clear_while_a_form_is_read(begun, client, tmp_path, monkeypatch):
    marker = b"MARKER-3f1c"
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    seen = []

    class Watched(FakePayload):
        def read(self, num_bytes=None):
            seen.extend(clear_places(marker, tmp_path))
            return super().read(num_bytes)

    body = encode_multipart(BOUNDARY, {"files": [named("scan.dcm", marker * 1_000_000)], "end": "1"})
    response = client.generic("POST", URL, body, MULTIPART_CONTENT, **{"wsgi.input": Watched(body)})

    assert response.status_code == 302
    assert File.objects.get().size == len(marker) * 1_000_000
    assert seen == []
    (tmp_path / "clear").write_bytes(marker)
    assert clear_places(marker, tmp_path) == [tmp_path / "clear"]  # it would have been seen
