"""Where a page is used: listed, in the way of deleting it, and told before it is withdrawn."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conditions.models import Symptom
from publishing import actions
from tests import make

pytestmark = pytest.mark.django_db


def address(page, name, *more):
    return reverse(f"admin:{page._meta.app_label}_{page._meta.model_name}_{name}", args=[page.pk, *more])


def text(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def table(response):
    rows = BeautifulSoup(response.content, "html.parser").select("table.uses tbody tr")
    return [" | ".join(" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])) for row in rows]


def publish(page, **options):
    return actions.publish(page.concrete, by=None, change="Text.", **options)


@pytest.fixture
def physician():
    made = make.physician("Sample")
    publish(made)
    return made


def treated_by(physician, title, *others):
    page = make.condition(title)
    for position, one in enumerate((physician, *others)):
        page.physician_rows.create(physician=one, position=position)
    return page


def test_every_place_is_listed_with_the_state_it_is_in(as_, editor, physician):
    live, planned, saved = (treated_by(physician, title) for title in ("Sciatica", "Scoliosis", "Stenosis"))
    link = f'<p>See <a href="{physician.get_absolute_url()}">Ada Sample</a>.</p>'
    linking = make.condition("Tumor", overview=link)
    publish(live)
    publish(linking)
    later = timezone.now() + datetime.timedelta(days=1)
    publish(planned, at=later)
    live.physician_rows.all().delete()

    rows = table(as_(editor).get(address(physician, "uses")))

    moment = f"{timezone.localtime(later):%b} {timezone.localtime(later).day}, "
    assert rows[0] == "Condition Sciatica | physicians | as patients read it"
    assert rows[1].startswith(f"Condition Scoliosis | physicians | as planned for {moment}")
    assert rows[1].endswith("M as saved")
    assert rows[2] == "Condition Stenosis | physicians | as saved"
    assert rows[3] == "Condition Tumor | a link in its text | as patients read it as saved"
    assert len(rows) == 4
    assert saved.physician_rows.count() == 1


def test_every_kind_of_entry_is_found_where_it_is_saved(as_, editor):
    portrait, picture = make.figure("Face"), make.figure("Drawing")
    person = make.physician(portrait=portrait)
    page = make.condition("Sciatica", overview="<p>The lamina is a bone.</p>")
    term, sign, symptom = make.term("Laminae", variants="lamina"), make.warning_sign("Numb legs"), make.symptom()
    test, treatment = make.diagnostic_test(), make.treatment()
    page.term_rows.create(term=term)
    page.warning_sign_rows.create(warning_sign=sign)
    page.symptom_rows.create(symptom=symptom)
    page.test_rows.create(test=test)
    page.treatment_rows.create(treatment=treatment)
    page.figure_rows.create(figure=picture, part="overview")
    other = make.condition("Other")
    other.see_also_rows.create(see_also=page)
    article = make.article("News", image=picture)
    article.condition_rows.create(condition=page)
    treatment.physician_rows.create(physician=person)

    found = {
        entry: table(as_(editor).get(address(entry, "uses")))
        for entry in (portrait, picture, person, term, sign, symptom, test, treatment, page)
    }

    assert found[portrait] == ["Physician Ada Sample | portrait | as saved"]
    assert [row.split(" | ")[1] for row in found[picture]] == ["picture", "figures"]
    assert [row.split(" | ")[1] for row in found[person]] == ["who performs it"]
    assert [row.split(" | ")[1] for row in found[term]] == ["word meanings", "a word in its text"]
    assert [row.split(" | ")[1] for row in found[page]] == ["conditions", "see also"]
    assert all(len(found[entry]) == 1 for entry in (sign, symptom, test, treatment))


def test_an_entry_in_use_is_not_deleted_and_the_page_says_where_it_is(as_, editor, publisher):
    symptom = make.symptom("Numb toes")
    page = make.condition("Sciatica")
    page.symptom_rows.create(symptom=symptom)
    client = as_(publisher if publisher.has_perm("conditions.delete_symptom") else editor)

    asked = client.get(address(symptom, "delete"))
    posted = client.post(address(symptom, "delete"), {"post": "yes"})

    for response in (asked, posted):
        assert "can’t be deleted" in text(response)
        assert table(response) == ["Condition Sciatica | list of symptoms | as saved"]
    assert Symptom.objects.filter(pk=symptom.pk).exists()


def test_what_nothing_uses_any_more_is_deleted(as_, editor):
    symptom, term = make.symptom("Numb toes"), make.term("Toes")
    page = make.condition("Sciatica", overview="<p>Toes may feel numb.</p>")
    row = page.symptom_rows.create(symptom=symptom)
    row.delete()

    for entry in (symptom, term):
        as_(editor).post(address(entry, "delete"), {"post": "yes"})

    assert not Symptom.objects.exists()
    assert not type(term).objects.exists()


def test_withdrawing_a_physician_says_what_each_page_will_say(as_, publisher, physician):
    other = make.physician("Beispiel", given_names="Bo")
    publish(other)
    alone, both = treated_by(physician, "Sciatica"), treated_by(physician, "Scoliosis", other)
    linking = make.condition("Tumor", overview=f'<p><a href="{physician.get_absolute_url()}">Ada Sample</a></p>')
    for page in (alone, both, linking):
        publish(page)

    asked = as_(publisher).get(address(physician, "withdraw"))
    without = as_(publisher).get(address(physician, "without", both.pk))

    assert "Sciatica , physicians: nothing is left." in text(asked)
    assert "Scoliosis , physicians: still Bo Beispiel." in text(asked)
    assert "which will lead nowhere. Take the links out first: Tumor" in text(asked)
    assert "Bo Beispiel" in text(without)
    assert "Ada Sample" not in text(without)
    assert without["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in without["Cache-Control"]


def test_the_page_read_without_an_entry_is_the_page_after_its_withdrawal(as_, publisher, client):
    figure, symptom, sign = make.figure("Drawing"), make.symptom("Numb toes"), make.warning_sign("Numb legs")
    page = make.condition("Sciatica", overview="<p>Words.</p>")
    page.figure_rows.create(figure=figure, part="overview")
    page.symptom_rows.create(symptom=symptom)
    page.warning_sign_rows.create(warning_sign=sign)
    for part in (figure, symptom, sign, page):
        publish(part)
    entries = (figure, symptom, sign)

    ahead = [as_(publisher).get(address(entry, "without", page.pk)).content for entry in entries]
    after = []
    for entry in entries:
        actions.withdraw(entry, by=None, change="Gone.")
        after.append(client.get(page.get_absolute_url()).content)
        publish(entry)

    main = [[BeautifulSoup(html, "html.parser").main.get_text() for html in some] for some in (ahead, after)]
    assert main[0] == main[1]
    assert len(set(main[0])) == 3


def test_withdrawing_a_condition_names_the_pages_that_no_longer_lead_to_it(as_, publisher, physician):
    page = treated_by(physician, "Sciatica")
    publish(page)

    asked = as_(publisher).get(address(page, "withdraw"))

    assert "These pages no longer lead to it: Ada Sample." in text(asked)


def test_strangers_to_a_kind_of_page_see_none_of_its_uses(as_, coordinator, physician):
    page = treated_by(physician, "Sciatica")
    publish(page)

    assert as_(coordinator).get(address(physician, "uses")).status_code == 403
    assert as_(coordinator).get(address(physician, "without", page.pk)).status_code == 403


def test_a_page_that_is_not_live_cannot_be_read_without(as_, publisher, physician):
    page = treated_by(physician, "Sciatica")

    assert as_(publisher).get(address(physician, "without", page.pk)).status_code == 404


def test_the_list_takes_as_many_queries_for_many_uses_as_for_one(as_, editor, physician):
    client, counts = as_(editor), []
    for titles in (["Sciatica"], [f"Condition {number}" for number in range(12)]):
        for title in titles:
            publish(treated_by(physician, title))
        with CaptureQueriesContext(connection) as queries:
            rows = table(client.get(address(physician, "uses")))
        counts.append((len(rows), len(queries)))

    (few, queries_for_few), (many, queries_for_many) = counts
    assert (few, many) == (1, 13)
    assert queries_for_many <= queries_for_few
