"""All content in one archive, and back on an empty site."""

import datetime
import json
import re
import shutil
import threading
from hashlib import sha256
from zipfile import ZIP_DEFLATED, ZipExtFile, ZipFile

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from conditions.models import Condition
from physicians.models import Location
from publishing import actions, files, reviewing
from publishing.drafts import Draft
from publishing.models import Edition, Page
from publishing.old_addresses import set_old_addresses
from publishing.preview_links import make_link
from publishing.revisions import keep
from publishing.takeout import content, reading
from record.models import Entry
from tests import make
from tests.publishing.test_concurrency import at_once

pytestmark = pytest.mark.django_db
LATER = datetime.timedelta(days=3)


@pytest.fixture
def archive(tmp_path):
    """The archive of a site with some of everything."""
    editor = make.user("Editor", username="ed", email="ed@hospital.example")
    clinician = make.user("Clinician", username="ada", first_name="Ada", last_name="Example")
    figure, portrait = make.figure("Drawing"), make.figure("Face", picture=make.figure("x").picture)
    person = make.physician("Sample", portrait=portrait)
    person.locations.add(Location.objects.create(name="East"), Location.objects.create(name="A west wing"))
    term, symptom = make.term("Lamina", recording=make.recording()), make.symptom("Numb toes")
    page = make.condition("Sciatica", slug="sciatica", overview="<p>It hurts “here”.</p>", owner=editor)
    page.physician_rows.create(physician=person, is_lead=True)
    page.symptom_rows.create(symptom=symptom, note="often")
    page.term_rows.create(term=term)
    page.figure_rows.create(figure=figure, part="overview")
    page.source_rows.create(source=make.source(), note="chapter 2")
    article = make.article("News")
    article.condition_rows.create(condition=page)
    for one in (figure, portrait, person, term, symptom, page, article, make.hub(), make.site(phone="212-555-0142")):
        keep(one, by=editor)
        actions.publish(one.concrete, by=editor, change="First.")
    words = Draft.of(page.concrete).clinical_hash
    reviewing.review(page, by=clinician, signed_as="Ada Example, MD", clinical_hash=words, decision="approved")
    page.overview = "<p>It hurts there.</p>"
    page.save()
    actions.publish(page.concrete, by=editor, change="A comma.", wording_only="A comma only.")
    page.slug = "leg-pain"
    page.save()
    actions.publish(page.concrete, by=None, change="Later.", at=timezone.now() + LATER)
    gone = make.published(make.treatment("Bed rest"))
    actions.withdraw(gone, by=editor, change="Outdated.")
    set_old_addresses(page, ["/condition/sciatica"], by=None)
    make_link(page, by=editor, days=7)
    make.condition("Never published")
    file = tmp_path / "content.zip"
    call_command("export_content", file)
    return file


@pytest.fixture
def written(request, tmp_path, kept={}):  # noqa: B006 - the archive is the same for all who only read it
    """The same archive, on a site that has no content."""
    if not kept:
        kept["data"] = request.getfixturevalue("archive").read_bytes()
        empty()
    file = tmp_path / "content.zip"
    file.write_bytes(kept["data"])
    return file


def empty():
    """Take everything from the site but its accounts, as it is before its first page."""
    with transaction.atomic(), connection.cursor() as cursor:  # whose end holds the rows together
        for model in (model for app in content.APPS for model in apps.get_app_config(app).get_models(True)):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
    assert not Page.objects.exists()


def forget_people():
    get_user_model().objects.filter(username__in=("ed", "ada")).delete()


def text_of(file, name):
    with ZipFile(file) as archive:
        return archive.read(name).decode()


def rewritten(file, name, change, fix_manifest=True):
    """A copy of the archive in which `change` was made to the bytes of `name`; None takes it out."""
    other = file.with_name("other.zip")
    with ZipFile(file) as old, ZipFile(other, "w", ZIP_DEFLATED) as new:
        manifest = json.loads(old.read("manifest.json"))
        for info in old.infolist():
            data = old.read(info)
            if info.filename == name:
                data = change(data)
                if fix_manifest and data is not None and name in manifest["files"]:
                    manifest["files"][name] = {"sha256": sha256(data).hexdigest(), "size": len(data)}
            if data is not None and info.filename != "manifest.json":
                new.writestr(info.filename, data)
        new.writestr("manifest.json", json.dumps(manifest))
    return other


ADDRESSES = ["/", "/conditions/", "/conditions/sciatica/", "/physicians/", "/glossary/", "/news/", "/symptoms/"]


def test_exported_imported_and_exported_again_it_is_the_same_to_the_byte(archive, tmp_path):
    before = {address: Client().get(address).content for address in ADDRESSES}
    moved = Client().get("/condition/sciatica")["Location"]
    ahead = timezone.now() + LATER + datetime.timedelta(minutes=1)
    planned = set(Edition.objects.live(ahead).values_list("page", "number", "live_from"))
    empty()
    forget_people()

    call_command("import_content", archive)
    call_command("export_content", tmp_path / "again.zip")

    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()
    nonces = re.compile(rb"nonce-[^']+'|csrfmiddlewaretoken[^>]+>")
    after = {address: Client().get(address).content for address in ADDRESSES}
    assert {a: nonces.sub(b"", html) for a, html in after.items()} == {a: nonces.sub(b"", b) for a, b in before.items()}
    assert Client().get("/condition/sciatica")["Location"] == moved == "/conditions/sciatica/"
    assert set(Edition.objects.live(ahead).values_list("page", "number", "live_from")) == planned


@pytest.mark.once
def test_people_come_along_as_closed_accounts_without_address_or_password(archive):
    held = "".join(text_of(archive, name) for name in ZipFile(archive).namelist() if name.endswith((".json", ".html")))
    hashes = list(get_user_model().objects.values_list("password", flat=True))
    empty()
    forget_people()

    call_command("import_content", archive)

    ada = get_user_model().objects.get(username="ada")
    assert "ed@hospital.example" not in held
    assert not [one for one in hashes if one in held]
    assert (ada.is_active, ada.has_usable_password(), ada.groups.count()) == (False, False, 0)
    assert ada.get_full_name() == "Ada Example"
    assert Condition.objects.get(title="Sciatica").owner.username == "ed"


@pytest.mark.once
def test_known_user_names_are_the_same_people_only_if_somebody_says_so(archive, tmp_path):
    empty()

    with pytest.raises(CommandError, match="user names ada, ed"):
        call_command("import_content", archive)
    nothing = Page.objects.exists()
    call_command("import_content", archive, "--same-people")

    assert not nothing
    assert get_user_model().objects.get(username="ed").is_active
    assert get_user_model().objects.filter(username="ed").count() == 1


@pytest.mark.once
def test_known_user_names_are_known_in_whatever_letters(written):
    forget_people()
    make.user(username="ED")

    with pytest.raises(CommandError, match="rename the accounts here first"):
        call_command("import_content", written)

    assert not Page.objects.exists()


def test_new_pages_are_counted_on_from_the_imported_ones(archive):
    highest = Page.objects.order_by("-pk").first().pk
    empty()
    call_command("import_content", archive, "--same-people")

    page = make.published(make.condition("New", overview="<p>Words.</p>"))

    assert page.pk > highest
    assert Client().get(page.get_absolute_url()).status_code == 200


@pytest.mark.once
def test_a_document_for_each_page_tells_what_it_says(archive):
    document = text_of(archive, "documents/condition/leg-pain.html")

    for words in ("<h1>Sciatica</h1>", "It hurts there.", "Ada Sample", "Numb toes – often", "chapter 2", "Lamina"):
        assert words in document
    names = [name for name in ZipFile(archive).namelist() if name.startswith("documents/")]
    assert len(names) == Page.objects.count()


def test_moments_keep_their_microseconds(archive):
    exported = json.loads(text_of(archive, "content/publishing.edition.json"))

    moments = {row["pk"]: row["fields"]["live_from"] for row in exported}
    assert moments == {e.pk: e.live_from.isoformat() for e in Edition.objects.all()}


@pytest.mark.once
def test_every_model_is_content_or_left_out_for_a_reason():
    labels = {model._meta.label_lower for app in content.APPS for model in apps.get_app_config(app).get_models()}

    assert labels == {content.label(model) for model in content.models()} | set(content.LEFT_OUT)
    assert all(len(reason) > 20 for reason in content.LEFT_OUT.values())


@pytest.mark.once
def test_no_file_is_overwritten_unasked_and_none_is_left_half_written(archive, tmp_path, monkeypatch):
    before = archive.read_bytes()
    with pytest.raises(CommandError, match="is there already"):
        call_command("export_content", archive)

    def full_disk():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("publishing.takeout.writing.documents", full_disk)
    with pytest.raises(CommandError, match="No space left on device"):
        call_command("export_content", archive, "--overwrite")

    assert archive.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["content.zip"]
    assert [row.outcome for row in Entry.objects.filter(kind="content").order_by("number")][-2:] == [
        "allowed",
        "failed",
    ]


@pytest.mark.once
def test_a_missing_stored_file_is_named_and_the_rest_exported(archive, tmp_path, capsys, monkeypatch):
    def missing(name):
        raise FileNotFoundError

    monkeypatch.setattr("publishing.files.read", missing)
    call_command("export_content", tmp_path / "more.zip")

    assert re.search(r"The stored file [0-9a-f]{32}\.\w+ is missing", capsys.readouterr().err)
    assert "files/" not in " ".join(ZipFile(tmp_path / "more.zip").namelist())


def replaced(old, new):
    return lambda data: data.replace(old.encode(), new.encode())


TAMPERED = [
    ("content/publishing.page.json", replaced("Sciatica", "Sciatics"), False, "was changed after the archive"),
    ("content/publishing.page.json", lambda data: data[:-9], False, "was changed after the archive"),
    ("content/publishing.page.json", lambda data: None, False, "lacks files"),
    ("content/publishing.page.json", replaced("publishing.page", "accounts.user"), True, "rows of another kind"),
    ("content/publishing.page.json", replaced('"slug": "leg-pain"', '"slug": "leg pain"'), True, "does not fit"),
    ("content/publishing.page.json", replaced('"slug": "leg-pain"', '"none": "leg-pain"'), True, "does not fit"),
    ("content/publishing.edition.json", replaced('"page": ', '"page": 99'), True, "does not fit"),
    ("content/publishing.edition.json", lambda data: b"[", True, "does not fit"),
    ("content/publishing.review.json", lambda data: json.dumps(json.loads(data) * 2).encode(), True, "does not fit"),
    ("content/conditions.treatment.json", lambda data: b"[]", True, "lacks the words of its kind"),
    ("content/conditions.condition.json", replaced("<p>It hurts there", "<p onclick=x>It hurts"), True, "no text may"),
    ("content/conditions.condition.json", replaced("<p>It hurts there", "<script></script><p>It"), True, "no text may"),
    ("people.json", lambda data: b"[", True, "does not fit"),
    (
        "people.json",
        replaced('"first_name": "', '"is_superuser": true, "first_name": "'),
        True,
        "more or less of people",
    ),
    ("people.json", replaced('"username": ', '"name": '), True, "more or less of people"),
]


@pytest.mark.once
@pytest.mark.parametrize(("name", "change", "is_signed", "said"), TAMPERED)
def test_what_was_tampered_with_or_damaged_is_refused_and_changes_nothing(written, name, change, is_signed, said):
    other = rewritten(written, name, change, is_signed)
    accounts = get_user_model().objects.count()

    with pytest.raises(CommandError, match=said):
        call_command("import_content", other, "--same-people")

    assert not Page.objects.exists()
    assert get_user_model().objects.count() == accounts


@pytest.mark.once
def test_links_that_no_form_would_take_are_refused(written):
    change = replaced('"publications_url": ""', '"publications_url": "javascript:alert(1)"')
    other = rewritten(written, "content/physicians.physician.json", change)

    with pytest.raises(CommandError, match="begins with https"):
        call_command("import_content", other, "--same-people")


@pytest.mark.once
def test_files_are_what_their_names_say_and_stay_in_their_folder(written, tmp_path):
    name = next(name for name in ZipFile(written).namelist() if name.startswith("files/"))
    changed = shutil.copy(rewritten(written, name, lambda data: data + b"x"), tmp_path / "changed.zip")
    outside = tmp_path / "outside.zip"
    with ZipFile(written) as old, ZipFile(outside, "w") as new:
        for info in old.infolist():
            data = old.read(info).replace(name.encode(), b"files/../../evil.jpg")
            new.writestr(info.filename.replace(name, "files/../../evil.jpg"), data)

    with pytest.raises(CommandError, match="is not what its name says"):
        call_command("import_content", changed, "--same-people")
    with pytest.raises(CommandError, match="lacks files or has some that don't belong"):
        call_command("import_content", outside, "--same-people")


def held_files(file):
    """The names of the stored files that the archive holds."""
    return [name.removeprefix("files/") for name in ZipFile(file).namelist() if name.startswith("files/")]


@pytest.fixture
def no_files(settings, tmp_path_factory):
    """A store of its own without a file: other tests store the same files meanwhile."""
    store = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path_factory.mktemp("media")}}
    settings.STORAGES = settings.STORAGES | {"default": store}


@pytest.mark.once
def test_an_import_stores_the_files_and_a_failed_one_leaves_none_of_them(written, monkeypatch, no_files):
    held = held_files(written)
    store, calls = files.store_from, []

    def full_at_the_second(file, name, size):
        calls.append(name)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return store(file, name, size)

    monkeypatch.setattr("publishing.files.store_from", full_at_the_second)
    with pytest.raises(CommandError, match="No space left on device"):
        call_command("import_content", written, "--same-people")
    monkeypatch.undo()
    left = [name for name in held if files.is_stored(name)]
    none_imported = not Page.objects.exists()
    call_command("import_content", written, "--same-people")

    assert len(calls) == 2
    assert left == []
    assert none_imported
    assert all(files.is_stored(name) for name in held)


@pytest.mark.once
def test_an_archive_without_a_file_that_its_content_names_is_refused(written, tmp_path):
    name = next(name for name in ZipFile(written).namelist() if name.startswith("files/"))
    other = tmp_path / "other.zip"
    with ZipFile(written) as old, ZipFile(other, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "manifest.json":
                manifest = json.loads(data)
                del manifest["files"][name]
                data = json.dumps(manifest)
            if info.filename != name:
                new.writestr(info.filename, data)

    with pytest.raises(CommandError, match=f"that its pages show: {name.removeprefix('files/')}"):
        call_command("import_content", other, "--same-people")

    assert not Page.objects.exists()


@pytest.mark.once
def test_an_export_without_a_file_is_imported_and_the_import_names_the_file(archive, no_files, tmp_path, capsys):
    held = held_files(archive)
    call_command("export_content", tmp_path / "more.zip")
    empty()
    capsys.readouterr()

    call_command("import_content", tmp_path / "more.zip", "--same-people")
    call_command("export_content", tmp_path / "again.zip")

    said = capsys.readouterr().err
    assert held
    assert all(f"written without the stored file {name}" in said for name in held)
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "more.zip").read_bytes()


@pytest.mark.once
@pytest.mark.parametrize("limit", ["MOST_BYTES", "MOST_FILES", "MOST_OF_MANIFEST"])
def test_what_no_import_would_take_is_not_exported(archive, tmp_path, monkeypatch, limit):
    monkeypatch.setattr(content, limit, 3)

    with pytest.raises(CommandError, match="no import would take that"):
        call_command("export_content", tmp_path / "more.zip")

    assert [file.name for file in tmp_path.iterdir()] == ["content.zip"]


@pytest.mark.once
def test_what_is_exported_at_the_limits_is_imported(archive, monkeypatch, tmp_path):
    with ZipFile(archive) as held:
        manifest = held.getinfo("manifest.json").file_size
        members = [info for info in held.infolist() if info.filename != "manifest.json"]
    monkeypatch.setattr(content, "MOST_BYTES", sum(info.file_size for info in members))
    monkeypatch.setattr(content, "MOST_FILES", len(members))
    monkeypatch.setattr(content, "MOST_OF_MANIFEST", manifest)
    call_command("export_content", tmp_path / "more.zip")
    empty()

    call_command("import_content", tmp_path / "more.zip", "--same-people")

    assert Page.objects.exists()


@pytest.mark.once
def test_files_are_imported_a_piece_at_a_time(written, no_files, monkeypatch):
    sizes, whole = [], ZipExtFile.read

    def read(member, most=-1):
        if member.name.startswith("files/"):
            sizes.append(most)
        return whole(member, most)

    monkeypatch.setattr(ZipExtFile, "read", read)
    call_command("import_content", written, "--same-people")

    assert sizes
    assert all(0 < most <= 256 * 1024 for most in sizes)


@pytest.mark.once
def test_an_archive_with_changed_bytes_on_disk_is_refused(written):
    with ZipFile(written) as archive:
        info = archive.getinfo("content/publishing.edition.json")
    data = bytearray(written.read_bytes())
    start = info.header_offset + 30 + len(info.filename)
    data[start : start + 8] = b"\xff" * 8  # a block of a kind that deflate does not have
    written.write_bytes(data)

    with pytest.raises(CommandError, match="it is damaged"):
        call_command("import_content", written, "--same-people")


@pytest.mark.once
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda manifest: manifest.update(format=99), "another format"),
        (lambda manifest: manifest["migrations"].update(publishing="0001_first"), "Another version of SpineInfo"),
        (lambda manifest: manifest.update(migrations=[]), "its manifest can't be read"),
        (lambda manifest: manifest.pop("files"), "its manifest can't be read"),
        (lambda manifest: manifest["files"]["people.json"].update(size=10**12), "more than a site can have"),
        (lambda manifest: manifest["files"]["people.json"].update(size=1), "longer than the manifest says"),
        (lambda manifest: manifest["files"]["people.json"].update(size=-1), "its manifest can't be read"),
    ],
)
def test_a_manifest_of_another_kind_is_refused(written, tmp_path, change, said):
    other = tmp_path / "other.zip"
    with ZipFile(written) as old, ZipFile(other, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "manifest.json":
                manifest = json.loads(data)
                change(manifest)
                data = json.dumps(manifest)
            new.writestr(info.filename, data)

    with pytest.raises(CommandError, match=said):
        call_command("import_content", other, "--same-people")

    assert not Page.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not an archive" * 99])
def test_what_is_no_archive_is_refused(tmp_path, data):
    file = tmp_path / "content.zip"
    file.write_bytes(data)

    with pytest.raises(CommandError, match="no archive of export_content"):
        call_command("import_content", file)
    with pytest.raises(CommandError, match="no archive of export_content"):
        call_command("import_content", tmp_path / "missing.zip")


@pytest.mark.once
def test_a_site_with_content_takes_no_archive(archive):
    with pytest.raises(CommandError, match="has content already"):
        call_command("import_content", archive, "--same-people")


@pytest.mark.django_db(transaction=True)
def test_of_two_imports_at_once_one_is_refused_and_takes_no_file_of_the_other(written, no_files, monkeypatch):
    check, met, here = reading._check_is_empty, threading.Barrier(2), threading.local()

    def both_find_it_empty():
        check()
        if not hasattr(here, "was_asked"):
            here.was_asked = True
            met.wait(timeout=20)

    def take():
        try:
            call_command("import_content", written, "--same-people")
        except CommandError as error:
            return str(error)

    monkeypatch.setattr(reading, "_check_is_empty", both_find_it_empty)
    said = at_once(take, take)

    assert sorted(text is None for text in said) == [False, True]
    assert "has content already" in next(filter(None, said))
    assert all(files.is_stored(name) for name in held_files(written))


@pytest.mark.once
def test_both_are_on_record(archive):
    empty()
    call_command("import_content", archive, "--same-people")

    rows = Entry.objects.filter(kind="content").order_by("number")
    assert [(row.action, row.outcome) for row in rows] == [("export", "allowed"), ("add", "allowed")]


def test_the_sample_department_goes_to_another_site_and_comes_out_the_same(made_site, own_site, tmp_path):
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"

    exported = made_site.manage("export_content", str(first))
    imported = own_site.manage("import_content", str(first))
    again = own_site.manage("export_content", str(second))

    assert [run.returncode for run in (exported, imported, again)] == [0, 0, 0], imported.stderr
    assert "282 pages are imported." in imported.stdout
    assert second.read_bytes() == first.read_bytes()
