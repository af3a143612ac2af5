import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from news.models import Article
from tests import make
from tests.forms import submitted

pytestmark = pytest.mark.django_db

ADD = "/admin/news/article/add/"


def address(name, page):
    return reverse(f"admin:news_article_{name}", args=[page.pk])


def test_an_editor_writes_an_article_with_those_it_is_about(as_, editor):
    condition = make.condition("Tumor")
    client = as_(editor)

    form = submitted(client.get(ADD)) | {"title": "Opening", "slug": "opening", "body": "<p>Come in.</p>"}
    form |= {"condition_rows-TOTAL_FORMS": "1", "condition_rows-0-condition": str(condition.pk)}
    response = client.post(ADD, form | {"_save": ""})

    article = Article.objects.get()
    assert response.status_code == 302
    assert [row.condition for row in article.condition_rows.all()] == [condition]
    shown = client.get(address("preview", article)).content.decode()
    assert "Come in." in shown
    assert "Preview: this is the working copy." in shown


def test_a_story_without_consent_is_refused_in_words_in_the_form(as_, publisher):
    article = make.article(kind_of="story")
    client = as_(publisher)

    form = submitted(client.get(address("publish", article)))
    response = client.post(address("publish", article), form | {"change": "First."})

    assert "consent on file" in response.content.decode()
    assert not article.editions.exists()


def test_a_draft_of_a_story_can_be_saved_before_consent(as_, editor):
    article = make.article(kind_of="story")
    client = as_(editor)

    form = submitted(client.get(address("change", article))) | {"body": "<p>I walk.</p>", "_save": ""}

    assert client.post(address("change", article), form).status_code == 302


def test_the_form_says_when_a_story_has_ended(as_, editor, time_machine):
    time_machine.move_to("2027-03-10 12:00 -0500")
    article = make.published(make.article(kind_of="story", consent_on="2027-01-01", consent_until="2027-03-10"))
    time_machine.move_to("2027-03-12 12:00 -0500")
    client = as_(editor)

    shown = client.get(address("change", article)).content.decode()
    listed = client.get(reverse("admin:news_article_changelist")).content.decode()

    assert "Patients have not seen this page since March 11, 2027, 12" in shown
    assert ">Ended</span>" in listed


def test_others_are_kept_out(as_, clinician, coordinator):
    article = make.article()

    assert as_(clinician).get(address("change", article)).status_code == 200
    assert as_(clinician).post(address("change", article), {}).status_code == 403
    assert as_(coordinator).get(address("change", article)).status_code == 403
    assert as_(clinician).get(address("publish", article)).status_code == 403


def test_queries_of_the_form_do_not_grow_with_its_rows(as_, editor, unnoted_use):
    article = make.article()
    client = as_(editor)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(address("change", article))
        return len(captured)

    article.condition_rows.create(condition=make.condition())
    queries()  # the first fills what is kept of content types
    few = queries()
    for position in range(1, 9):
        article.condition_rows.create(condition=make.condition(), position=position)

    assert queries() == few
