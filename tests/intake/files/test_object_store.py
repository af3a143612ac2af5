"""Sealed files in an object store: one object for each segment, and none on the disk; moto's server plays the store."""

import logging
import os
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from types import SimpleNamespace

import boto3
import pytest
import time_machine
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from housekeeping.loop import Loop
from intake.files import forgetting
from intake.files.segments import SEGMENT, Reading
from intake.models import File, Segment
from publishing import files
from tests import make
from tests.intake.checking.odd_files import pdf
from tests.intake.files.sending import Sender

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def store(settings, monkeypatch):
    """A store with an empty bucket, which the site uses; it can be stopped and started again."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _host, port = server.get_host_and_port()
    with closing(HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("POST", "/moto-api/reset")  # it keeps what servers before it held
        connection.getresponse().read()
    url = f"http://127.0.0.1:{port}"
    bucket = boto3.resource("s3", endpoint_url=url, region_name="us-east-1").create_bucket(Bucket="spine")
    options = {"bucket_name": "spine", "location": "site/sealed", "endpoint_url": url, "region_name": "us-east-1"}
    sealed = {"BACKEND": "spineinfo.object_store.ObjectStore", "OPTIONS": options}
    media = {**sealed, "OPTIONS": {**options, "location": "site/media"}}
    settings.STORAGES = {**settings.STORAGES, "sealed": sealed, "default": media}
    for name in ("sealed", "default"):
        storages._storages.pop(name, None)
    yield SimpleNamespace(bucket=bucket, server=server, keys=lambda: [each.key for each in bucket.objects.all()])
    server.stop()
    storages._storages.pop("default", None)


@pytest.fixture
def sender(patient, client, store):
    patient.answer("signs")
    return Sender(client)


def test_each_segment_is_an_object_and_nothing_stands_on_the_disk(
    sender, store, sealed_folder, django_capture_on_commit_callbacks
):
    data = os.urandom(SEGMENT + 700_001)

    with django_capture_on_commit_callbacks(execute=True):
        sender.send(data, name="Zebulon.dcm", at_once=SEGMENT)

    file = File.objects.get()
    assert Reading(file).readall() == data
    assert sorted(store.keys()) == sorted(f"site/sealed/{segment.blob}" for segment in file.segments.all())
    assert len(store.keys()) == 2
    held = [each.get()["Body"].read() for each in store.bucket.objects.all()]
    assert not any(data[:50] in sealed or data[-50:] in sealed for sealed in held)
    assert "Zebulon" not in str([each.Object().metadata for each in store.bucket.objects.all()])
    assert not sealed_folder.exists()


def test_staff_get_what_a_patient_sent(patient, client, store, coordinator):
    patient.answer_all()
    Sender(client).send(pdf(), name="report.pdf")
    asked = patient.ask()
    Loop().round()

    answer = make.signed_in(client, coordinator).get(f"/admin/intake/request/{asked.pk}/files/{File.objects.get().pk}/")

    assert b"".join(answer.streaming_content) == pdf()


def test_while_the_store_is_away_what_came_stays_and_the_patient_is_told_to_go_on_later(sender, store, caplog):
    data = os.urandom(SEGMENT + 1000)
    url = sender.begin(len(data), "Zebulon.dcm")["Location"]
    assert sender.patch(url, data[:SEGMENT]).status_code == 204
    store.server.stop()

    told = sender.patch(url, data[SEGMENT:], SEGMENT)
    form = sender.client.post("/appointments/upload/form/", {"files": [SimpleUploadedFile("a.pdf", pdf())], "end": "1"})

    assert (told.status_code, told["Retry-After"]) == (503, "5")
    assert "could not store this just now" in told.content.decode()
    assert (form.status_code, "could not store this just now" in form.content.decode()) == (400, True)
    assert sender.head(url)["Upload-Offset"] == str(SEGMENT)
    assert "Zebulon" not in caplog.text
    assert Segment.objects.count() == 1


def test_a_store_that_refuses_is_as_one_that_is_away(sender, store):
    url = sender.begin(10)["Location"]
    store.bucket.delete()

    assert sender.patch(url, b"0123456789").status_code == 503
    assert sender.head(url)["Upload-Offset"] == "0"


def test_objects_of_nobody_and_of_erased_requests_go(
    patient, client, store, coordinator, django_capture_on_commit_callbacks
):
    patient.answer_all()
    Sender(client).send(pdf(), name="report.pdf")
    asked = patient.ask()
    storages["sealed"].save("aa/of-nobody", SimpleUploadedFile("a", b"sealed"))
    before = store.keys()

    forgetting.sweep()
    early = store.keys()
    with time_machine.travel(timezone.now() + timedelta(hours=7)):
        forgetting.sweep()
    swept = store.keys()
    with django_capture_on_commit_callbacks(execute=True):
        forgetting.erase_of(asked.pk)

    assert (len(before), len(early), len(swept)) == (2, 2, 1)
    assert "site/sealed/aa/of-nobody" not in swept
    assert store.keys() == []


def test_pictures_of_pages_are_stored_once_and_answered_while_readers_can_see_them(client, store, caplog):
    figure = make.published(make.figure())
    make.published(make.article(image=figure))
    (name, *_more) = files.names_in(figure.picture)
    address = files.address(name)

    shown = client.get(address)
    kept = store.keys()
    files.store(shown.content, name.rpartition(".")[2])
    store.server.stop()
    away = client.get(address)

    assert (shown.status_code, shown["Content-Type"]) == (200, files.content_type(name))
    assert f"site/media/{name}" in kept
    assert (away.status_code, away["Retry-After"], away["Cache-Control"]) == (503, "5", "no-store")
    assert "store is away" in caplog.text
