"""The hospital's key service can keep the key to patients' requests; a stand-in for AWS's plays it here."""

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from django.core.management import CommandError, call_command
from moto import mock_aws

from intake import kms, sealing
from spineinfo.keys import make_missing
from tests import make

pytestmark = pytest.mark.once

REGION = "us-east-1"


@pytest.fixture
def service(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield boto3.client("kms", region_name=REGION)


@pytest.fixture
def new_key(service):
    """A function that makes a key of the service and gives its address."""
    return lambda: f"aws-kms://{service.create_key()['KeyMetadata']['Arn']}"


@pytest.fixture
def keyset(settings, tmp_path):
    make_missing(tmp_path, {})
    settings.INTAKE_KEYSET = tmp_path / "intake.keyset"
    sealing._site_key_of.cache_clear()
    yield settings.INTAKE_KEYSET
    sealing._site_key_of.cache_clear()


def reload():
    sealing._site_key_of.cache_clear()


def test_a_sealed_keyset_opens_what_it_sealed_before_and_holds_no_key(keyset, new_key, settings, capsys):
    key = sealing.new_key(b"row")
    before = keyset.read_text(encoding="utf-8")
    settings.INTAKE_KMS_URI = new_key()
    call_command("seal_keyset")
    reload()

    assert sealing.unseal(key, sealing.seal(key, b"words", b"row"), b"row") == b"words"
    assert kms.is_sealed(keyset.read_text(encoding="utf-8"))
    assert before != keyset.read_text(encoding="utf-8")
    assert keyset.stat().st_mode & 0o777 == 0o600
    call_command("seal_keyset")
    assert "No change" in capsys.readouterr().out


def test_another_key_of_the_service_opens_nothing(keyset, new_key, settings):
    settings.INTAKE_KMS_URI = new_key()
    call_command("seal_keyset")
    settings.INTAKE_KMS_URI = new_key()
    reload()

    with pytest.raises(kms.Unreachable, match="INTAKE_KMS_URI"):
        sealing.new_key(b"row")


@pytest.mark.parametrize(
    "uri", ["aws-kms://arn:aws:kms:us-east-1:123456789012:key/none", "aws-kms://nonsense", "other://key"]
)
def test_a_key_that_is_not_there_changes_nothing_and_says_what_to_check(keyset, service, settings, uri):
    before = keyset.read_bytes()
    settings.INTAKE_KMS_URI = uri

    with pytest.raises(CommandError, match="Nothing was changed.*check the address"):
        call_command("seal_keyset")

    assert keyset.read_bytes() == before


def test_a_service_that_is_away_is_an_error_and_no_wrong_text(keyset, new_key, settings, monkeypatch):
    settings.INTAKE_KMS_URI = new_key()
    call_command("seal_keyset")
    reload()

    def away(*args, **kwargs):
        raise EndpointConnectionError(endpoint_url="https://kms.example")

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", away)

    with pytest.raises(kms.Unreachable):
        sealing.new_key(b"row")


def test_a_keyset_that_is_not_sealed_yet_is_no_use_to_the_service(keyset, new_key, settings):
    settings.INTAKE_KMS_URI = new_key()
    reload()

    with pytest.raises(kms.Unreachable):
        sealing.new_key(b"row")


@pytest.mark.django_db
def test_the_key_in_a_sealed_keyset_changes_and_the_file_stays_sealed(keyset, new_key, settings, tmp_path):
    settings.INTAKE_KMS_URI, settings.DATA = new_key(), tmp_path
    call_command("seal_keyset")
    made = make.request("My back hurts.")
    before = bytes(made.key)
    call_command("rotate_keys", reason="The machine that held the keys was sold.", wait=0)
    made.refresh_from_db()

    assert kms.is_sealed(keyset.read_text(encoding="utf-8"))
    assert made.unsealed()["checked"]
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(before, made.words, made.bound)
