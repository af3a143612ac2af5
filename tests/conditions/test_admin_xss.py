"""Hostile rich text through the door an editor uses: a raw POST, whatever the editor in the browser would do."""

import json

import pytest
from django.urls import reverse

from conditions.models import Condition
from publishing.richtext import RichTextField
from tests import make
from tests.conftest import shared
from tests.dangers import dangers
from tests.forms import submitted

pytestmark = [pytest.mark.django_db, pytest.mark.once]

BATCH = 40


def payloads():
    return [entry["payload"] for entry in json.loads(shared("corpus/xss_payloads.json").read_text())]


def batches():
    everything = payloads()
    assert len(everything) == 371
    return [everything[start : start + BATCH] for start in range(0, len(everything), BATCH)]


def pages_of(client, condition):
    yield "the form", client.get(reverse("admin:conditions_condition_change", args=[condition.pk]))
    yield "the preview", client.get(reverse("admin:conditions_condition_preview", args=[condition.pk]))
    yield "the public page", client.get(condition.get_absolute_url())
    yield "the list", client.get(reverse("admin:conditions_condition_changelist"))
    yield "the history", client.get(reverse("admin:conditions_condition_history", args=[condition.pk]))


def test_a_raw_post_of_hostile_text_is_inert_everywhere(as_, editor):
    condition = make.condition("Sciatica", slug="sciatica")
    client = as_(editor)
    address = reverse("admin:conditions_condition_change", args=[condition.pk])

    for batch in batches():
        form = submitted(client.get(address))
        form |= {field: "<p>before</p>" + "\n".join(batch) for field in Condition.TEXTS}
        assert client.post(address, form | {"_save": ""}).status_code == 302
        make.published(condition)

        for name, response in pages_of(client, condition):
            assert response.status_code == 200
            assert dangers(response) == [], name


def test_hostile_text_written_by_sql_is_inert_on_its_way_out(as_, editor):
    condition = make.published(make.condition("Sciatica", slug="sciatica"))
    client = as_(editor)

    for batch in batches():
        hostile = "<p>before</p>" + "\n".join(batch)
        Condition.objects.update(**dict.fromkeys(Condition.TEXTS, hostile))
        edition = condition.editions.get()
        condition.editions.update(content={**edition.content, **dict.fromkeys(Condition.TEXTS, hostile)})

        for name, response in pages_of(client, condition):
            assert dangers(response) == [], name


@pytest.mark.parametrize(
    "make_page",
    [
        make.symptom,
        make.diagnostic_test,
        make.treatment,
        make.physician,
        make.site,
        make.article,
        make.information,
    ],
    ids=lambda made: made.__name__,
)
def test_every_other_rich_text_is_held_to_the_same(as_, make_page):
    page = make_page()
    fields = [field.name for field in page._meta.get_fields() if isinstance(field, RichTextField)]
    assert fields
    client = as_(make.user(is_superuser=True))
    name = f"admin:{page._meta.app_label}_{page._meta.model_name}"
    address = reverse(f"{name}_change", args=[page.pk])
    everything = "<p>before</p>" + "\n".join(payloads())

    form = submitted(client.get(address)) | dict.fromkeys(fields, everything)
    assert client.post(address, form | {"_save": ""}).status_code == 302
    make.published(page)
    past_the_cleaner = dict.fromkeys(fields, everything)
    for written in ({}, past_the_cleaner):
        type(page).objects.filter(pk=page.pk).update(**written)
        edition = page.editions.get()
        page.editions.update(content={**edition.content, **written})

        for path in (address, reverse(f"{name}_preview", args=[page.pk]), page.get_absolute_url()):
            response = client.get(path)
            assert response.status_code == 200
            assert "before" in response.content.decode()
            assert dangers(response) == [], path
