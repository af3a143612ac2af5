import hashlib
import json
import re
import uuid
import zlib
from zipfile import BadZipFile, ZipFile

from django.contrib.auth import get_user_model
from django.core import serializers
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError, connection, transaction

from publishing import files
from publishing.models import Page
from publishing.richtext import RichTextField, clean
from record.models import Action
from record.noting import failures_noted, note

from . import content
from .writing import CONTENT

PIECE = 256 * 1024
LOCK = 7_460_918_233  # of the advisory lock, chosen once
PERSON = {"username", "first_name", "last_name"}
UNFIT = (DeserializationError, FieldDoesNotExist, ValidationError, ValueError, KeyError, TypeError, AttributeError)
DAMAGED = (BadZipFile, OSError, EOFError, NotImplementedError, zlib.error, RuntimeError)  # the last: it is encrypted


class Refused(Exception):
    """The archive is not imported, and nothing is changed; the text says why and what to do."""


def read(path, *, by=None, same_people=False, tell=lambda missing: None):
    """Put the content of the archive `path` on this site, which has none, and return how many pages it has.

    All of it is imported or nothing. Accounts that it names are made as closed ones; `same_people` says that those
    whose user names this site knows are the same people. Before anything is written, `tell` gets the names of the files
    that pages show and that the export lacked too, unless this site has them. Raises Refused.
    """
    try:
        with ZipFile(path) as archive:
            return _Reader(archive).read(by, same_people, tell)
    except DAMAGED as error:
        raise Refused("This is no archive of export_content, or it is damaged. Copy it again.") from error


class _Reader:
    def __init__(self, archive):
        self.archive = archive
        self.sums = {}
        self.missing = []
        self.stored = []

    def read(self, by, same_people, tell):
        manifest = self._manifest()
        self.sums, self.missing = manifest["files"], manifest["missing"]
        self._check_names()
        self._check_sums()
        self._check_files()
        _check_version(manifest)
        _check_is_empty()  # asked again where it counts
        if lacking := [name for name in self.missing if not files.is_stored(name)]:
            tell(lacking)
        try:
            return self._import(by, same_people)
        except BaseException:
            for name in self.stored:
                files.forget(name)
            raise

    def _manifest(self):
        try:
            manifest = json.loads(self._bytes("manifest.json", content.MOST_OF_MANIFEST))
            if manifest["format"] != content.FORMAT:
                raise Refused("Another version of SpineInfo wrote this archive in another format. Use that version.")
            sizes = [file["size"] for file in manifest["files"].values()]
            digests = [file["sha256"] for file in manifest["files"].values()]
            if not all(isinstance(size, int) and size >= 0 for size in sizes) or not all(map(str.isalnum, digests)):
                raise ValueError
            if not isinstance(manifest["migrations"], dict) or not all(map(files.is_name, manifest["missing"])):
                raise ValueError
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Refused("This is no archive of export_content: its manifest can't be read.") from error
        if sum(sizes) > content.MOST_BYTES or len(sizes) > content.MOST_FILES:
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
            raise _longer(name)
        return data

    def _checked(self, name):
        data = self._bytes(name, self.sums[name]["size"])
        if hashlib.sha256(data).hexdigest() != self.sums[name]["sha256"]:
            raise Refused(f"{name} was changed after the archive was written. Copy it again, or export anew.")
        return data

    def _check_sums(self):
        for name, file in self.sums.items():
            digest = hashlib.sha256()
            for piece in self._pieces(name):
                digest.update(piece)
            if digest.hexdigest() != file["sha256"]:
                raise Refused(f"{name} was changed after the archive was written. Copy it again, or export anew.")

    def _pieces(self, name):
        """The bytes of `name`, a piece at a time: pictures and recordings are never all in memory."""
        left = self.sums[name]["size"]
        with self.archive.open(name) as file:
            while piece := file.read(PIECE):
                left -= len(piece)
                if left < 0:
                    raise _longer(name)
                yield piece

    def _check_files(self):
        """The stored files are those that the content names, and each is what its own name says."""
        named = set()
        for model in content.models():
            named.update(re.findall(files.NAME, self._checked(_rows_file(model)).decode(errors="replace")))
        held = {name.removeprefix("files/") for name in self.sums if name.startswith("files/")}
        if lacking := sorted(named - held - set(self.missing)):
            raise Refused(
                f"The archive lacks pictures or recordings that its pages show: {', '.join(lacking)}. "
                "Copy it again, or export anew."
            )
        if held | set(self.missing) != named or held & set(self.missing):
            raise Refused("The archive has pictures or recordings that no page names. Export anew.")
        for name in sorted(held):
            if files.name_of_pieces(self._pieces(f"files/{name}"), name.rpartition(".")[2]) != name:
                raise Refused(f"files/{name} is not what its name says. Export anew.")

    def _store_files(self):
        for name in self.sums:
            start, _slash, name = name.partition("/")
            if start == "files" and not files.is_stored(name):
                member = f"files/{name}"
                self.stored.append(name)
                try:
                    with self.archive.open(member) as file:
                        files.store_from(file, name, self.sums[member]["size"])
                except OSError as error:
                    raise Refused(
                        f"A file can't be stored: {error.strerror or error}. Nothing is imported; mend that first."
                    ) from error

    @failures_noted()
    @transaction.atomic
    def _import(self, by, same_people):
        note(by, Action.ADD, CONTENT)
        _wait_for_other_imports()
        _check_is_empty()
        try:
            self._make_people(same_people)
            for model in content.models():
                self._save_rows(model)
            connection.check_constraints()
            _check_kinds()
            _count_on()
        except (*UNFIT, DatabaseError) as error:
            raise Refused(
                f"The content does not fit together, so nothing is imported: {error}. Export it anew from its site."
            ) from error
        self._store_files()
        return Page.objects.count()

    def _make_people(self, same_people):
        people = get_user_model().objects
        named = json.loads(self._checked("people.json"))
        if any(person.keys() != PERSON for person in named):
            raise ValueError("people.json says more or less of people than their names")
        known = {person["username"] for person in named if people.named(person["username"])}
        if known and not same_people:
            raise Refused(
                f"This site has accounts with the user names {', '.join(sorted(known))}, which the content names too. "
                "If they are the same people, add --same-people; else rename the accounts here first."
            )
        for person in named:
            if person["username"] not in known:
                account = get_user_model()(**person, is_active=False, email=f"{uuid.uuid4().hex}@example.invalid")
                account.set_unusable_password()
                account.clean_fields()
                account.save()

    def _save_rows(self, model):
        rows = json.loads(self._checked(_rows_file(model)))
        if {row["model"] for row in rows} - {content.label(model)}:
            raise ValueError(f"{content.label(model)}.json holds rows of another kind")
        for row in serializers.deserialize("python", rows):
            if model is Page or model._meta.app_label != "publishing":  # what was published is as it was
                _check_words(row.object)
            row.save(force_insert=True)  # a key that is there twice is a fault, not a change


def _check_words(row):
    """Hold `row` to the rules of the fields of its own table, such as that a link begins with https://."""
    for field in row._meta.local_fields:
        if isinstance(field, RichTextField) and not _is_clean(getattr(row, field.attname)):
            raise ValidationError(
                f"“{field.verbose_name}” of {content.label(type(row))} {row.pk} holds what no text may; "
                "saving that page on its site takes it out"
            )
        if field.editable and not field.is_relation:
            field.run_validators(field.to_python(getattr(row, field.attname)))


def _is_clean(text):
    """Whether a save would leave `text` as it is, on a site at whatever address: that decides which links have rel."""
    return _without_rel(clean(text)) == _without_rel(text or "")


def _without_rel(text):
    return text.replace(' rel="noopener noreferrer"', "")


def _check_kinds():
    """Every page has its row of its own kind, which no constraint of the database demands."""
    kinds = Page.kinds().items()
    own = {(kind, key) for kind, model in kinds for key in model._base_manager.values_list("pk", flat=True)}
    if own != set(Page.objects.values_list("kind", "pk")):
        raise ValueError("a page lacks the words of its kind")


def _rows_file(model):
    return f"content/{content.label(model)}.json"


def _is_file(name):
    start, _slash, rest = name.partition("/")
    return start == "files" and files.is_name(rest)


def _longer(name):
    return Refused(f"{name} is longer than the manifest says: the archive is damaged. Copy it again.")


def _wait_for_other_imports():
    """Until this transaction ends, no other import looks whether the site is empty. On SQLite one writes at a time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _check_is_empty():
    if any(model._base_manager.exists() for model in content.models()):
        raise Refused(
            "This site has content already. Import into a new one: an empty database and an empty folder of data, "
            "then manage.py first_run --without-sample."
        )


def _check_version(manifest):
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
