import json

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from figures.models import Figure
from publishing import files
from tests import make
from tests.conftest import shared
from tests.forms import submitted

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ADD = "/admin/figures/figure/add/"
WORDS = {"title": "A disc", "alt": "A disc and a nerve.", "subject": "no_patient"}


@pytest.fixture
def admin(as_, editor):
    """The browser of an editor."""
    return as_(editor)


def change(figure):
    return reverse("admin:figures_figure_change", args=[figure.pk])


def send(client, address, **values):
    return client.post(address, {**submitted(client.get(address)), **values})


def errors(response):
    return " ".join(error.text for error in BeautifulSoup(response.content, "html.parser").select(".errorlist"))


def test_an_editor_uploads_a_figure(admin):
    response = send(admin, ADD, **WORDS, upload=make.drawing(1000, 500), _save="")

    figure = Figure.objects.get()
    assert response.status_code == 302
    assert figure.picture["width"] == 1000
    assert figure.slug.startswith("a-disc-")
    assert files.read(figure.picture["jpg"])


def test_a_figure_is_changed_without_its_picture_and_with_another(admin):
    figure = make.figure()
    before = dict(figure.picture)

    send(admin, change(figure), alt="Other words.", _save="")
    figure.refresh_from_db()
    assert (figure.alt, figure.picture) == ("Other words.", before)

    send(admin, change(figure), upload=make.drawing(900, 700), _save="")
    figure.refresh_from_db()
    assert figure.picture["width"] == 900


def test_a_figure_needs_a_picture_words_and_whom_it_shows(admin):
    response = send(admin, ADD, title="A disc")

    assert not Figure.objects.exists()
    assert "Choose a picture." in errors(response)
    assert "one of the two" in errors(response)
    assert "This field is required." in errors(response)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.jpg", b"", "This file is empty. Choose the picture again."),
        ("page.jpg", b"<!doctype html><script>alert(1)</script>", "not a picture that the site can read"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture that the site can read"),
        ("cut.png", b"\x89PNG\r\n\x1a\n", "Save it as JPEG, PNG or WebP"),
    ],
)
def test_a_bad_upload_says_what_to_do_and_loses_nothing_typed(admin, name, content, words):
    response = send(admin, ADD, **WORDS, caption="The disc bulges.", upload=SimpleUploadedFile(name, content))

    assert not Figure.objects.exists()
    assert words in errors(response)
    kept = submitted(response)
    assert {field: kept[field] for field in WORDS} == WORDS
    assert kept["caption"] == "The disc bulges."


def test_a_good_upload_is_not_lost_when_something_else_is_wrong(admin):
    response = send(admin, ADD, **{**WORDS, "title": ""}, upload=make.drawing(900, 700))

    shown = BeautifulSoup(response.content, "html.parser").select_one(".figure-preview")["src"]
    assert admin.get(shown).status_code == 200
    response = admin.post(ADD, {**submitted(response), "title": "A disc", "_save": ""})

    assert response.status_code == 302
    assert Figure.objects.get().picture["width"] == 900


@pytest.mark.parametrize("kept", ["nonsense", json.dumps({"width": 1, "height": 1, "webp": {}, "jpg": "x"})])
def test_a_made_up_picture_is_not_taken_for_one_that_was_kept(admin, kept):
    response = send(admin, ADD, **WORDS, kept=kept)

    assert "Choose a picture." in errors(response)
    assert not Figure.objects.exists()


def test_names_of_files_are_of_no_consequence(admin):
    names = json.loads(shared("corpus/naughty_strings.json").read_text(encoding="utf-8"))[::25]
    for name in ("../../../etc/passwd", "..\\..\\a.jpg", "a\0b.jpg", "x" * 300 + ".jpg", ".htaccess", *names):
        upload = make.drawing()
        upload.name = name or "unnamed"
        Figure.objects.all().delete()

        response = send(admin, ADD, **WORDS, upload=upload, _save="")

        assert response.status_code == 302, name
        assert set(files.names_in(Figure.objects.get().picture)) == set(files.names_in(make.figure().picture))


def test_the_list_shows_each_figure_and_the_form_who_uses_it(admin):
    figure = make.figure("A disc")
    make.condition("Sciatica").figure_rows.create(figure=figure)
    make.physician("Adler", portrait=figure)

    listed = BeautifulSoup(admin.get("/admin/figures/figure/").content, "html.parser")
    form = BeautifulSoup(admin.get(change(figure)).content, "html.parser")

    assert admin.get(listed.select_one(".figure-thumbnail")["src"]).status_code == 200
    assert form.select_one(".field-used_by .readonly").text == "Ada Adler (physician), Sciatica (condition)"


@pytest.mark.parametrize("role", ["Clinician", "Publisher", "Administrator"])
def test_whoever_may_only_look_sees_the_picture_and_cannot_send_another(as_, role):
    figure = make.figure()
    client = as_(make.user(role))

    page = BeautifulSoup(client.get(change(figure)).content, "html.parser")

    assert page.select(".figure-preview")
    assert not page.select("input[type=file]")
    assert client.post(change(figure), {**WORDS, "upload": make.drawing()}).status_code == 403


@pytest.mark.parametrize("role", ["Coordinator", None])
def test_others_are_kept_out(as_, role):
    figure = make.figure()
    client = as_(make.user(role))

    assert client.get(change(figure)).status_code == 403
    assert client.get("/admin/figures/figure/").status_code == 403


def test_a_figure_is_published_from_its_form(as_):
    figure = make.figure()
    make.published(make.article(image=figure))
    client = as_(make.user("Publisher"))
    address = reverse("admin:figures_figure_publish", args=[figure.pk])

    send(client, address, change="A first drawing.", despite="A test.")

    client.logout()
    assert client.get(files.address(figure.picture["jpg"])).status_code == 200


def test_a_refusal_to_publish_is_said_on_the_form(as_):
    figure = make.figure(subject="patient")
    client = as_(make.user("Publisher"))

    response = send(client, reverse("admin:figures_figure_publish", args=[figure.pk]), change="New.", despite="A test.")

    assert "needs the patient's consent on file" in errors(response)


def test_a_page_offers_to_publish_the_new_figures_it_shows(as_):
    figure, condition = make.figure("A disc"), make.condition(slug="shown", overview="<p>It hurts.</p>")
    condition.figure_rows.create(figure=figure)
    client = as_(make.user("Publisher"))

    send(client, reverse("admin:conditions_condition_publish", args=[condition.pk]), change="New.", despite="A test.")

    assert "<figure" in client.get("/conditions/shown/").content.decode()


def test_an_editor_puts_figures_on_pages(admin):
    figure = make.figure("A disc")
    condition, article, physician = make.condition(), make.article(), make.physician()

    send(
        admin,
        reverse("admin:conditions_condition_change", args=[condition.pk]),
        **{"figure_rows-TOTAL_FORMS": "1", "figure_rows-0-figure": figure.pk, "figure_rows-0-part": "causes"},
        **{"figure_rows-0-note": "Here.", "_save": ""},
    )
    send(admin, reverse("admin:news_article_change", args=[article.pk]), image=figure.pk, _save="")
    send(admin, reverse("admin:physicians_physician_change", args=[physician.pk]), portrait=figure.pk, _save="")

    row = condition.figure_rows.get()
    assert (row.figure, row.part, row.note) == (figure, "causes", "Here.")
    for page in (article, physician):
        page.refresh_from_db()
    assert article.image == physician.portrait == figure
