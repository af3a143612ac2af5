"""What the desk gets of a patient's files: on record, streamed, and in a way that a browser does nothing with them."""

import io
import zipfile

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from housekeeping.loop import Loop
from intake.checking import apart
from intake.checking.look import look_at
from intake.models import File
from record.models import Action, Entry
from tests import make
from tests.intake.checking.odd_files import dicom, disc, jpeg, pdf
from tests.intake.files.sending import Sender

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def request_(patient, client, monkeypatch):
    """A request with a report, a disc in one ZIP file, two images of a folder, and a program."""
    # tests/intake/checking sees that a process apart finds the same.
    monkeypatch.setattr(apart, "look", lambda file, name: look_at(io.BytesIO(file.read()), name).as_json())
    sender = Sender(client)
    patient.answer_all()
    for name, path, data in (
        ("report.pdf", "", pdf()),
        ("disc.zip", "", disc()),
        ("IM1", "CD/A/IM1", dicom("CT_small.dcm")),
        ("IM1", "CD/B/IM1", dicom("examples_rgb_color.dcm")),
        ("viewer.exe", "CD/viewer.exe", b"MZ\0\0"),
        ("page.jpg", "", jpeg()),
        ("page.jpg", "", jpeg(b"another")),
    ):
        url = sender.begin(len(data), name, path)["Location"]
        assert sender.patch(url, data).status_code == 204
    found = patient.ask()
    Loop().round()
    return found


@pytest.fixture
def desk(client, coordinator):
    return make.signed_in(client, coordinator)


def page(desk, request_):
    return BeautifulSoup(desk.get(f"/admin/intake/request/{request_.pk}/change/").content, "html.parser")


def test_the_desk_reads_what_came_and_what_was_found(desk, request_):
    lines = [" ".join(line.get_text(" ").split()) for line in page(desk, request_).select(".request-files > li")]

    assert [line.split()[0] for line in lines] == [
        *("report.pdf", "disc.zip", "IM1", "IM1", "viewer.exe", "page.jpg", "page.jpg"),
    ]
    assert "checked · not scanned for viruses" in lines[0]
    assert "Careful: 6 files were not scanned for viruses." in page(desk, request_).get_text()
    assert (
        "3 things in it are neither images nor reports, and are not given out DICOMDIR autorun.inf VIEWER/viewer.exe"
        in lines[1]
    )
    assert "Left out" in lines[4]


def test_images_are_listed_by_series_with_their_date_kind_and_count(desk, request_):
    series = [" ".join(one.get_text(" ").split()) for one in page(desk, request_).select(".request-series li")]

    assert series == [
        "MR August 26, 2004 1 image",
        "US August 26, 2004 1 image",
        "CT January 19, 2004 2 images",
    ]


def test_each_series_has_a_picture_of_its_middle(desk, request_):
    for image in page(desk, request_).select(".request-series img"):
        answer = desk.get(image["src"])

        assert answer["Content-Type"] == "image/png"
        assert "no-store" in answer["Cache-Control"]
        assert max(Image.open(io.BytesIO(answer.content)).size) <= 512
    assert desk.get(f"/admin/intake/request/{request_.pk}/series/99/").status_code == 404


def test_one_file_goes_out_as_an_attachment_that_a_browser_can_only_save(desk, request_):
    file = File.objects.shown()[0]

    answer = desk.get(f"/admin/intake/request/{request_.pk}/files/{file.pk}/")

    assert b"".join(answer.streaming_content) == pdf()
    assert answer["Content-Disposition"] == "attachment; filename*=UTF-8''report.pdf"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]
    assert Entry.objects.filter(action=Action.DOWNLOAD, key=request_.pk, detail=f"file {file.pk}").exists()


def test_all_files_go_out_as_one_archive_with_names_of_their_own(desk, request_):
    answer = desk.get(f"/admin/intake/request/{request_.pk}/files/all/")

    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            *("report.pdf", "disc.zip", "CD/A/IM1", "CD/B/IM1", "page.jpg", "page (2).jpg"),
        ]
        assert archive.read("CD/A/IM1") == dicom()
    assert answer["Content-Disposition"] == f"attachment; filename*=UTF-8''{request_.reference}.zip"
    assert Entry.objects.filter(action=Action.DOWNLOAD, key=request_.pk, detail="all 6 files").exists()


def test_what_is_left_out_of_an_archive_is_not_given_out(desk, request_):
    file = File.objects.shown()[1]

    alone = b"".join(desk.get(f"/admin/intake/request/{request_.pk}/files/{file.pk}/").streaming_content)
    together = b"".join(desk.get(f"/admin/intake/request/{request_.pk}/files/all/").streaming_content)

    with zipfile.ZipFile(io.BytesIO(together)) as archive:
        assert archive.read("disc.zip") == alone
    with zipfile.ZipFile(io.BytesIO(alone)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["DICOM/IM0001", "DICOM/IM0002", "report.pdf"]
        assert archive.read("DICOM/IM0001") == dicom("CT_small.dcm")
    assert b"autorun" not in together
    assert b"viewer.exe" not in together


def test_what_was_not_checked_or_is_of_another_request_is_not_given(desk, request_):
    refused = File.objects.get(state=File.State.REFUSED)
    other = make.file(make.request())

    for key in (refused.pk, other.pk):
        assert desk.get(f"/admin/intake/request/{request_.pk}/files/{key}/").status_code == 404


@pytest.mark.parametrize("role", ["Editor", "Clinician", "Publisher", "Administrator", "Privacy officer"])
def test_nobody_else_gets_a_file_and_it_is_on_record(client, request_, role):
    someone = make.signed_in(client, make.user(role))
    file = File.objects.shown()[0]

    for last in (f"files/{file.pk}/", "files/all/", "series/1/"):
        assert someone.get(f"/admin/intake/request/{request_.pk}/{last}").status_code == 403
    assert Entry.objects.filter(key=request_.pk, outcome="refused").count() == 3


def test_a_file_that_does_not_open_is_said_and_on_record_as_failed(desk, request_, sealed_folder):
    file = File.objects.shown()[0]
    File.objects.filter(pk=file.pk).update(words=b"changed")

    answer = desk.get(f"/admin/intake/request/{request_.pk}/files/{file.pk}/")

    assert answer.status_code == 500
    assert Entry.objects.filter(key=request_.pk, action=Action.DOWNLOAD, outcome="failed").exists()
    assert "its name can't be opened" in page(desk, request_).get_text()
