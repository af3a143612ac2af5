from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder

from record.models import Entry
from spineinfo import health


def test_a_running_site_says_so_without_its_database(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


def test_a_migrated_site_is_ready(client, db):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (200, b"ready\n")
    assert "no-store" in answer["Cache-Control"]


def test_a_site_whose_migrations_wait_is_not_ready(client, db):
    MigrationRecorder.Migration.objects.filter(app="accounts").order_by("pk").last().delete()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (503, b"migrations wait to be applied\n")


def test_a_site_without_its_database_is_not_ready(client, monkeypatch):
    def away(connection):
        raise OperationalError("connection refused at 192.0.2.1")

    monkeypatch.setattr(health, "MigrationExecutor", away)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (503, b"the database does not answer\n")


def test_a_site_that_cannot_write_its_record_is_not_ready(client, db, unwritable_record):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.content) == (503, b"the record can't be written\n")


def test_asking_whether_the_record_can_be_written_writes_nothing(client, db):
    client.get("/readyz")

    assert not Entry.objects.exists()


def test_health_is_only_read(client):
    assert client.post("/healthz").status_code == 405
    assert client.post("/readyz").status_code == 405
