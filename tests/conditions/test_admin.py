import re

import pytest
from bs4 import BeautifulSoup
from django.contrib.admin.sites import site
from django.urls import reverse

from conditions.models import Condition, ConditionPhysician
from publishing.models import Edition, Page
from tests import make
from tests.forms import submitted

pytestmark = [pytest.mark.django_db, pytest.mark.once]

CHANGE = "admin:conditions_condition_change"


def address(name, page):
    return reverse(f"admin:conditions_condition_{name}", args=[page.pk])


@pytest.fixture
def sciatica(db):
    condition = make.condition("Sciatica", slug="sciatica", overview="<p>Leg pain.</p>")
    for position, family_name in enumerate(("Able", "Baker", "Cole")):
        condition.physician_rows.create(physician=make.physician(family_name), position=position)
    return condition


def test_saving_touches_nothing_that_patients_read(as_, editor, sciatica):
    make.published(sciatica)
    client = as_(editor)

    form = submitted(client.get(address("change", sciatica)))
    client.post(address("change", sciatica), form | {"overview": "<p>Pain in the leg.</p>", "_save": ""})

    sciatica.refresh_from_db()
    assert sciatica.overview == "<p>Pain in the leg.</p>"
    assert Edition.objects.get().content["overview"] == "<p>Leg pain.</p>"


def test_two_rows_can_swap_their_targets(as_, editor, sciatica):
    client = as_(editor)
    able, baker, cole = (row.physician_id for row in sciatica.physician_rows.all())

    form = submitted(client.get(address("change", sciatica)))
    form["physician_rows-0-physician"], form["physician_rows-1-physician"] = str(baker), str(able)
    response = client.post(address("change", sciatica), form | {"_save": ""})

    assert response.status_code == 302
    assert [row.physician_id for row in sciatica.physician_rows.all()] == [baker, able, cole]


def test_rows_follow_their_order_numbers(as_, editor, sciatica):
    client = as_(editor)
    able, baker, cole = (row.physician_id for row in sciatica.physician_rows.all())

    form = submitted(client.get(address("change", sciatica)))
    form |= {f"physician_rows-{row}-position": str(place) for row, place in ((0, 3), (1, 1), (2, 2))}
    client.post(address("change", sciatica), form | {"_save": ""})

    assert [row.physician_id for row in sciatica.physician_rows.all()] == [baker, cole, able]


def test_an_entry_twice_is_refused_in_words(as_, editor, sciatica):
    client = as_(editor)
    first = sciatica.physician_rows.first().physician_id

    form = submitted(client.get(address("change", sciatica)))
    response = client.post(address("change", sciatica), form | {"physician_rows-1-physician": str(first), "_save": ""})

    assert "is in the list already" in response.content.decode()
    assert sciatica.physician_rows.count() == 3


def test_two_leads_are_refused_in_words(as_, editor, sciatica):
    client = as_(editor)

    form = submitted(client.get(address("change", sciatica)))
    form |= {"physician_rows-0-is_lead": "on", "physician_rows-2-is_lead": "on"}
    response = client.post(address("change", sciatica), form | {"_save": ""})

    assert "One can lead" in response.content.decode()
    assert not ConditionPhysician.objects.filter(is_lead=True).exists()


def test_a_save_over_a_newer_save_is_refused_and_shows_both_versions(as_, editor, sciatica):
    client = as_(editor)
    mine = submitted(client.get(address("change", sciatica)))
    sciatica.overview = "<p>Theirs.</p>"
    sciatica.save()
    sciatica.physician_rows.last().delete()

    mine |= {"overview": "<p>Mine.</p>", "_save": ""}
    response = client.post(address("change", sciatica), mine)

    shown = response.content.decode()
    assert response.status_code == 200
    assert "<td><p>Theirs.</p></td><td><p>Mine.</p></td>" in shown
    assert "Ada Cole" in shown
    assert Condition.objects.get().overview == "<p>Theirs.</p>"

    again = submitted(response)
    assert again["overview"] == "<p>Mine.</p>"
    assert again["physician_rows-2-physician"] == mine["physician_rows-2-physician"]
    over = re.search(r'name="over_version" value="(\d+)"', shown)[1]
    assert client.post(address("change", sciatica), again | {"over_version": over, "_save": ""}).status_code == 302
    assert Condition.objects.get().overview == "<p>Mine.</p>"
    assert sciatica.physician_rows.count() == 3


def test_both_versions_tell_rows_apart_that_name_the_same_entry(as_, editor, sciatica):
    first = sciatica.test_rows.create(test=make.diagnostic_test("MRI Scan"), group="first")
    client = as_(editor)
    stale = submitted(client.get(address("change", sciatica)))
    first.group = "further"
    first.save()
    sciatica.physician_rows.filter(position=1).update(is_lead=True)
    sciatica.save()

    shown = client.post(address("change", sciatica), stale | {"_save": ""}).content.decode()

    rows = BeautifulSoup(shown, "html.parser").select(".differences tbody tr")
    told = {row.th.text: [cell.get_text("|") for cell in row.select("td")] for row in rows}
    further, first_group = (first.Group(group).label for group in ("further", "first"))
    assert told["Tests"] == [f"MRI Scan ({further})", f"MRI Scan ({first_group})"]
    assert told["Physicians"] == ["Ada Able|Ada Baker (leads)|Ada Cole", "Ada Able|Ada Baker|Ada Cole"]


def test_hostile_words_are_inert_in_both_versions(as_, editor, sciatica):
    client = as_(editor)
    stale = submitted(client.get(address("change", sciatica)))
    Condition.objects.filter(pk=sciatica.pk).update(overview="<p>Theirs<script>alert(1)</script></p>")
    sciatica.refresh_from_db()
    sciatica.save(update_fields=["summary"])

    mine = {"overview": "<p onclick='alert(1)'>Mine<img src=x onerror=alert(1)></p>", "lay_words": "<b>bold</b>"}
    shown = client.post(address("change", sciatica), stale | mine | {"_save": ""}).content.decode()

    (both,) = BeautifulSoup(shown, "html.parser").select(".differences")
    assert not both.select("script, img, [onclick], td > b")
    assert {"Mine", "<b>bold</b>"} <= {cell.text for cell in both.select("td")}


def test_an_unchanged_save_counts_no_version(as_, editor, sciatica):
    client = as_(editor)
    version = Page.objects.get(pk=sciatica.pk).version

    client.post(address("change", sciatica), submitted(client.get(address("change", sciatica))) | {"_save": ""})

    assert Page.objects.get(pk=sciatica.pk).version == version


def test_publishing_asks_what_changed_and_takes_new_entries_along(as_, publisher, sciatica):
    client = as_(publisher)
    form = submitted(client.get(address("publish", sciatica)))

    refused = client.post(address("publish", sciatica), form)
    assert "Say in a few words what changed." in refused.content.decode()
    assert not Edition.objects.exists()

    client.post(address("publish", sciatica), form | {"change": "First edition.", "despite": "A test."})
    assert Edition.objects.count() == 4
    assert set(Edition.objects.values_list("made_by", flat=True)) == {publisher.pk}


def test_publishing_what_someone_changed_meanwhile_is_refused(as_, publisher, sciatica):
    client = as_(publisher)
    form = submitted(client.get(address("publish", sciatica)))
    sciatica.save()

    response = client.post(address("publish", sciatica), form | {"change": "First edition.", "despite": "A test."})

    assert "Someone saved this page after you opened it" in response.content.decode()
    assert not Edition.objects.exists()


def test_an_editor_has_no_way_to_publish(as_, editor, sciatica):
    client = as_(editor)

    shown = client.get(address("change", sciatica)).content.decode()

    assert address("publish", sciatica) not in shown
    assert client.get(address("publish", sciatica)).status_code == 403
    assert client.post(address("withdraw", sciatica), {"change": "No."}).status_code == 403


def test_the_form_says_what_is_unpublished_since_which_edition(as_, editor, sciatica):
    client = as_(editor)
    assert "Never published" in client.get(address("change", sciatica)).content.decode()

    make.published(sciatica)
    assert "Patients read what stands here: edition 1" in client.get(address("change", sciatica)).content.decode()

    sciatica.overview = "<p>New words.</p>"
    sciatica.save()
    shown = client.get(address("change", sciatica)).content.decode()
    assert "Unpublished changes since edition 1" in shown
    assert re.search(r"</strong>\s*overview\.", shown)


def test_queries_of_the_form_do_not_grow_with_its_rows(as_, editor, sciatica, unnoted_use):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_(editor)

    def queries(method="get"):
        data = submitted(client.get(address("change", sciatica)))
        with CaptureQueriesContext(
            connection,
        ) as captured:
            getattr(client, method)(address("change", sciatica), data if method == "post" else {})
        return len(captured)

    sciatica.source_rows.create(source=make.source())
    few = queries(), queries("post")
    for number in range(12):
        sciatica.physician_rows.create(physician=make.physician(f"More{number}"), position=number + 3)
        sciatica.symptom_rows.create(symptom=make.symptom(), position=number)
        sciatica.test_rows.create(test=make.diagnostic_test(), position=number)
        sciatica.treatment_rows.create(treatment=make.treatment(), position=number)
        sciatica.term_rows.create(term=make.term(), position=number)
        sciatica.warning_sign_rows.create(warning_sign=make.warning_sign(), position=number)
        sciatica.see_also_rows.create(see_also=make.condition(), position=number)
        sciatica.source_rows.create(source=make.source(), position=number + 1)
        sciatica.figure_rows.create(figure=make.figure(), position=number)
    many = queries(), queries("post")

    assert many == few
    assert few[0] <= 20


def test_a_published_page_can_only_be_withdrawn(as_, editor, publisher, sciatica):
    client = as_(editor)
    delete = reverse("admin:conditions_condition_delete", args=[sciatica.pk])
    assert client.get(delete).status_code == 200
    make.published(sciatica)

    assert client.post(delete, {"post": "yes"}).status_code == 403
    form = submitted(as_(publisher).get(address("withdraw", sciatica)))
    as_(publisher).post(address("withdraw", sciatica), form | {"change": "Out of date."})

    assert Condition.objects.exists()
    assert Edition.objects.latest("number").is_withdrawal


def test_the_editors_policy_is_loosened_on_its_form_alone(as_, editor, sciatica):
    client = as_(editor)

    form, listing = (
        client.get(address("change", sciatica)),
        client.get(reverse("admin:conditions_condition_changelist")),
    )

    assert "'unsafe-inline'" in form["Content-Security-Policy"]
    assert "'unsafe-inline'" not in listing["Content-Security-Policy"]


@pytest.mark.parametrize("key", ["²", "9" * 30, "-1", "x"])
def test_a_key_that_is_no_key_is_answered_in_words(as_, editor, sciatica, key):
    client = as_(editor)

    form = submitted(client.get(address("change", sciatica)))
    refused = client.post(address("change", sciatica), form | {"physician_rows-0-physician": key, "_save": ""})

    assert refused.status_code == 200
    assert "Select a valid choice" in refused.content.decode()
    assert client.post(f"/admin/conditions/condition/{key}/change/", form).status_code == 302


def test_every_inline_stands_after_a_fieldset_of_the_form():
    admin = site._registry[Condition]

    assert {inline.after for inline in admin.inlines} - {None} <= {name for name, _options in admin.fieldsets}


@pytest.mark.parametrize("role", ["Publisher", "Clinician", "Administrator"])
def test_whoever_may_only_look_reads_words_not_codes(as_, role, sciatica):
    sciatica.regions, sciatica.overview = ["lumbar", "sacral"], "<p>Pain in the <strong>leg</strong>.</p>"
    sciatica.save()
    client = as_(make.user(role))

    shown = client.get(address("change", sciatica)).content.decode()

    assert "Lumbar spine (lower back), Sacral spine (tailbone)" in shown
    assert "<p>Pain in the <strong>leg</strong>.</p>" in shown
    assert "Ada Able" in shown
    assert "{&#x27;name&#x27;" not in shown
    assert ">Remove<" not in shown
    assert '<input type="submit"' not in shown


def test_history_shows_who_published_what_when_and_why(as_, publisher, sciatica):
    client = as_(publisher)
    for why in ("First edition.", "A second thought."):
        sciatica.save()
        sciatica.title = why
        sciatica.save()
        form = submitted(client.get(address("publish", sciatica)))
        client.post(address("publish", sciatica), form | {"change": why, "despite": "A test."})

    shown = client.get(address("history", sciatica)).content.decode()

    assert shown.index("A second thought.") < shown.index("First edition.")
    assert publisher.username in shown
    assert "Published edition 2: A second thought." in shown


def test_a_stale_publish_can_be_finished_after_a_second_look(as_, publisher, sciatica):
    client = as_(publisher)
    form = submitted(client.get(address("publish", sciatica)))
    sciatica.overview = "<p>New.</p>"
    sciatica.save()

    refused = client.post(address("publish", sciatica), form | {"change": "Typed with care.", "despite": "A test."})
    again = submitted(refused)

    assert again["change"] == "Typed with care."
    assert client.post(address("publish", sciatica), again).status_code == 302
    assert Edition.objects.get(page=sciatica.pk).content["overview"] == "<p>New.</p>"


def test_publishing_and_withdrawing_are_not_offered_where_they_change_nothing(as_, publisher, sciatica):
    client = as_(publisher)

    unpublished = client.get(address("withdraw", sciatica), follow=True).content.decode()
    assert "Nothing to withdraw" in unpublished
    client.post(
        address("publish", sciatica),
        submitted(client.get(address("publish", sciatica))) | {"change": "New.", "despite": "A test."},
    )
    assert "Nothing to publish" in client.get(address("publish", sciatica), follow=True).content.decode()


def test_history_names_the_rows_that_came_and_moved(as_, editor, sciatica):
    client = as_(editor)
    form = submitted(client.get(address("change", sciatica)))
    form |= {"physician_rows-0-position": "9"}
    client.post(address("change", sciatica), form | {"_save": ""})

    shown = client.get(address("history", sciatica)).content.decode()

    assert "Ada Baker, on Sciatica" in shown


def test_a_condition_cannot_point_to_itself(as_, editor, sciatica):
    client = as_(editor)
    sciatica.see_also_rows.create(see_also=make.condition())
    form = submitted(client.get(address("change", sciatica))) | {"see_also_rows-0-see_also": str(sciatica.pk)}

    response = client.post(address("change", sciatica), form)

    assert "This is the page itself. Choose another condition." in response.content.decode()
    assert sciatica.see_also_rows.get().see_also != sciatica


def test_sources_are_kept_in_their_order(as_, editor, sciatica):
    client = as_(editor)
    first, second = make.source(), make.source()
    sciatica.source_rows.create(source=first)
    sciatica.source_rows.create(source=second, position=1)
    form = submitted(client.get(address("change", sciatica)))
    form |= {"source_rows-0-source": str(second.pk), "source_rows-1-source": str(first.pk)}

    client.post(address("change", sciatica), form | {"source_rows-1-note": "Chapter 3", "_save": ""})

    assert [(row.source, row.note) for row in sciatica.source_rows.all()] == [(second, ""), (first, "Chapter 3")]
