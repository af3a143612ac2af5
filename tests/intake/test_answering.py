"""What coordinators do about a request, each through the page of the request."""

import uuid
from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import travel

from intake.answering import actions, moves, wordings
from intake.models import Event, Message, Notice, Request, Template, Wording
from record.models import Entry
from tests import make
from tests.forms import submitted
from tests.intake.desk import LIST, Desk, errors
from tests.intake.mail import send_due
from tests.intake.patient import Patient

pytestmark = [pytest.mark.django_db, pytest.mark.once]
Status = Request.Status
TODAY = timezone.localdate


@pytest.fixture
def desk(as_, coordinator):
    return Desk(as_(coordinator))


@pytest.fixture
def asked(department):
    """A request that came through the site's pages."""
    return Patient(Client()).ask()


def on_record():
    return list(Entry.objects.filter(kind="request", action="change").values_list("detail", "outcome"))


# Status


def test_only_moves_that_are_allowed_are_offered(desk):
    for status, allowed in moves.MOVES.items():
        is_end = status in moves.ENDS
        fields = {"outcome": moves.ENDS[status], "outcome_on": TODAY(), "closed_at": timezone.now()} if is_end else {}
        fields |= {"due_at": None} if is_end else {}
        request = make.request(status=status, kind="second_opinion", **fields)

        offered = [option["value"] for option in desk.soup(request).select("#act-move option")]

        assert offered == ["", *allowed], status


def test_an_appointment_is_never_an_opinion(desk):
    request = make.request(status="accepted")

    assert moves.OPINIONS.isdisjoint(option["value"] for option in desk.soup(request).select("#act-move option"))
    assert desk.act(request, "move", to="opinion_in_progress").status_code == 200
    assert request.status == "accepted"


def test_a_move_is_on_record_on_the_timeline_and_on_the_patients_page(desk, coordinator):
    request = make.request()

    desk.act(request, "move", to="in_review", text="For Dr. Adler.")

    assert request.status == "in_review"
    assert on_record() == [("status: new to in_review", "allowed")]
    assert desk.timeline(request) == [("It came", ""), ("In clinical review", "For Dr. Adler.")]
    assert Event.objects.get().by == coordinator


def test_a_visit_needs_a_day_that_has_not_passed(desk):
    request = make.request(status="accepted")

    missing = desk.act(request, "move", to="scheduled")
    over = desk.act(request, "move", to="scheduled", visit_on=(TODAY() - timedelta(days=1)).isoformat())
    done = desk.act(request, "move", to="scheduled", visit_on=TODAY().isoformat())

    assert errors(missing) == ["Choose the day of the visit."]
    assert errors(over) == ["This day is over. Choose today or a later one."]
    assert done.status_code == 302
    assert (request.status, request.visit_on) == ("scheduled", TODAY())


def test_who_is_declined_is_referred_to_somebody(desk):
    request = make.request(status="in_review")

    assert errors(desk.act(request, "move", to="declined")) == ["Write to whom the patient was referred."]
    desk.act(request, "move", to="declined", text="The pain clinic.")

    assert (request.status, request.outcome, request.due_at) == ("declined", "declined", None)
    assert request.closed_at
    assert request.outcome_on == TODAY()


def test_what_was_closed_by_mistake_is_opened_again(desk):
    request = make.request(outcome="no_reply", status="no_reply")

    desk.act(request, "move", to="new")

    assert (request.status, request.outcome, request.closed_at, request.outcome_on) == ("new", "", None, None)
    assert request.due_at


def test_a_visit_that_is_over_ends_the_request(desk):
    yesterday = TODAY() - timedelta(days=1)
    request = make.request(status="scheduled", visit_on=yesterday)

    ahead = desk.act(request, "visit", outcome="seen", on=(TODAY() + timedelta(days=1)).isoformat())
    desk.act(request, "visit", outcome="not_seen")

    assert errors(ahead) == ["This day has not come yet. Record the outcome when the visit is over."]
    assert (request.outcome, request.outcome_on) == ("not_seen", yesterday)
    assert request.closed_at
    assert desk.offered(request) == ["move", "contact", "message", "came", "note", "assign", "review"]
    assert "Did not come" in desk.timeline(request)[-1][0]


def test_whoever_decided_on_what_has_changed_meanwhile_is_told_and_changes_nothing(desk):
    request = make.request()
    page = desk.client.get(desk.url(request))
    actions.move(request, Status.ACCEPTED, by=None, seen=Status.NEW)

    form = {"move-event": str(uuid.uuid4()), "move-seen": "new", "move-to": "in_review", "move-text": ""}
    late = desk.send(request, "move", form)

    assert page.status_code == late.status_code == 200
    assert errors(late) == ["Somebody was quicker: the request is “Accepted” now. Look at it again, then decide."]
    assert request.status == "accepted"
    again = desk.send(request, "move", submitted(late, "act-move"))
    assert (again.status_code, request.status) == (302, "in_review")


def test_what_can_not_follow_any_more_is_said_to(desk):
    request = make.request()
    actions.move(request, Status.IN_REVIEW, by=None, seen=Status.NEW)

    form = {"move-event": str(uuid.uuid4()), "move-seen": "new", "move-to": "scheduled", "move-text": ""}
    late = desk.send(request, "move", form)

    assert errors(late) == ["Somebody changed the status meanwhile, so this can't follow any more. Choose again."]


def test_a_form_that_is_sent_twice_does_it_once(desk):
    request = make.request()
    form = {
        "contact-event": str(uuid.uuid4()),
        "contact-seen": "new",
        "contact-how": "phone",
        "contact-result": "reached",
    }

    for _click in range(2):
        answer = desk.client.post(desk.url(request, "act/contact/"), form, follow=True)

    assert Event.objects.count() == 1
    assert len(on_record()) == 1
    assert "This was done already; once is enough." in answer.content.decode()


# Contact, notes and messages


@pytest.mark.parametrize(
    ("result", "has_heard"), [("reached", True), ("left_message", True), ("no_answer", False), ("wrong", False)]
)
def test_the_first_contact_is_one_in_which_the_patient_heard_something(desk, result, has_heard):
    request = make.request()

    desk.act(request, "contact", how="phone", result=result, text="Said hello.")

    assert bool(request.contacted_at) == has_heard
    assert desk.timeline(request)[-1][1] == "Said hello."


def test_the_day_of_the_next_try_is_when_the_request_comes_up_again(desk):
    request = make.request()
    friday = datetime(2026, 12, 4, 10, tzinfo=timezone.get_current_timezone())

    with travel(friday, tick=False):
        actions.log_contact(
            request, how="phone", result="no_answer", by=None, again_on=(friday + timedelta(days=1)).date()
        )

    assert timezone.localtime(request.due_at) == friday.replace(day=7, hour=17)


def test_a_note_stays_as_it_was_written(desk):
    request = make.request()
    desk.act(request, "note", text="Prefers <mornings>.")
    note = Event.objects.get()

    for change in ({"words": b"x"}, {"at": timezone.now()}, {"kind": "message"}, {"by": None}):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Event.objects.filter(pk=note.pk).update(**change)

    Event.objects.filter(pk=note.pk).update(key=bytes(note.key))  # sealing it anew is no change of it
    assert desk.timeline(request)[-1] == ("Note", "Prefers <mornings>.")
    assert b"mornings" not in bytes(note.words)


def test_a_message_is_shown_before_it_is_sent_and_read_on_the_status_page(desk, asked, mailoutbox):
    send_due()
    mailoutbox.clear()
    shown = desk.act(asked, "message", text="Please <call> us.", do="show")
    soup = BeautifulSoup(shown.content, "html.parser")

    assert soup.select_one(".request-preview .request-words").text == "Please <call> us."
    assert not Message.objects.exists()
    desk.act(asked, "message", text="Please <call> us.", shown="Please <call> us.", do="send")
    send_due()

    assert Message.objects.get().unsealed() == {"text": "Please <call> us."}
    [mail] = mailoutbox
    assert mail.subject == f"A message about your request {asked.reference}"
    assert "call> us" not in mail.body
    assert asked.contacted_at
    assert desk.timeline(asked)[-1] == ("Message to the patient", "Please <call> us.")


def test_words_that_were_changed_after_they_were_shown_are_shown_again(desk, asked):
    shown = desk.act(asked, "message", text="Please call.", do="show")
    form = submitted(shown, "act-message")
    assert form["message-shown"] == "Please call."

    again = desk.send(asked, "message", {**form, "message-text": "Please call us.", "message-do": "send"})

    assert not Message.objects.exists()
    form = submitted(again, "act-message")
    assert desk.send(asked, "message", {**form, "message-do": "send"}).status_code == 302
    assert Message.objects.get().unsealed() == {"text": "Please call us."}


def test_a_patient_without_mail_is_told_by_nobody_so_the_first_contact_is_still_due(desk, department):
    asked = Patient(Client()).ask(reach={"email": ""})

    desk.act(asked, "message", text="Hello.", shown="Hello.", do="send")

    assert not Notice.objects.filter(kind="message").exists()
    assert asked.contacted_at is None


def test_a_message_keeps_which_words_of_which_template_it_began_with(desk, asked):
    template = Template.objects.create(name="Hello")
    wordings.change(template, "Call {phone} about {reference}, {name}.", by=None)
    wordings.change(template, "Call {phone} about {reference}.", by=None)

    used = desk.act(asked, "message", template=template.pk, do="use")
    text = BeautifulSoup(used.content, "html.parser").select_one("#message-text").text.strip()
    desk.act(asked, "message", template=template.pk, text=text, shown=text, do="send")

    assert text == f"Call 212-555-0142 about {asked.reference}."
    assert Message.objects.get().wording == Wording.objects.get(number=2)


def test_a_template_is_changed_by_a_version_of_its_own(desk):
    def save(page, **fields):
        return desk.client.post(page, {**submitted(desk.client.get(page)), **fields})

    said = save("/admin/intake/template/add/", name="Hello", text="Hi {nmae}")
    assert "{nmae} would stay in the message as it is." in said.content.decode()
    save("/admin/intake/template/add/", name="Hello", text="Hi")
    template = Template.objects.get()
    page = f"/admin/intake/template/{template.pk}/change/"

    for _click in range(2):
        save(page, text="Hi there")

    assert list(template.wordings.values_list("number", "text")) == [(2, "Hi there"), (1, "Hi")]
    assert "Hi there" in desk.client.get(page).content.decode()


def test_missing_records_are_asked_for_and_the_request_waits(desk, asked):
    desk.act(asked, "ask", lines=["mri", "report"], text="By Friday, please.")

    assert asked.status == "needs_information"
    text = Message.objects.get().unsealed()["text"]
    assert "- MRI images\n- Radiology report" in text
    assert text.endswith("By Friday, please.")
    assert ("Asked for records", "MRI images, Radiology report") in desk.timeline(asked)
    assert desk.rows(view="waiting") == [asked.reference]


def test_records_that_came_by_mail_are_written_down(desk):
    request = make.request()

    desk.act(request, "came", lines=["mri"])

    soup = desk.soup(request)
    assert [line.text for line in soup.select("#come ~ ul li")] == ["MRI images"]


# Owners, priority, due


def test_a_request_is_assigned_handed_over_and_given_back(desk, coordinator):
    other = make.user("Coordinator")
    request = make.request()

    desk.act(request, "assign", to=coordinator.pk)
    assert desk.rows(view="mine") == [request.reference]
    desk.act(request, "assign", to=other.pk)
    assert desk.rows(view="mine") == desk.rows(view="unassigned") == []
    desk.act(request, "assign", to="")

    assert request.owner is None
    assert desk.rows(view="unassigned") == [request.reference]


def test_only_who_answers_requests_can_be_given_one(desk, editor):
    request = make.request()

    assert desk.act(request, "assign", to=editor.pk).status_code == 200
    assert request.owner is None


def test_what_belongs_to_somebody_who_has_left_is_unassigned(desk):
    left = make.user("Coordinator", is_active=False)
    other = make.user("Editor")
    requests = [make.request(owner=left), make.request(owner=other)]

    assert set(desk.rows(view="unassigned")) == {request.reference for request in requests}


def test_a_priority_is_changed_for_a_reason_and_with_it_when_it_is_due(desk):
    request = make.request()
    before = request.due_at

    assert errors(desk.act(request, "priority", priority="1")) == ["Say why, for whoever reads it later."]
    desk.act(request, "priority", priority="1", why="Numb legs, on the phone.")

    assert request.priority == 1
    assert request.due_at < before
    assert desk.timeline(request)[-1] == ("Priority: Urgent: call at once", "Numb legs, on the phone.")


def test_a_request_comes_up_again_on_the_day_that_somebody_chose(desk):
    request = make.request()
    day = TODAY() + timedelta(days=30)

    desk.act(request, "due", day=day.isoformat(), why="After the holidays.")

    assert timezone.localdate(request.due_at) >= day


# Duplicates


def test_requests_of_the_same_patient_are_pointed_out_and_can_be_linked(desk, department):
    first, second, other = (
        Patient(Client()).ask(),
        Patient(Client()).ask(patient={"given": "ZED "}, reach={"email": "", "phone": "(212) 555-0142"}),
        Patient(Client()).ask(patient={"given": "Zoe", "family": "Else", "born_year": "1990"}),
    )

    shown = [link.text for link in desk.soup(second).select(".request-same a")]
    assert shown == [first.reference]
    desk.act(second, "link", reference=first.reference.lower())

    assert (second.status, second.duplicate_of, second.outcome) == ("duplicate", first, "duplicate")
    assert ("A duplicate of it: " + second.reference, "") in desk.timeline(first)
    assert errors(desk.act(other, "link", reference=second.reference)) == [
        "That one is a duplicate itself. Link this one to the request that is answered."
    ]
    assert errors(desk.act(other, "link", reference="AAAA-BBBB-CCCC")) == [
        "No request has this reference. Compare it with the list."
    ]


# Looking for one


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ({"name": "zed sample"}, True),
        ({"name": "Sample, Zéd"}, True),
        ({"name": "SAMPLE"}, True),
        ({"name": "Sam"}, False),
        ({"name": "Zed"}, False),
        ({"born": "3/27/1961"}, True),
        ({"born": "3/28/1961"}, False),
        ({"phone": "+1 212 555 0142"}, True),
        ({"email": " Zed@Example.org"}, True),
        ({"name": "Sample", "born": "1961-03-27"}, True),
        ({"name": "Sample", "born": "3/28/1961"}, False),
        ({"name": "Sample", "phone": "212-555-0100"}, False),
    ],
    ids=str,
)
def test_a_request_is_found_by_all_that_is_typed_and_by_nothing_less(desk, asked, typed, is_found):
    said = desk.client.post(f"{LIST}search/", typed)

    found = [link.text for link in BeautifulSoup(said.content, "html.parser").select(".request-found a")]
    assert found == ([asked.reference] if is_found else [])
    assert Entry.objects.filter(action="search").latest("number").detail == ", ".join(typed)


def test_nothing_by_which_a_request_is_found_spells_what_it_is_found_by(desk, asked):
    rows = str(list(asked.lookups.values_list()))

    assert asked.lookups.count() == 5  # both names, day, phone, mail
    for word in ("sample", "zed", "1961", "0142", "example"):
        assert word not in rows.lower()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Type what you know of the patient, in one box at least."),
        ({"born": "yesterday"}, "Type the date as 3/27/1961."),
        ({"phone": "x"}, "Type the whole number with its area code, such as 212-555-0142."),
        ({"name": "—"}, "Type at least one whole name."),
    ],
)
def test_a_search_that_can_find_nothing_says_what_to_type(desk, typed, words):
    assert errors(desk.client.post(f"{LIST}search/", typed)) == [words]


# By phone


def test_a_request_by_phone_goes_through_the_same_pages_and_is_its_writers(desk, department, coordinator):
    begun = desk.client.post(f"{LIST}phone/", {"kind": "appointment"})
    assert begun["Location"] == "/appointments/"
    assert "for a patient on the phone" in desk.client.get("/appointments/").content.decode()

    asked = Patient(desk.client).ask()

    assert (asked.taken_by, asked.owner) == (coordinator, coordinator)
    assert desk.timeline(asked)[0][0] == "Taken down on the phone"
    assert desk.url(asked) in desk.client.get("/appointments/sent/").content.decode()


# The list


def test_the_queue_is_urgent_first_then_by_when_it_is_due(desk):
    now = timezone.now()
    hours = timedelta(hours=1)
    late, soon, urgent, later = (
        make.request(due_at=now - hours),
        make.request(due_at=now + hours),
        make.request(due_at=now + 5 * hours, priority=2),
        make.request(due_at=now + 2 * hours),
    )
    closed = make.request(outcome="seen", status="scheduled")

    assert desk.rows() == [one.reference for one in (urgent, late, soon, later)]
    assert desk.rows(view="overdue") == [late.reference]
    assert desk.rows(view="closed") == [closed.reference]


def test_a_row_says_what_has_come(desk):
    request = make.request()
    for holds in ("images", "images", "papers"):
        file = make.file(request)
        type(file).objects.filter(pk=file.pk).update(holds=holds)

    soup = BeautifulSoup(desk.client.get(LIST).content, "html.parser")

    assert soup.select_one(".field-records").text == "2 images, 1 paper"


def test_the_queue_asks_the_database_fewer_than_twenty_times(desk, unnoted_use):
    for _number in range(60):
        make.request()
    desk.client.get(LIST)

    with CaptureQueriesContext(connection) as asked:
        desk.client.get(LIST)

    assert len(asked) < 20


# Who may


@pytest.fixture
def reviewer():
    return make.user("Reviewing physician")


def test_a_reviewing_physician_sees_the_requests_that_are_theirs_and_no_other(client, reviewer):
    mine, other = make.request(reviewer=reviewer, status="in_review"), make.request()
    file = make.file(other)
    theirs = Desk(make.signed_in(client, reviewer))

    assert theirs.rows() == [mine.reference]
    page = BeautifulSoup(client.get(LIST).content, "html.parser")
    assert [view.text for view in page.select(".request-views a")] == [
        "All open 1", "Overdue 0", "Waiting for the patient 0", "Closed 0",
    ]  # fmt: skip
    assert "2 total" not in page.text
    assert theirs.rows(q=other.reference) == []
    assert theirs.offered(mine) == ["move", "note"]
    pages = (
        "change/",
        "print/",
        "files/all/",
        f"files/{file.pk}/",
        "series/1/",
        "hold/",
        "erase/",
        "history/",
        "delete/",
    )
    acts = [f"act/{name}/" for name in ("move", "note", "contact", "assign", "link", "nothing")]
    for page in (*pages, *acts):
        for method in (client.get, client.post):
            assert method(theirs.url(other, page)).status_code in (403, 404, 405), page
    assert client.post(f"{LIST}search/", {"name": "Sample"}).status_code == 403
    assert client.get(f"{LIST}phone/").status_code == 403


def test_a_reviewing_physician_decides_and_writes_notes_and_does_nothing_else(client, reviewer):
    request = make.request(reviewer=reviewer, status="in_review", kind="second_opinion")
    theirs = Desk(make.signed_in(client, reviewer))

    assert [option["value"] for option in theirs.soup(request).select("#act-move option")] == [
        "", "accepted", "needs_information",
    ]  # fmt: skip
    refused = {"move-event": str(uuid.uuid4()), "move-seen": "in_review", "move-to": "withdrawn", "move-text": ""}
    assert theirs.send(request, "move", refused).status_code == 200
    for act in ("contact", "message", "assign", "priority", "link", "due", "ask", "review", "came", "visit"):
        assert theirs.client.post(theirs.url(request, f"act/{act}/"), {}).status_code == 403
    theirs.act(request, "note", text="Needs a CT.")
    theirs.act(request, "move", to="accepted")

    assert request.status == "accepted"
    assert theirs.timeline(request)[-2:] == [("Note", "Needs a CT."), ("Accepted", "")]


def test_nothing_is_done_while_the_record_takes_no_row(desk, request):
    asked = make.request()
    form = {"note-event": str(uuid.uuid4()), "note-seen": "new", "note-text": "x"}
    desk.client.raise_request_exception = False
    request.getfixturevalue("unwritable_record")

    assert desk.client.post(desk.url(asked, "act/note/"), form).status_code == 503
    assert not Event.objects.exists()


def test_a_page_for_paper_holds_all_of_it_and_is_on_record_as_printed(desk, asked):
    desk.act(asked, "note", text="Prefers mornings.")

    page = desk.client.get(desk.url(asked, "print/")).content.decode()

    assert "My back hurts." in page
    assert "Prefers mornings." in page
    assert "request-act" not in page
    assert Entry.objects.filter(kind="request").latest("number").action == "print"
