"""A year at the desk on a clock that stands still: from what comes in to what is left when all is erased.

At each moment it is checked what is due when, what the patient reads and which mails went out.
"""

import re
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from time_machine import travel

from intake import drafts, erasing, status
from intake.models import DeskSettings, Erasure, Request
from record.models import Entry
from tests import make
from tests.intake.desk import Desk
from tests.intake.mail import send_due
from tests.intake.patient import Patient

pytestmark = [pytest.mark.django_db, pytest.mark.once]
MARKS = ["Quillon", "Vantable", "quillon@example.org", "212-555-0177", "My lumbrous back", "1957-03-27", "lumbrous.pdf"]


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.get_current_timezone())


class Year:
    """Moves from moment to moment with a coordinator and the patients' browsers."""

    def __init__(self, mailoutbox):
        self.mails = mailoutbox
        self.coordinator = make.user("Coordinator")
        self.reviewer = make.user("Reviewing physician")

    @contextmanager
    def at(self, text):
        """A Desk of somebody who has just signed in, at this moment; mail that is due goes out at its end."""
        with travel(local(text), tick=False):
            yield Desk(make.signed_in(Client(), self.coordinator))
            send_due()

    def ask(self, way="appointments", **others):
        patient = {"given": "Quillon", "family": "Vantable", "born_year": "1957"}
        reach = {"email": "quillon@example.org", "phone": "212-555-0177"}
        reason = {"problem": "My lumbrous back hurts."}
        return Patient(Client(), way).ask(patient=patient, reach=reach, reason=reason, **others)

    def sent(self):
        """The subjects of the mails since this was asked last, without references."""
        subjects = [re.sub(r"\b\w{4}-\w{4}-\w{4}\b", "…", mail.subject) for mail in self.mails]
        self.mails.clear()
        return sorted(subjects)

    def read(self, request):
        """The heading that the patient reads on the status page."""
        client = Client()
        client.post("/request-status/", {"reference": request.reference, **BORN})
        send_due()
        mail = next(mail for mail in self.mails if mail.subject == "Your code")
        self.mails.remove(mail)
        code = re.search(r"^ {4}(\d{6})$", mail.body, re.MULTILINE).group(1)
        client.post("/request-status/code/", {"code": code})
        soup = BeautifulSoup(client.get("/request-status/shown/").content, "html.parser")
        return soup.select_one(".card-strong h2").text


LOOKS = range(100, 280, 3)  # days after the last request was closed, on which it is looked what was erased
BORN = {"born_month": "3", "born_day": "27", "born_year": "1957"}


def due(request):
    request.refresh_from_db()
    return request.due_at and timezone.localtime(request.due_at).strftime("%Y-%m-%dT%H:%M")


def spelled():
    """The marks that stand in clear in any field of any row of any table."""
    found = set()
    for model in apps.get_models():
        for row in model.objects.using("record" if model is Entry else "default").values():
            text = " ".join(bytes(value).decode("latin-1") if isinstance(value, memoryview | bytes) else str(value)
                            for value in row.values())  # fmt: skip
            found |= {mark for mark in MARKS if mark.lower() in text.lower()}
    return found


@pytest.fixture
def opened(request, db):
    """The department as it stood before the year began."""
    with travel(local("2026-10-01T12:00"), tick=False):
        return request.getfixturevalue("department")


@pytest.fixture
def year(opened, mailoutbox):
    desk = DeskSettings.objects.get()
    desk.mail_to, desk.kept_for = "desk@example.com", 180
    desk.save()
    desk.holidays.bulk_create(
        desk.holidays.model(desk=desk, day=day) for day in (date(2026, 11, 26), date(2026, 12, 25), date(2027, 1, 1))
    )
    desk.retentions.create(kind="second_opinion", outcome="opinion_sent", kept_for=270)
    return Year(mailoutbox)


def test_a_year_from_arrival_to_erasure(year, opened):
    # A Friday afternoon before a weekend, and the week of a holiday
    with year.at("2026-10-30T16:00"):
        visit = year.ask()
        urgent = year.ask(signs={"now": [str(opened.sign.pk)]})
    assert year.sent() == ["Urgent: 2 requests are waiting", "Your request … has come", "Your request … has come"]
    assert due(visit) == "2026-11-03T16:00"  # two business days; clocks were set on Sunday
    assert due(urgent) == "2026-11-02T16:00"
    assert (visit.answer_by, urgent.priority) == (date(2026, 11, 4), Request.Priority.EMERGENCY)

    with year.at("2026-11-02T09:00") as desk:
        assert desk.rows() == [urgent.reference, visit.reference]
        desk.act(urgent, "contact", how="phone", result="no_answer", again_on="2026-11-02")
        assert due(urgent) == "2026-11-02T17:00"
        desk.act(urgent, "contact", how="phone", result="reached", text="Is in the emergency room.")
        assert due(urgent) == "2026-11-09T09:00"  # five business days
        desk.act(urgent, "move", to="declined", text="The emergency room admitted them.")
        assert year.read(urgent) == str(status.WORDS["declined"][0])
    assert due(urgent) is None
    assert year.sent() == []

    with year.at("2026-11-03T16:01") as desk:
        assert desk.rows(view="overdue") == [visit.reference]
        desk.act(visit, "assign", to=year.coordinator.pk)
        desk.act(visit, "contact", how="phone", result="left_message")
        assert (due(visit), desk.rows(view="overdue")) == ("2026-11-10T16:01", [])
        desk.act(visit, "ask", lines=["mri"])
        assert (visit.status, year.read(visit)) == ("needs_information", str(status.WORDS["needs_information"][0]))
    assert year.sent() == ["A message about your request …"]

    # Clinical review, then a visit after the holiday
    with year.at("2026-11-20T15:00") as desk:
        assert desk.rows(view="overdue") == [visit.reference]
        desk.act(visit, "came", lines=["mri"])
        desk.act(visit, "review", to=year.reviewer.pk)
        desk.act(visit, "move", to="in_review")
        assert year.read(visit) == str(status.WORDS["in_review"][0])
    assert due(visit) == "2026-11-30T15:00"  # five business days, of which one is Thanksgiving
    with year.at("2026-11-24T12:00"):
        theirs = Desk(make.signed_in(Client(), year.reviewer))
        theirs.act(visit, "note", text="Can wait until January.")
        theirs.act(visit, "move", to="accepted")
        assert year.read(visit) == str(status.WORDS["accepted"][0])
    with year.at("2026-12-23T10:00") as desk:
        desk.act(visit, "move", to="scheduled", visit_on="2026-12-31")
        assert year.read(visit) == str(status.WORDS["scheduled"][0])
    assert due(visit) == "2027-01-04T17:00"  # what came of it: not on New Year, nor on the weekend
    assert year.sent() == []

    # A second opinion that takes the winter
    with year.at("2027-01-29T09:30"):
        opinion = year.ask("second-opinion")
        file = make.file(opinion, name="lumbrous.pdf")
    assert due(opinion) == "2027-02-02T09:30"
    with year.at("2027-02-01T10:00") as desk:
        desk.act(visit, "visit", outcome="seen", on="2026-12-31")
        assert year.read(visit) == str(status.CLOSED[0])
        same = {link.text for link in desk.soup(opinion).select(".request-same a")}
        assert same == {urgent.reference, visit.reference}
        desk.act(opinion, "message", text="We have begun.", shown="We have begun.", do="send")
        desk.act(opinion, "move", to="in_review")
        desk.act(opinion, "move", to="accepted")
        desk.act(opinion, "move", to="opinion_in_progress")
        assert year.read(opinion) == str(status.WORDS["opinion_in_progress"][0])
    with year.at("2027-03-12T16:00") as desk:
        desk.act(opinion, "due", day="2027-03-14")
        assert due(opinion) == "2027-03-15T17:00"  # clocks are set on that Sunday
        desk.act(opinion, "move", to="opinion_sent")
        assert year.read(opinion) == str(status.WORDS["opinion_sent"][0])
    assert opinion.outcome_on == date(2027, 3, 12)

    # What goes when: 180 days after it was closed, and 270 for an opinion that was sent
    left = {"urgent": urgent, "visit": visit, "opinion": opinion}
    went = {}
    assert {urgent.closed_at.date(), visit.closed_at.date()} == {date(2026, 11, 2), date(2027, 2, 1)}
    Request.objects.filter(pk=urgent.pk).update(is_held=True)
    for day in LOOKS:
        moment = local("2027-03-13T04:00") + timedelta(days=day)
        with travel(moment, tick=False):
            if moment.date() >= date(2027, 6, 30):
                Request.objects.filter(pk=urgent.pk).update(is_held=False)
            erasing.erase_old()
            drafts.erase_old()
            for name, one in left.items():
                if name not in went and not Request.objects.filter(pk=one.pk).exists():
                    went[name] = moment.date()
    with travel(local("2028-01-01T04:00"), tick=False):
        send_due()
    assert went == {
        "urgent": next_look(local("2027-06-30T00:00")),  # it was held until then
        "visit": next_look(visit.closed_at + timedelta(days=180)),
        "opinion": next_look(opinion.closed_at + timedelta(days=270)),
    }

    # What is left
    assert Erasure.objects.count() == 3
    assert not type(file).objects.exists()
    for name in ("Event", "Lookup", "Message", "Notice", "Inquiry", "Draft", "Segment"):
        assert not apps.get_model("intake", name).objects.exists(), name
    assert spelled() == set()
    erased = Entry.objects.filter(action="delete", kind="request").values_list("key", flat=True)
    assert sorted(erased) == sorted(str(one.pk) for one in left.values())


def next_look(moment):
    """The first of the days on which the test looks, from `moment` on."""
    first = local("2027-03-13T04:00")
    return next((first + timedelta(days=days)).date() for days in LOOKS if first + timedelta(days=days) >= moment)


def test_marks_are_found_where_they_are(year):
    """What looks for marks finds one that is there."""
    make.user("Editor", first_name="Quillon", last_name=date_format(date(2027, 1, 1), "F"))

    assert spelled() == {"Quillon"}
