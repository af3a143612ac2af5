import os
import time

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from time_machine import travel

from conditions.importer.blocks import MAX_BYTES
from conditions.models import Condition
from publishing.models import Edition, Page
from tests import make
from tests.conditions.importer.documents import PLAIN
from tests.conftest import shared
from tests.forms import submitted

pytestmark = pytest.mark.django_db

IMPORT = "/admin/conditions/condition/import/"


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "DATA", tmp_path)
    return tmp_path


@pytest.fixture
def client_of_editor(as_, editor):
    return as_(editor)


def upload(client, content=PLAIN, name="slip.txt"):
    content = content if isinstance(content, bytes) else content.encode()
    return client.post(IMPORT, {"document": SimpleUploadedFile(name, content)})


def kept(data):
    return list((data / "imports").iterdir())


def messages(response):
    return [str(message) for message in response.context["messages"]]


def test_the_list_of_conditions_offers_the_import(client_of_editor):
    page = client_of_editor.get(reverse("admin:conditions_condition_changelist")).content.decode()

    assert f'href="{IMPORT}"' in page


@pytest.mark.parametrize("role", ["Clinician", "Publisher", "Coordinator", None])
def test_who_may_not_add_conditions_may_not_import(as_, role):
    client = as_(make.user(role))

    assert client.get(IMPORT).status_code == 403
    assert upload(client).status_code == 403
    assert client.post(IMPORT, {"ticket": "x"}).status_code == 403


def test_a_stranger_is_sent_to_sign_in(client):
    assert client.get(IMPORT).status_code == 302
    assert upload(client).headers["Location"].startswith("/admin/login/")


def test_the_report_is_shown_before_anything_is_saved(client_of_editor, data):
    response = upload(client_of_editor)

    page = response.content.decode()
    assert "New condition “Slipping Vertebra”." in page
    assert "Nothing has been saved yet." in page
    assert "line 12: “Symptoms” was set here." in page
    assert "X-ray (test)" in page
    assert not Page.objects.exists()
    assert [file.stat().st_mode & 0o777 for file in kept(data)] == [0o600]


def test_the_second_step_imports_what_was_shown(client_of_editor, data):
    form = submitted(upload(client_of_editor))

    response = client_of_editor.post(IMPORT, form, follow=True)

    condition = Condition.objects.get()
    assert response.redirect_chain == [(reverse("admin:conditions_condition_change", args=[condition.pk]), 302)]
    assert messages(response) == ["New condition “Slipping Vertebra”."]
    assert condition.test_rows.count() == 3
    assert not Edition.objects.exists()
    assert kept(data) == []
    assert LogEntry.objects.get().get_change_message() == "Imported from slip.txt."


def test_the_reference_page_can_be_uploaded(client_of_editor):
    content = shared("reference/metastatic-tumor.txt").read_bytes()

    form = submitted(upload(client_of_editor, content, "metastatic-tumor.txt"))
    client_of_editor.post(IMPORT, form)

    assert Condition.objects.get().physician_rows.count() == 8


def test_a_document_of_five_megabytes_survives_both_steps(client_of_editor):
    content = f"<h1>Slip</h1><p>It slips.</p><script>{'x' * (MAX_BYTES - 60)}</script>"

    form = submitted(upload(client_of_editor, content, "slip.html"))
    client_of_editor.post(IMPORT, form)

    assert 0 <= MAX_BYTES - len(content) < 20
    assert Condition.objects.get().overview == "<p>It slips.</p>"


def test_a_ticket_works_once(client_of_editor):
    form = submitted(upload(client_of_editor))
    client_of_editor.post(IMPORT, form)

    again = client_of_editor.post(IMPORT, form, follow=True)

    assert messages(again)[-1] == "The document is no longer kept here. Choose it again."
    assert Condition.objects.count() == 1


def test_a_ticket_is_for_its_owner_alone(client_of_editor, as_):
    form = submitted(upload(client_of_editor))

    response = as_(make.user("Editor")).post(IMPORT, form, follow=True)

    assert messages(response) == ["The document is no longer kept here. Choose it again."]
    assert not Page.objects.exists()


def test_a_forged_ticket_is_refused(client_of_editor):
    form = submitted(upload(client_of_editor))

    response = client_of_editor.post(IMPORT, form | {"ticket": form["ticket"][:-1] + "x"}, follow=True)

    assert messages(response) == ["The document is no longer kept here. Choose it again."]


def test_a_ticket_and_its_document_last_an_hour(client_of_editor, data):
    with travel(time.time() - 2 * 60 * 60):
        upload(client_of_editor)
        form = submitted(upload(client_of_editor))
    for file in kept(data):
        os.utime(file, (time.time() - 7200, time.time() - 7200))

    response = client_of_editor.post(IMPORT, form, follow=True)
    upload(client_of_editor, PLAIN, "slip.txt")

    assert messages(response) == ["The document is no longer kept here. Choose it again."]
    assert len(kept(data)) == 1


def test_a_condition_that_differs_is_shown_side_by_side_and_replaced_on_request(client_of_editor):
    condition = make.condition("Slipping Vertebra", slug="slipping-vertebra", causes="<p>Our own cause.</p>")

    shown = upload(client_of_editor)
    client_of_editor.post(IMPORT, submitted(shown) | {"replace": ""})

    page = shown.content.decode()
    assert "exists and differs" in page
    assert "<td><p>Our own cause.</p></td>" in page
    assert "<td><p>Worn joints are the usual cause. A small crack in the bone is another.</p></td>" in page
    condition.refresh_from_db()
    assert condition.causes.startswith("<p>Worn joints")


def test_a_condition_saved_meanwhile_is_shown_again_and_not_replaced(client_of_editor):
    condition = make.condition("Slipping Vertebra", slug="slipping-vertebra")
    form = submitted(upload(client_of_editor))
    condition.causes = "<p>A newer cause.</p>"
    condition.save()

    response = client_of_editor.post(IMPORT, form | {"replace": ""})
    now = client_of_editor.post(IMPORT, submitted(response) | {"replace": ""}, follow=True)

    assert messages(response) == ["Someone saved this condition meanwhile. This is how it stands now."]
    assert "A newer cause." in response.content.decode()
    assert messages(now) == ["“Slipping Vertebra” was replaced in the working copy."]


def test_a_condition_that_is_the_same_offers_nothing_to_import(client_of_editor):
    client_of_editor.post(IMPORT, submitted(upload(client_of_editor)))

    page = upload(client_of_editor).content.decode()

    assert "no change" in page
    assert 'name="ticket"' not in page


def test_who_may_only_add_conditions_replaces_none_and_adds_nothing_else(as_):
    person = make.user()
    names = ["add_condition", "view_condition"]
    person.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = as_(person)
    form = submitted(upload(client))

    refused = client.post(IMPORT, form)
    make.condition("Slipping Vertebra", slug="slipping-vertebra")
    shown = upload(client).content.decode()

    assert refused.status_code == 403
    assert Page.objects.count() == 1
    assert 'name="replace"' not in shown


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "slip.txt", "The submitted file is empty."),
        (b"\x00\x01", "slip.txt", "line 1: this is a binary file, not a text"),
        (b"Symptoms\n\nIt hurts.", "slip.txt", "line 1: no title was found"),
        (b"words", "slip.docx", "this is not a Word document (.docx)"),
        (b"words", "slip.pdf", ".pdf can&#x27;t be read"),
        (b"Slip\nSummary: " + b"x" * 170 + b"\n", "slip.txt", "at most 160 characters"),
        (b"x" * (MAX_BYTES + 1), "slip.txt", "The file is larger than 5 MB."),
    ],
)
def test_a_bad_upload_is_refused_beside_the_field(client_of_editor, data, content, name, message):
    response = upload(client_of_editor, content, name)

    assert response.status_code == 200
    assert message in response.content.decode()
    assert not (data / "imports").exists()
    assert not Page.objects.exists()


def test_what_a_document_says_is_shown_escaped(client_of_editor):
    text = "<h1>Slip &lt;script&gt;</h1><p>x</p><h2>Recent News</h2><p>&lt;img src=x onerror=alert(1)&gt; no.</p>"

    page = upload(client_of_editor, text, "slip.html").content.decode()

    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt; no." in page
