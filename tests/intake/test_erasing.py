"""What was kept as long as it should be is erased for good, unless somebody holds it."""

import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from time_machine import travel

from housekeeping.duties import registered
from intake import drafts, erasing
from intake.answering import actions
from intake.models import DeskSettings, Draft, Erasure, Event, File, Request, Retention
from record.models import Entry
from tests import make
from tests.forms import submitted
from tests.intake.patient import Patient

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
REASON = "The legal office asked for it on March 3."


def closed(days_ago, **fields):
    return make.request(outcome="withdrawn", closed_at=timezone.now() - days_ago * DAY, **fields)


def erase():
    output = StringIO()
    call_command("erase_expired", stdout=output)
    return output.getvalue().splitlines()


def rows(*actions):
    found = Entry.objects.filter(kind="request", action__in=actions).order_by("number")
    return list(found.values_list("username", "action", "key", "detail", "why", "outcome"))


def test_a_request_is_kept_to_the_day_that_the_desk_says_and_not_a_moment_longer():
    DeskSettings.objects.update(kept_for=100)
    asked = closed(0)
    at = asked.closed_at

    with travel(at + 100 * DAY - timedelta(seconds=1), tick=False):
        assert erase() == ["Nothing is to be erased."]
        assert Request.objects.exists()
    with travel(at + 100 * DAY, tick=False):
        assert erase() == ["1 of 1 closed requests", "Erased: 0 begun and 1 closed requests."]
        assert not Request.objects.exists()


def test_an_open_request_stays_however_old_it_is():
    make.request(received_at=timezone.now() - 5000 * DAY)

    erase()

    assert Request.objects.count() == 1


def test_what_was_begun_is_erased_after_seven_days():
    drafts.begin("appointment", {"reason": {"problem": "My back hurts."}})

    with travel(timezone.now() + 7 * DAY - timedelta(minutes=1), tick=False):
        erase()
        assert Draft.objects.count() == 1
    with travel(timezone.now() + 7 * DAY, tick=False):
        assert erase() == ["Erased: 1 begun and 0 closed requests."]
        assert not Draft.objects.exists()


def test_erasing_is_on_record_by_the_key_alone(caplog):
    asked = closed(366)

    with caplog.at_level("INFO"):
        erase()

    assert rows("delete") == [("", "delete", str(asked.pk), "", "", "allowed")]
    assert "Erased requests whose time was over: 1." in caplog.messages
    assert asked.reference not in caplog.text


def test_the_key_goes_with_the_request():
    asked = closed(366)
    key = bytes(asked.key)

    erase()

    assert not Request.objects.filter(key=key).exists()
    assert not Draft.objects.filter(key=key).exists()


def test_erasing_twice_does_nothing_more():
    closed(366)

    erase()

    assert erase() == ["Nothing is to be erased."]
    assert len(rows("delete")) == 1


def test_whoever_was_faster_leaves_nothing_to_erase():
    assert erasing.erase(uuid.uuid4()) is False
    assert erasing.erase(closed(10).pk) is False
    assert rows("delete") == []


def test_nothing_is_erased_while_the_record_takes_no_row(unwritable_record):
    closed(366)

    with pytest.raises(CommandError, match="The record takes no row"):
        erase()

    assert Request.objects.count() == 1


def test_the_command_tells_how_far_it_is(monkeypatch):
    monkeypatch.setattr("intake.management.commands.erase_expired.OFTEN", 2)
    for _number in range(5):
        closed(366)

    assert erase() == [
        "2 of 5 closed requests",
        "4 of 5 closed requests",
        "5 of 5 closed requests",
        "Erased: 0 begun and 5 closed requests.",
    ]


def test_housekeeping_does_the_same():
    closed(366)
    with travel(timezone.now() - 8 * DAY):
        drafts.begin("appointment", {})

    for name in ("old_drafts", "old_requests"):
        registered[name].act()

    assert not Request.objects.exists()
    assert not Draft.objects.exists()


# Holding


def hold(client, request, **fields):
    """Send the form as the page has it."""
    address = f"/admin/intake/request/{request.pk}/hold/"
    shown = client.get(address)
    form = submitted(shown) if shown.status_code == 200 else {}
    return client.post(address, {**form, "why": REASON, **fields})


@pytest.mark.parametrize("role", ["Coordinator", "Privacy officer"])
def test_a_held_request_stays_until_it_is_released(as_, role):
    person = make.user(role)
    asked = closed(366)
    client = as_(person)

    hold(client, asked)
    erase()
    assert Request.objects.get().is_held
    hold(client, asked, why="The court has decided.")
    erase()

    assert not Request.objects.exists()
    name, key = person.username, str(asked.pk)
    assert rows("change", "delete") == [
        (name, "change", key, "held", REASON, "allowed"),
        (name, "change", key, "no longer held", "The court has decided.", "allowed"),
        ("", "delete", key, "", "", "allowed"),
    ]


def test_a_form_to_hold_that_is_sent_twice_holds_once(as_, coordinator):
    asked = make.request()
    client = as_(coordinator)

    for _click in range(2):
        client.post(f"/admin/intake/request/{asked.pk}/hold/", {"why": REASON, "act": "hold"})

    assert Request.objects.get().is_held
    assert len(rows("change")) == 1


@pytest.mark.parametrize("why", ["", "  ", "Because.", "x" * 301])
def test_nothing_is_held_without_a_reason(as_, coordinator, why):
    asked = make.request()
    client = as_(coordinator)

    said = hold(client, asked, why=why)

    assert said.status_code == 200
    assert "<title>\nError: " in said.content.decode() or "<title>Error: " in said.content.decode()
    assert not Request.objects.get().is_held
    assert rows("change") == []


@pytest.mark.parametrize("role", ["Editor", "Clinician", "Publisher", "Administrator", "superuser"])
def test_nobody_else_holds_a_request(as_, role):
    asked = make.request()
    client = as_(make.user(is_superuser=True) if role == "superuser" else make.user(role))

    assert hold(client, asked).status_code == 403
    assert client.get(f"/admin/intake/request/{asked.pk}/hold/").status_code == 403
    assert client.post("/admin/intake/request/find/", {"reference": asked.reference}).status_code == 403
    assert not Request.objects.get().is_held


def test_a_privacy_officer_finds_a_request_by_its_reference_and_reads_nothing_of_it(as_, privacy_officer):
    asked = make.request("My back hurts.", reference="AAAA-BBBB-CCCC")
    client = as_(privacy_officer)
    first = client.get("/admin/").content.decode()

    found = client.post("/admin/intake/request/find/", {"reference": "aaaa bbbb cccc"}, follow=True)
    missed = client.post("/admin/intake/request/find/", {"reference": "AAAA-BBBB-XXXX"})
    assert f"/admin/intake/request/{asked.pk}/erase/" in found.content.decode()

    assert "/admin/intake/request/find/" in first
    assert "AAAA-BBBB-CCCC" in found.content.decode()
    assert "hurts" not in found.content.decode()
    assert "No request has this reference." in missed.content.decode()
    assert client.get(f"/admin/intake/request/{asked.pk}/change/").status_code == 403


def test_nothing_is_held_while_the_record_takes_no_row(as_, coordinator, request):
    asked = make.request()
    client = as_(coordinator)
    client.raise_request_exception = False
    request.getfixturevalue("unwritable_record")

    assert hold(client, asked).status_code == 503
    assert not Request.objects.get().is_held


# How long, by kind and outcome


def test_a_kind_and_outcome_can_have_a_rule_of_its_own():
    desk = DeskSettings.objects.get()
    desk.kept_for = 100
    desk.save()
    desk.retentions.create(kind="second_opinion", outcome="opinion_sent", kept_for=300)
    desk.retentions.create(kind="appointment", outcome="duplicate", kept_for=30)
    now = timezone.now()
    made = {
        "opinion": make.request(kind="second_opinion", status="opinion_sent", outcome="opinion_sent"),
        "seen": make.request(status="scheduled", outcome="seen"),
        "duplicate": make.request(status="duplicate", outcome="duplicate"),
        "opinion withdrawn": make.request(kind="second_opinion", outcome="withdrawn"),
    }

    def left(days):
        with travel(now + days * DAY + timedelta(minutes=1), tick=False):
            erase()
        return [name for name, one in made.items() if Request.objects.filter(pk=one.pk).exists()]

    assert left(29) == list(made)
    assert left(30) == ["opinion", "seen", "opinion withdrawn"]
    assert left(99) == ["opinion", "seen", "opinion withdrawn"]
    assert left(100) == ["opinion"]
    assert left(299) == ["opinion"]
    assert left(300) == []


def test_a_rule_stands_once_and_within_bounds():
    desk = DeskSettings.objects.get()
    desk.retentions.create(kind="appointment", outcome="seen", kept_for=30)

    for name, fields in {
        "one_rule_for_each_kind_and_outcome": {"outcome": "seen", "kept_for": 40},
        "a_rule_keeps_30_to_3650_days": {"outcome": "no_reply", "kept_for": 29},
    }.items():
        with pytest.raises(IntegrityError), transaction.atomic():
            desk.retentions.create(kind="appointment", **fields)
        assert name in {constraint.name for constraint in Retention._meta.constraints}


# Certificates


def test_what_was_erased_has_a_certificate_that_names_nobody(as_, privacy_officer):
    asked = closed(366)
    file = make.file(asked, name="Zed Sample.pdf")
    actions.add_note(asked, "Zed likes mornings.", by=None)

    erase()

    certificate = Erasure.objects.get()
    assert (certificate.reference, certificate.request, certificate.is_wish) == (asked.reference, asked.pk, False)
    assert certificate.went["files"] == certificate.went["timeline"] == 1
    assert not File.objects.filter(pk=file.pk).exists()
    assert not Event.objects.exists()
    page = as_(privacy_officer).get(f"/admin/intake/erasure/{certificate.pk}/change/").content.decode()
    assert asked.reference in page
    assert "scans and reports: 1" in page
    assert "Zed" not in page


# Because somebody asks


def wish(client, request, **fields):
    address = f"/admin/intake/request/{request.pk}/erase/"
    return client.post(address, {**submitted(client.get(address)), "why": REASON, "sure": "on", **fields})


def test_a_privacy_officer_erases_what_a_patient_asks_for_after_seeing_what_goes(as_, privacy_officer, department):
    asked, twin, other = Patient(Client()).ask(), Patient(Client()).ask(), make.request()
    make.file(asked)
    client = as_(privacy_officer)

    dry = client.get(f"/admin/intake/request/{asked.pk}/erase/").content.decode()
    assert asked.reference in dry
    assert twin.reference in dry
    assert other.reference not in dry
    assert "My back hurts." not in dry
    assert Request.objects.count() == 3
    said = wish(client, asked, others=[str(twin.pk)])

    assert list(Request.objects.all()) == [other]
    assert {one.reference for one in Erasure.objects.all()} == {asked.reference, twin.reference}
    assert asked.reference in said.content.decode()
    assert [(action, why) for _who, action, _key, _detail, why, _outcome in rows("delete")] == [("delete", REASON)] * 2


def test_nothing_is_erased_unless_somebody_is_sure(as_, privacy_officer):
    asked = make.request()

    assert "Check the box if you are sure." in wish(as_(privacy_officer), asked, sure="").content.decode()
    assert Request.objects.exists()


def test_what_is_held_is_not_erased_and_nothing_with_it(as_, privacy_officer, department):
    asked, twin = Patient(Client()).ask(), Patient(Client()).ask()
    Request.objects.filter(pk=twin.pk).update(is_held=True)

    said = wish(as_(privacy_officer), asked, others=[str(twin.pk)])

    assert f"Nothing was erased: {twin.reference} is kept from being erased." in said.content.decode()
    assert Request.objects.count() == 2
    assert rows("delete") == []


@pytest.mark.parametrize("role", ["Coordinator", "Reviewing physician", "Administrator", "superuser"])
def test_nobody_else_erases_a_request(as_, role):
    asked = make.request()
    client = as_(make.user(is_superuser=True) if role == "superuser" else make.user(role))

    assert client.get(f"/admin/intake/request/{asked.pk}/erase/").status_code == 403
    assert client.post(f"/admin/intake/request/{asked.pk}/erase/", {"why": REASON, "sure": "on"}).status_code == 403
    assert Request.objects.exists()
