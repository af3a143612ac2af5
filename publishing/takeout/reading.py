import hashlib
import json
import uuid
from zipfile import BadZipFile, ZipFile

from django.contrib.auth import get_user_model
from django.core import serializers
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError, connection, transaction

from publishing import files
from publishing.models import Page
from record.models import Action
from record.noting import failures_noted, note

from . import content
from .writing import CONTENT

MOST_BYTES = 4 * 1024**3
MOST_FILES = 100_000
UNFIT = (DeserializationError, FieldDoesNotExist, ValidationError, ValueError, KeyError, TypeError)


class Refused(Exception):
    """The archive is not imported, and nothing is changed; the text says why and what to do."""


def read(path, *, by=None, same_people=False):
    """Put the content of the archive `path` on this site, which has none, and return how many pages it has.

    All of it is imported or nothing. Accounts that it names are made as closed ones; `same_people` says that those
    whose user names this site knows are the same people. Raises Refused.
    """
    try:
        with ZipFile(path) as archive:
            return _Reader(archive).read(by, same_people)
    except (BadZipFile, OSError, EOFError, NotImplementedError) as error:
        raise Refused("This is no archive of export_content, or it is damaged. Copy it again.") from error


class _Reader:
    def __init__(self, archive):
        self.archive = archive
        self.sums = {}

    def read(self, by, same_people):
        manifest = self._manifest()
        self.sums = manifest["files"]
        self._check_names()
        for name in self.sums:
            self._checked(name)
        _check_site(manifest)
        stored = [name for name in self.sums if name.startswith("files/")]
        for name in stored:
            self._store(name)
        return self._import(by, same_people)

    def _manifest(self):
        try:
            manifest = json.loads(self._bytes("manifest.json", MOST_BYTES))
            if manifest["format"] != content.FORMAT:
                raise Refused("Another version of SpineInfo wrote this archive in another format. Use that version.")
            sizes = [file["size"] for file in manifest["files"].values()]
            digests = [file["sha256"] for file in manifest["files"].values()]
            if not all(isinstance(size, int) and size >= 0 for size in sizes) or not all(map(str.isalnum, digests)):
                raise ValueError
            dict(manifest["migrations"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Refused("This is no archive of export_content: its manifest can't be read.") from error
        if sum(sizes) > MOST_BYTES or len(sizes) > MOST_FILES:
            raise Refused("The archive holds more than a site can have. It was not written by export_content.")
        return manifest

    def _check_names(self):
        """What the archive holds is what its manifest names, and each name is one of ours."""
        held = sorted(info.filename for info in self.archive.infolist() if info.filename != "manifest.json")
        wanted = [f"content/{content.label(model)}.json" for model in content.models()] + ["people.json"]
        others = set(self.sums) - set(wanted)
        known = all(name.startswith("documents/") or _is_file(name) for name in others)
        if held != sorted(self.sums) or not known or not set(wanted) <= set(self.sums):
            raise Refused("The archive lacks files or has some that don't belong to it. Copy it again, whole.")

    def _bytes(self, name, most):
        with self.archive.open(name) as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise Refused(f"{name} is longer than the manifest says: the archive is damaged. Copy it again.")
        return data

    def _checked(self, name):
        data = self._bytes(name, self.sums[name]["size"])
        if hashlib.sha256(data).hexdigest() != self.sums[name]["sha256"]:
            raise Refused(f"{name} was changed after the archive was written. Copy it again, or export anew.")
        return data

    def _store(self, name):
        name, ending = name.removeprefix("files/"), name.rpartition(".")[2]
        if files.store(self._checked(f"files/{name}"), ending) != name:
            raise Refused(f"files/{name} is not what its name says. Export anew.")

    @failures_noted()
    @transaction.atomic
    def _import(self, by, same_people):
        note(by, Action.ADD, CONTENT)
        self._make_people(same_people)
        try:
            for model in content.models():
                self._save_rows(model)
            connection.check_constraints()
            _count_on()
        except (*UNFIT, DatabaseError) as error:
            raise Refused(f"The content does not fit together, so nothing is imported: {error}") from error
        return Page.objects.count()

    def _make_people(self, same_people):
        people = get_user_model().objects
        named = json.loads(self._checked("people.json"))
        known = {person["username"] for person in named if people.filter(username=person["username"]).exists()}
        if known and not same_people:
            raise Refused(
                f"This site has accounts with the user names {', '.join(sorted(known))}, which the content names too. "
                "If they are the same people, add --same-people; else rename the accounts here first."
            )
        for person in named:
            if person["username"] not in known:
                account = get_user_model()(**person, is_active=False, email=f"{uuid.uuid4().hex}@example.invalid")
                account.set_unusable_password()
                account.save()

    def _save_rows(self, model):
        rows = json.loads(self._checked(f"content/{content.label(model)}.json"))
        if {row["model"] for row in rows} - {content.label(model)}:
            raise ValueError(f"{content.label(model)}.json holds rows of another kind")
        for row in serializers.deserialize("python", rows):
            if model is Page or model._meta.app_label != "publishing":  # what was published is as it was
                _check_words(row.object)
            row.save()


def _check_words(row):
    """Hold `row` to the rules of the fields of its own table, such as that a link begins with https://."""
    for field in row._meta.local_fields:
        if field.editable and not field.is_relation:
            field.run_validators(field.to_python(getattr(row, field.attname)))


def _is_file(name):
    start, _slash, rest = name.partition("/")
    return start == "files" and files.is_name(rest)


def _check_site(manifest):
    if any(model._base_manager.exists() for model in content.models()):
        raise Refused(
            "This site has content already. Import into a new one: an empty database and an empty folder of data, "
            "then manage.py first_run --without-sample."
        )
    here = content.migrations(connection)
    if manifest["migrations"] != here:
        other = sorted(app for app in here if manifest["migrations"].get(app) != here[app])
        raise Refused(
            f"Another version of SpineInfo wrote this archive ({', '.join(other)} differ). Import it with that "
            "version, then update."
        )


def _count_on():
    """Let new rows be counted on from the imported ones."""
    models = content.models()
    models += [field.remote_field.through for model in models for field in model._meta.local_many_to_many]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
