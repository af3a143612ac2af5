"""Where files stand with STORAGE_URL: in a bucket. Imported where it is set alone, for boto3 is large."""

from contextlib import contextmanager

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile
from storages.backends.s3 import S3Storage

GONE = ("404", "NoSuchKey", "NotFound")


class ObjectStore(S3Storage):
    """Files as objects of a bucket that nobody but the site reads; names are never given twice to other bytes.

    Where the store is away or refuses, OSError says so within some seconds, as of a disk; FileNotFoundError where there
    is no such object.
    """

    default_acl = None
    file_overwrite = True
    client_config = Config(
        connect_timeout=3,
        read_timeout=15,
        retries={"mode": "standard", "total_max_attempts": 2},
        signature_version="s3v4",
        request_checksum_calculation="when_required",  # not every store knows the newer checksums
        response_checksum_validation="when_required",
    )
    transfer_config = TransferConfig(use_threads=False)

    def _open(self, name, mode="rb"):
        if mode != "rb":
            raise ValueError("An object is written at once, by saving it.")
        with _as_of_a_disk(name):
            return ContentFile(self._object(name).get()["Body"].read(), name)

    def _save(self, name, content):
        with _as_of_a_disk(name):
            return super()._save(name, content)

    def delete(self, name):
        with _as_of_a_disk(name):
            super().delete(name)

    def exists(self, name):
        with _as_of_a_disk(name):
            return super().exists(name)

    def size(self, name):
        with _as_of_a_disk(name):
            return self._object(name).content_length

    def listed(self):
        """(name, when it was written) of each object there is."""
        start = f"{self.location.strip('/')}/" if self.location else ""
        with _as_of_a_disk(start):
            for each in self.bucket.objects.filter(Prefix=start):
                yield each.key.removeprefix(start), each.last_modified

    def _object(self, name):
        return self.bucket.Object(self._normalize_name(name))


@contextmanager
def _as_of_a_disk(name):
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in GONE and "Bucket" not in code:
            raise FileNotFoundError(name) from error
        raise OSError(f"The object store refuses: {code}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise OSError(f"The object store is away: {type(error).__name__}") from error
