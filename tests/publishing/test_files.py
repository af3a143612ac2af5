import datetime
import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import travel

from conditions.models import Condition
from publishing import actions, files
from publishing.models import EditionFile
from tests import make
from tests.constraints import broken

pytestmark = pytest.mark.django_db

SOUND = b"ID3 as if it were a recording"


@pytest.fixture
def sound(monkeypatch):
    """The name of a stored file that a condition may hold, in a field borrowed for it."""
    monkeypatch.setattr(Condition, "FILES", ("plural",))
    return files.store(SOUND, "mp3")


@pytest.fixture
def page(sound):
    return make.published(make.condition(plural=sound))


def test_the_same_bytes_are_stored_once_and_under_the_same_name(sound):
    assert files.store(SOUND, "mp3") == sound
    assert files.store(SOUND + b".", "mp3") != sound
    assert files.read(sound) == SOUND


def test_a_file_that_a_crash_cut_off_is_stored_anew():
    name = files.store(b"all of it", "ogg")
    default_storage.delete(name)
    default_storage.save(name, ContentFile(b"all"))

    assert files.store(b"all of it", "ogg") == name
    assert files.read(name) == b"all of it"


@pytest.mark.parametrize("ending", ["svg", "html", "", "../x", "JPG"])
def test_nothing_is_stored_that_could_not_be_answered_safely(ending):
    with pytest.raises(ValueError, match="is not among"):
        files.store(b"<svg/>", ending)


def test_names_are_found_at_any_depth_each_once_and_nothing_else_passes_for_one(sound):
    assert files.names_in({"a": [sound, {"b": sound}], "c": "words", "d": 3, "e": None}) == [sound]
    assert files.names_in([f"{sound}\n", f"../{sound}", sound.upper()]) == []


def test_readers_get_a_file_while_a_live_edition_holds_it(client, page, sound):
    response = client.get(files.address(sound))

    assert response.content == SOUND
    assert response["Content-Type"] == "audio/mpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "public, max-age=3600"
    assert "Vary" not in response
    assert not response.cookies


def test_a_file_costs_one_query_and_is_not_read_again_by_whoever_has_it(
    client, page, sound, django_assert_num_queries, monkeypatch
):
    tag = client.get(files.address(sound))["ETag"]
    monkeypatch.setattr(files, "read", None)

    with django_assert_num_queries(1):
        response = client.get(files.address(sound), headers={"if-none-match": tag})

    assert response.status_code == 304
    assert response["Cache-Control"] == "public, max-age=3600"


def test_no_working_row_decides_what_readers_get(client, page, sound):
    with CaptureQueriesContext(connection) as queries:
        client.get(files.address(sound))

    tables = re.findall(r'(?:FROM|JOIN) "(\w+)"', queries[0]["sql"])
    assert set(tables) == {"publishing_edition", "publishing_editionfile", "publishing_mention"}


def test_a_file_of_a_draft_is_not_for_readers(client, sound):
    make.condition(plural=sound)

    assert client.get(files.address(sound)).status_code == 404


def test_a_file_leaves_with_the_page_that_holds_it(client, page, sound):
    actions.withdraw(page, by=None, change="Out of date.")

    assert client.get(files.address(sound)).status_code == 404


def test_a_file_leaves_when_a_later_edition_holds_it_no_longer(client, page, sound):
    page.plural = ""
    page.save()
    make.published(page)

    assert client.get(files.address(sound)).status_code == 404


def test_a_file_stays_while_any_page_holds_it(client, page, sound):
    make.published(make.condition(plural=sound))

    actions.withdraw(page, by=None, change="Out of date.")

    assert client.get(files.address(sound)).content == SOUND


def test_a_file_of_a_planned_edition_waits_for_its_moment(client, sound):
    moment = timezone.now() + datetime.timedelta(hours=1)
    actions.publish(make.condition(plural=sound), by=None, change="Soon.", at=moment)

    assert client.get(files.address(sound)).status_code == 404
    with travel(moment):
        assert client.get(files.address(sound)).status_code == 200


def test_a_file_leaves_when_its_page_ends(client, sound, monkeypatch):
    end = timezone.now() + datetime.timedelta(hours=1)
    monkeypatch.setattr(Condition, "ends_at", lambda page: end)
    make.published(make.condition(plural=sound))

    assert client.get(files.address(sound)).status_code == 200
    with travel(end):
        assert client.get(files.address(sound)).status_code == 404


@pytest.mark.parametrize("role", ["Editor", "Clinician", "Publisher"])
def test_staff_who_look_at_drafts_get_their_files_and_no_cache_keeps_them(as_, sound, role):
    response = as_(make.user(role)).get(files.address(sound))

    assert response.content == SOUND
    assert response["Cache-Control"] == "private, no-store"


def test_other_staff_and_people_without_an_account_of_staff_get_no_draft(as_, sound):
    for person in (make.user("Coordinator"), make.user(), make.user("Editor", is_staff=False)):
        assert as_(person).get(files.address(sound)).status_code == 404


def test_a_published_file_is_public_for_staff_too(as_, page, sound):
    assert as_(make.user("Editor")).get(files.address(sound))["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize(
    "path",
    [
        "/media/",
        "/media/spineinfo.env",
        "/media/../spineinfo.env",
        "/media/%2e%2e%2fspineinfo.env",
        f"/media/{'0' * 32}.html",
        f"/media/{'0' * 32}.mp3/",
        f"/media/{'0' * 32}.mp3%0a",
        f"/media/{'A' * 32}.mp3",
    ],
)
def test_nothing_else_is_answered(admin_client, path):
    assert admin_client.get(path).status_code == 404


def test_a_file_lost_from_the_storage_is_missing_and_noted(client, page, sound, caplog):
    default_storage.delete(sound)

    assert client.get(files.address(sound)).status_code == 404
    assert f"The stored file {sound} is missing" in caplog.text


def test_only_reading_is_allowed(client, page, sound):
    head = client.head(files.address(sound))

    assert head.status_code == 200
    assert head["Content-Length"] == str(len(SOUND))
    assert head.content == b""
    assert client.post(files.address(sound)).status_code == 405


@pytest.mark.parametrize(
    ("asked", "status", "content", "said"),
    [
        ("bytes=0-2", 206, SOUND[:3], f"bytes 0-2/{len(SOUND)}"),
        ("bytes=4-", 206, SOUND[4:], f"bytes 4-{len(SOUND) - 1}/{len(SOUND)}"),
        ("bytes=-4", 206, SOUND[-4:], f"bytes {len(SOUND) - 4}-{len(SOUND) - 1}/{len(SOUND)}"),
        ("bytes=0-999", 206, SOUND, f"bytes 0-{len(SOUND) - 1}/{len(SOUND)}"),
        ("bytes=999-", 416, b"", f"bytes */{len(SOUND)}"),
        ("bytes=-0", 416, b"", f"bytes */{len(SOUND)}"),
        ("bytes=5-2", 200, SOUND, None),
        ("bytes=0-1,4-5", 200, SOUND, None),
        ("bytes=-", 200, SOUND, None),
        (f"bytes={'9' * 40}-", 200, SOUND, None),
        ("pages=1-2", 200, SOUND, None),
    ],
)
def test_a_player_gets_the_part_it_asks_for(client, page, sound, asked, status, content, said):
    response = client.get(files.address(sound), headers={"range": asked})

    assert (response.status_code, response.content, response.get("Content-Range")) == (status, content, said)


def test_a_part_of_another_version_is_not_given(client, page, sound):
    response = client.get(files.address(sound), headers={"range": "bytes=0-2", "if-range": '"another"'})

    assert response.content == SOUND


def test_a_file_is_not_compressed_again(client, monkeypatch):
    monkeypatch.setattr(Condition, "FILES", ("plural",))
    name = files.store(b"a" * 1000, "webp")
    make.published(make.condition(plural=name))

    response = client.get(files.address(name), headers={"accept-encoding": "gzip"})

    assert "Content-Encoding" not in response
    assert response.content == b"a" * 1000


def test_an_edition_names_a_file_once(page, sound):
    edition = page.editions.get()

    with broken("an_edition_names_a_file_once"):
        EditionFile.objects.create(edition=edition, name=sound)
