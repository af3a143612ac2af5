import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from glossary.models import Term
from publishing import actions, files
from publishing.drafts import Draft
from tests import make
from tests.forms import submitted

pytestmark = pytest.mark.django_db

ADD = "/admin/glossary/term/add/"
WORDS = {"title": "Metastasis", "slug": "metastasis", "meaning": "the spread of a tumor"}


@pytest.fixture
def admin(as_, editor):
    """The browser of an editor."""
    return as_(editor)


@pytest.fixture
def heard():
    """A published term that can be heard."""
    return make.published(make.term("Metastasis", slug="metastasis", recording=make.recording()))


def change(term):
    return reverse("admin:glossary_term_change", args=[term.pk])


def send(client, address, **values):
    return client.post(address, {**submitted(client.get(address)), **values})


def soup_of(response):
    return BeautifulSoup(response.content, "html.parser")


def errors(response):
    return " ".join(error.text for error in soup_of(response).select(".errorlist"))


def test_an_editor_uploads_a_recording_and_hears_it_in_the_form(admin):
    response = send(admin, ADD, **WORDS, upload=make.tone(), _save="")

    term = Term.objects.get()
    assert response.status_code == 302
    assert files.read(term.recording) == make.tone().read()
    player = soup_of(admin.get(change(term))).select_one(".field-listen audio")
    assert player["aria-label"] == "Hear “Metastasis”"
    assert admin.get(player["src"]).content == files.read(term.recording)


def test_a_recording_is_kept_replaced_and_removed(admin, heard):
    first = heard.recording

    send(admin, change(heard), meaning="Other words.", _save="")
    heard.refresh_from_db()
    assert (heard.meaning, heard.recording) == ("Other words.", first)

    send(admin, change(heard), upload=make.tone(0.1), without="on", _save="")
    heard.refresh_from_db()
    assert files.read(heard.recording) == make.tone(0.1).read()

    send(admin, change(heard), without="on", _save="")
    heard.refresh_from_db()
    assert heard.recording == ""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty. Choose the recording again."),
        (b"<!doctype html><script>alert(1)</script>", "Save it as MP3, M4A, Ogg or WAV"),
        (b"\x1aE\xdf\xa3 webm", "This is a video."),
        (make.tone(40).read(), "500 KB is the most"),
    ],
    ids=["empty", "html", "video", "large"],
)
def test_a_bad_upload_says_what_to_do_and_loses_nothing_typed(admin, content, words):
    response = send(admin, ADD, **WORDS, upload=SimpleUploadedFile("word.mp3", content, content_type="audio/mpeg"))

    assert not Term.objects.exists()
    assert words in errors(response)
    assert {name: submitted(response)[name] for name in WORDS} == WORDS


def test_a_good_upload_is_not_lost_when_something_else_is_wrong(admin):
    response = send(admin, ADD, **{**WORDS, "meaning": ""}, upload=make.tone())

    assert admin.get(soup_of(response).select_one(".field-listen audio")["src"]).status_code == 200
    admin.post(ADD, {**submitted(response), "meaning": "the spread", "_save": ""})
    assert files.read(Term.objects.get().recording) == make.tone().read()


def test_a_recording_that_was_kept_can_be_left_out(admin):
    response = send(admin, ADD, **{**WORDS, "meaning": ""}, upload=make.tone())

    admin.post(ADD, {**submitted(response), "meaning": "the spread", "without": "on", "_save": ""})

    assert Term.objects.get().recording == ""


def test_what_was_kept_for_another_form_or_made_up_is_not_taken(admin):
    figure_form = send(admin, "/admin/figures/figure/add/", title="", upload=make.drawing())

    for kept in ("nonsense", submitted(figure_form)["kept"]):
        Term.objects.all().delete()
        send(admin, ADD, **WORDS, kept=kept, _save="")
        assert Term.objects.get().recording == ""


@pytest.mark.parametrize("name", ["../../../etc/passwd", "..\\..\\a.mp3", "a\0b.wav", "x" * 300 + ".wav", ".htaccess"])
def test_names_of_files_are_of_no_consequence(admin, name):
    upload = make.tone()
    upload.name = name

    send(admin, ADD, **WORDS, upload=upload, _save="")

    assert Term.objects.get().recording == make.recording()


def test_a_changed_recording_is_an_unpublished_change_that_no_clinician_answers_for(as_, heard):
    before = Draft.of(heard).clinical_hash
    client = as_(make.user("Editor"))

    send(client, change(heard), upload=make.tone(0.1), _save="")

    heard.refresh_from_db()
    assert "recording" in soup_of(client.get(change(heard))).select_one(".publishing-state").text
    assert Draft.of(heard).clinical_hash == before


def test_readers_hear_a_recording_while_its_term_is_published(client, as_):
    draft = make.term(recording=make.recording())
    address = files.address(draft.recording)
    assert client.get(address).status_code == 404

    send(
        as_(make.user("Publisher")),
        reverse("admin:glossary_term_publish", args=[draft.pk]),
        change="New.",
        despite="A test.",
    )
    client.logout()
    assert client.get(address)["Content-Type"] == "audio/wav"

    actions.withdraw(draft, by=None, change="Said wrongly.")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("role", ["Clinician", "Publisher", "Administrator"])
def test_whoever_may_only_look_hears_it_and_cannot_send_another(as_, role, heard):
    client = as_(make.user(role))

    page = soup_of(client.get(change(heard)))

    assert page.select(".field-listen audio")
    assert not page.select("input[type=file], input[name=without]")
    assert client.post(change(heard), {**WORDS, "upload": make.tone()}).status_code == 403
