"""What a page said before: every save kept, compared, brought back, and made live again."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from conditions.models import Condition
from publishing import actions, reviewing
from publishing.drafts import Draft
from publishing.models import Edition, Revision
from publishing.revisions import as_saved, keep, put_back
from tests import make
from tests.forms import submitted

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def address(name, page, *args):
    return reverse(f"admin:conditions_condition_{name}", args=[page.pk, *args])


@pytest.fixture
def sciatica(db):
    """A condition with rows of each kind."""
    condition = make.condition(
        "Sciatica", slug="sciatica", overview="<p>Pain in the leg is common.</p>", regions=["lumbar"], owner=make.user()
    )
    condition.symptom_rows.create(symptom=make.symptom("Leg pain"), note="on one side", position=0)
    condition.symptom_rows.create(symptom=make.symptom("Numbness"), position=1)
    condition.test_rows.create(test=make.diagnostic_test("MRI scan"), group="further")
    condition.physician_rows.create(physician=make.physician("Adler"), is_lead=True)
    condition.source_rows.create(source=make.source(title="A Book"), note="chapter 3")
    return condition


def save(client, page, **changed):
    form = submitted(client.get(address("change", page)))
    answer = client.post(address("change", page), form | changed | {"_save": ""})
    assert answer.status_code == 302, answer.context["errors"]


def numbers(page):
    return list(Revision.objects.filter(page=page.pk).order_by("number").values_list("number", flat=True))


def test_a_save_is_kept_with_who_when_and_all_it_says(as_, editor, sciatica):
    save(as_(editor), sciatica, overview="<p>Pain in the leg is very common.</p>")

    revision = Revision.objects.get(page=sciatica.pk)
    page, gone = as_saved(revision)
    working = Condition.working().get(pk=sciatica.pk)
    assert (revision.saved_by, revision.number) == (editor, 1)
    assert timezone.now() - revision.saved_at < DAY
    assert Draft.of(page) == Draft.of(working)
    assert gone == 0


def test_a_save_that_changes_nothing_is_not_kept_twice(as_, editor, sciatica):
    client = as_(editor)

    save(client, sciatica, summary="One.")
    save(client, sciatica)
    save(client, sciatica, summary="Two.")

    assert numbers(sciatica) == [1, 2]


def test_who_owns_a_page_is_no_word_of_it(as_, editor, sciatica):
    client = as_(editor)
    save(client, sciatica, summary="One.")

    save(client, sciatica, owner=str(make.user("Editor").pk))

    assert numbers(sciatica) == [1]


def test_a_row_that_moves_makes_a_save_of_its_own(as_, editor, sciatica):
    client = as_(editor)
    save(client, sciatica, summary="One.")

    save(client, sciatica, **{"symptom_rows-0-position": "2", "symptom_rows-1-position": "1"})

    first, second = (kept.content["rows"]["symptom_rows"] for kept in Revision.objects.order_by("number"))
    assert second == first[::-1]


def test_every_edition_names_the_save_it_was_made_of(as_, editor, sciatica):
    save(as_(editor), sciatica, summary="One.")

    edition = actions.publish(sciatica, by=None, change="First.")
    sciatica.symptom_rows.all().delete()
    later = actions.publish(sciatica, by=None, change="Second.")

    assert edition.revision.number == 1
    assert later.revision.number == 2


def test_a_save_is_brought_back_with_its_rows_and_nothing_else_changes(as_, editor, sciatica):
    client = as_(editor)
    save(client, sciatica, summary="As it was.")
    before = Draft.of(Condition.working().get(pk=sciatica.pk))
    actions.publish(sciatica, by=None, change="First.")
    entry = sciatica.symptom_rows.first().symptom
    entry.title = "Pain down the leg"
    entry.save()
    condition = Condition.objects.get(pk=sciatica.pk)
    condition.overview, condition.summary, condition.owner = "<p>Other.</p>", "Other.", make.user()
    condition.save()
    condition.symptom_rows.all().delete()
    condition.test_rows.update(group="first")
    keep(condition, by=None)

    page = client.get(address("bring_back", sciatica, 1))
    answer = client.post(address("bring_back", sciatica, 1), submitted(page))

    after = Draft.of(Condition.working().get(pk=sciatica.pk))
    assert answer.status_code == 302
    assert (after.words, after.mentions) == (before.words, before.mentions)
    assert Condition.objects.get(pk=sciatica.pk).owner == condition.owner
    entry.refresh_from_db()
    assert entry.title == "Pain down the leg"
    assert numbers(sciatica) == [1, 2, 3]
    assert Revision.objects.get(number=3).note == "Brought back save 1."
    assert Edition.objects.count() == 1


def test_bringing_back_lists_first_what_it_changes(as_, editor, sciatica):
    client = as_(editor)
    save(client, sciatica, overview="<p>Pain in the <strong>leg</strong>.</p>")
    save(client, sciatica, overview="<p>Pain in the back.</p>")

    said = " ".join(client.get(address("bring_back", sciatica, 1)).content.decode().split())

    assert 'Pain in the <del><span class="visually-hidden">Removed: </span>back.</del>' in said
    assert "</span>leg [bold].</ins>" in said


def test_an_entry_that_was_deleted_since_stays_out_and_is_told(as_, editor, sciatica):
    client = as_(editor)
    save(client, sciatica, summary="One.")
    row = sciatica.symptom_rows.last()
    entry = row.symptom
    row.delete()
    entry.delete()

    said = client.get(address("bring_back", sciatica, 1)).content.decode()
    put_back(Revision.objects.select_related("page").get())

    assert "1 entry that this save shows was deleted since, so it stays out." in said
    assert [str(row.symptom) for row in sciatica.symptom_rows.all()] == ["Leg pain"]


def test_an_address_that_is_taken_by_now_is_refused_in_words(as_, editor, sciatica):
    client = as_(editor)
    save(client, sciatica, slug="leg-pain")
    save(client, sciatica, slug="sciatica")
    make.condition("Leg pain", slug="leg-pain")

    page = client.get(address("bring_back", sciatica, 1))
    answer = client.post(address("bring_back", sciatica, 1), submitted(page))

    assert answer.status_code == 200
    assert "This address belongs to another page" in answer.content.decode()
    sciatica.refresh_from_db()
    assert sciatica.slug == "sciatica"


def test_what_someone_saved_meanwhile_is_not_overwritten(as_, editor, sciatica):
    client = as_(editor)
    save(client, sciatica, summary="One.")
    save(client, sciatica, summary="Two.")
    form = submitted(client.get(address("bring_back", sciatica, 1)))
    save(client, sciatica, summary="Three.")

    answer = client.post(address("bring_back", sciatica, 1), form)

    sciatica.refresh_from_db()
    assert "Someone saved this page after you opened it." in answer.content.decode()
    assert sciatica.summary == "Three."


def test_two_states_are_compared_part_by_part_and_row_by_row(as_, editor, sciatica):
    client = as_(editor)
    save(client, sciatica, summary="One.")
    actions.publish(sciatica, by=None, change="First.")
    save(client, sciatica, overview="<p>Pain in the leg is rare.</p>", **{"symptom_rows-0-note": "on both sides"})

    answer = client.get(address("compare", sciatica), {"from": "e1", "to": "s2"})

    found = {d.name: [[(p.how, p.text) for p in block] for block in d.blocks] for d in answer.context["differences"]}
    assert found == {
        "overview": [[("same", "Pain in the leg is"), ("out", "common."), ("in", "rare.")]],
        "list of symptoms": [
            [("same", "Leg pain: on"), ("out", "one side"), ("in", "both sides")],
            [("same", "Numbness")],
        ],
    }


@pytest.mark.parametrize(
    "codes", [{"from": ""}, {"from": "s9"}, {"from": "e"}, {"from": "x1"}, {"from": "s1", "to": "e²"}]
)
def test_a_state_that_is_none_is_not_found(as_, editor, sciatica, codes):
    keep(sciatica, by=None)

    assert as_(editor).get(address("compare", sciatica), codes).status_code == 404


def test_history_is_one_line_of_time(as_, editor, clinician, sciatica):
    save(as_(editor), sciatica, summary="One.")
    actions.publish(sciatica, by=None, change="First.")
    draft = Draft.of(Condition.working().get(pk=sciatica.pk))
    reviewing.review(
        sciatica, by=clinician, signed_as="Ada, MD", clinical_hash=draft.clinical_hash, decision="approved"
    )
    actions.withdraw(sciatica, by=None, change="Out of date.")

    events = as_(editor).get(address("history", sciatica)).context["events"]

    assert [event.what for event in events] == ["Withdrawn by edition 2", "Approved", "Edition 1", "Saved (1)"]


def test_an_old_edition_is_live_again_under_a_new_number_and_the_draft_stays(as_, publisher, sciatica):
    client = as_(publisher)
    actions.publish(sciatica, by=None, change="First.")
    sciatica.overview = "<p>Worse words.</p>"
    sciatica.save()
    actions.publish(sciatica, by=None, change="Second.")

    page = client.get(address("live_again", sciatica, 1))
    client.post(address("live_again", sciatica, 1), submitted(page) | {"change": "The new text was wrong."})

    edition = Edition.objects.live(timezone.now()).get(page=sciatica.pk)
    first = Edition.objects.get(page=sciatica.pk, number=1)
    assert (edition.number, edition.made_from, edition.content) == (3, first, first.content)
    assert [m.target_id for m in edition.mentions.all()] == [m.target_id for m in first.mentions.all()]
    assert "Pain in the leg is common." in client.get("/conditions/sciatica/").content.decode()
    sciatica.refresh_from_db()
    assert sciatica.overview == "<p>Worse words.</p>"


def test_a_withdrawal_is_never_made_live(publisher, sciatica):
    actions.publish(sciatica, by=None, change="First.")
    withdrawal = actions.withdraw(sciatica, by=None, change="Out.")

    with pytest.raises(actions.Refused, match="withdrew"):
        actions.make_live_again(withdrawal, by=publisher, change="Back.")


def test_what_was_published_meanwhile_is_not_replaced_unseen(as_, publisher, sciatica):
    client = as_(publisher)
    make.published(sciatica)
    stale = submitted(client.get(address("live_again", sciatica, 1))) | {"change": "Back."}
    sciatica.overview = "<p>The urgent words.</p>"
    sciatica.save()
    actions.publish(sciatica, by=None, change="Urgent.")

    refused = client.post(address("live_again", sciatica, 1), stale)
    seen = Edition.objects.count()
    client.post(address("live_again", sciatica, 1), submitted(refused))
    client.post(address("live_again", sciatica, 1), submitted(refused))

    assert "Patients read something else by now." in refused.content.decode()
    assert "The urgent words." in refused.content.decode()
    assert (seen, Edition.objects.count()) == (2, 3)


def test_what_a_patient_agreed_to_no_longer_is_not_made_live_again(publisher):
    story = make.article("A story", kind_of="story", consent_on=timezone.localdate())
    edition = actions.publish(story, by=None, change="First.")
    actions.withdraw(story, by=None, change="She took it back.")
    story.consent_on = None
    story.save()

    with pytest.raises(actions.Refused, match="needs the patient's consent"):
        actions.make_live_again(edition, by=publisher, change="Back.")


def test_what_patients_read_on_a_day_is_shown_as_it_was_composed_then(as_, editor):
    with travel(datetime.datetime(2027, 1, 1, 12, tzinfo=datetime.UTC)) as clock:
        condition = make.condition("Sciatica", slug="sciatica", overview="<p>First words.</p>")
        symptom = make.published(make.symptom("Leg pain"))
        condition.symptom_rows.create(symptom=symptom)
        make.published(condition)
        clock.shift(DAY)
        symptom.title, condition.overview = "Pain in the leg", "<p>Second words.</p>"
        symptom.save()
        condition.save()
        actions.publish(symptom, by=None, change="Again.")
        actions.publish(condition, by=None, change="Again.")
        clock.shift(DAY)
        client = as_(editor)

        then = client.get(address("read", condition), {"at_0": "2027-01-01", "at_1": "18:00"}).content.decode()
        edition = client.get(address("edition", condition, 1)).content.decode()
        today = client.get(address("edition", condition, 2)).content.decode()

    for page in (then, edition):
        assert "First words." in page
        assert "Leg pain" in page
        assert "Second words." not in page
        assert "Pain in the leg" not in page
    assert "Second words." in today


@pytest.mark.parametrize("day", ["2020-01-01", "9999-99-99", ""])
def test_a_day_on_which_nobody_could_read_it_is_told(as_, editor, sciatica, day):
    make.published(sciatica)

    answer = as_(editor).get(address("read", sciatica), {"at_0": day, "at_1": "12:00"}, follow=True)

    assert answer.redirect_chain[-1][0] == address("history", sciatica)
    assert [m for m in answer.context["messages"] if "could not read" in str(m) or "Give a day" in str(m)]


def test_a_save_is_previewed_as_it_was(as_, editor, sciatica):
    client = as_(editor)
    save(client, sciatica, overview="<p>Early words.</p>")
    save(client, sciatica, overview="<p>Late words.</p>")

    said = client.get(address("save", sciatica, 1)).content.decode()

    assert "Early words." in said
    assert "Late words." not in said
    assert "on one side" in said


def test_only_who_may_edit_brings_back_and_only_who_may_publish_makes_live(as_, sciatica):
    make.published(sciatica)
    may = {}
    for role in ("Editor", "Clinician", "Publisher", "Coordinator"):
        client = as_(make.user(role))
        answers = [client.get(address(name, sciatica, 1)).status_code for name in ("bring_back", "live_again")]
        may[role] = answers

    assert may == {"Editor": [200, 403], "Clinician": [403, 403], "Publisher": [403, 200], "Coordinator": [403, 403]}


def test_hostile_words_are_inert_in_history_and_comparison(as_, editor, sciatica):
    client = as_(editor)
    save(client, sciatica, summary="<script>alert(1)</script>", **{"symptom_rows-0-note": "<img src=x onerror=a>"})
    actions.publish(sciatica, by=None, change="<b onclick=a>bold</b>")

    pages = [client.get(address("history", sciatica)), client.get(address("compare", sciatica), {"from": "s1"})]
    sciatica.summary = ""
    sciatica.save()
    pages += [client.get(address("compare", sciatica), {"from": "s1"}), client.get(address("bring_back", sciatica, 1))]

    for page in pages:
        words = page.content.decode()
        assert page.status_code == 200
        assert "<script>alert" not in words
        assert "<img src=x" not in words
        assert "<b onclick" not in words
