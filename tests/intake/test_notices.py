"""What is told by mail of a request: to whom, in what words, once, and whatever happens to the mail server."""

import os
import signal
import subprocess
import sys

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as site_settings
from django.test import Client

from housekeeping.models import Lease
from intake import notices
from intake.models import DeskSettings, Notice, Request
from tests import make
from tests.intake.mail import MailServer, long_ago, send_due
from tests.intake.patient import Patient
from tests.serving import until

DESK, ZED = "desk@example.org", "zed@example.org"
TOLD = {  # in the answers, and in no mail
    "patient": {"given": "Marker1given", "family": "Marker2family"},
    "reach": {"phone": "212-555-0199"},
    "reason": {"problem": "Marker3problem"},
    "before": {"surgery": "yes", "surgery_words": "Marker4surgery"},
    "diagnosis": {"diagnosis": "Marker5diagnosis", "given_by": "Marker6by"},
    "questions": {"question_1": "Marker7question"},
    "doctor": {"referring": "Marker8referring"},
}


@pytest.fixture
def server(settings):
    server = MailServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.stop()


@pytest.fixture
def desk(department):
    DeskSettings.objects.update(mail_to=DESK)


def ask(way="appointments", **others):
    return Patient(Client(), way).ask(**others)


def test_the_desk_hears_that_a_request_waits_and_the_patient_that_it_has_come(desk, server):
    request = ask("second-opinion")
    send_due()

    (to_desk,), (to_patient,) = server.to(DESK), server.to(ZED)
    assert len(server.mails) == 2
    assert to_desk["Subject"] == f"A request for a second opinion is waiting, {request.reference}"
    assert to_patient["Subject"] == f"Your request {request.reference} has come"
    assert {mail["Auto-Submitted"] for mail in (to_desk, to_patient)} == {"auto-generated"}
    assert "routine" in to_desk.get_content()
    text = to_patient.get_content()
    assert request.reference in text
    assert f"{request.answer_by:%A, %B }{request.answer_by.day}, {request.answer_by.year}" in text
    assert "911" in text
    assert "212-555-0142" in text
    send_due()
    assert len(server.mails) == 2


def test_mails_name_neither_person_nor_condition_nor_physician(desk, department, server):
    about = {"reason": {"condition": str(department.condition.pk)}, "doctor": {"physician": str(department.surgeon.pk)}}
    ask("second-opinion", **{key: {**TOLD.get(key, {}), **about.get(key, {})} for key in TOLD})
    send_due()

    words = [word for answers in TOLD.values() for word in answers.values() if word != "yes"]
    words += ["Slipped disk", "slipped-disk", "Adler", "1961", "March 27"]
    for _recipients, message, content in server.mails:
        for word in words:
            assert word not in message.get_content()
            assert word.encode() not in content
    assert len(server.mails) == 2


@pytest.mark.parametrize(
    ("signs", "words"), [("now", "Urgent: "), ("today", "Today: ")], ids=["911 signs", "signs of today"]
)
def test_the_desk_reads_how_urgent_it_is(desk, department, server, signs, words):
    sign = department.sign if signs == "now" else department.today
    ask(signs={signs: [str(sign.pk)]})
    send_due()

    (mail,) = server.to(DESK)
    assert mail["Subject"].startswith(words)
    assert sign.title not in mail.get_content()


def test_whoever_gave_no_address_is_told_nothing_by_mail(desk, server):
    ask(reach={"email": ""})
    send_due()

    assert [recipients for recipients, *_mail in server.mails] == [[DESK]]


def test_without_an_address_of_the_desk_the_first_page_says_so(department, server, as_):
    ask()
    send_due()

    assert [recipients for recipients, *_mail in server.mails] == [[ZED]]
    page = as_(make.user("Coordinator")).get("/admin/").content.decode()
    assert "told of no request by mail" in page


def test_a_notice_is_written_with_its_request_or_not_at_all(desk, monkeypatch, client):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(notices, "tell_of", fail)
    patient = Patient(client)
    patient.answer_all()
    with pytest.raises(RuntimeError):
        patient.send()

    assert not Request.objects.exists()
    assert not Notice.objects.exists()


def test_nothing_is_lost_while_the_mail_server_is_away(desk, server):
    server.stop()
    requests = [ask() for _ in range(3)]
    for _round in range(5):
        send_due()
    assert Lease.objects.filter(duty="notices", failing_since__isnull=False).exists()

    server.start()
    for _round in range(3):
        send_due()

    assert len(server.to(ZED)) == 3
    told = " ".join(mail.get_content() for mail in server.to(DESK))
    for request in requests:
        assert told.count(request.reference) == 1
    assert not Notice.objects.filter(sent_at=None).exists()


def test_under_a_flood_the_desk_gets_one_mail_a_minute_that_names_all(desk, server):
    requests = [ask() for _ in range(6)]
    send_due()
    assert len(server.to(DESK)) == 1
    more = ask()
    from housekeeping.loop import Loop

    Loop().round()
    assert len(server.to(DESK)) == 1
    send_due()

    first, second = server.to(DESK)
    assert first["Subject"] == "6 requests are waiting"
    assert all(request.reference in first.get_content() for request in requests)
    assert more.reference in second["Subject"]
    assert first["Message-ID"] != second["Message-ID"]


def test_an_address_that_is_refused_for_good_fails_at_once_and_can_be_tried_again(desk, server, as_):
    request = ask()
    server.refusal = "550 no such box"
    send_due()
    coordinator = as_(make.user("Coordinator"))
    page = coordinator.get("/admin/")

    assert Notice.objects.filter(failed_at__isnull=False).count() == 2
    soup = BeautifulSoup(page.content, "html.parser")
    assert request.reference in soup.select_one("section[aria-labelledby=notices]").text
    assert ZED not in page.content.decode()

    server.refusal = ""
    assert coordinator.post("/admin/notices/").status_code == 302
    send_due()
    assert len(server.mails) == 2
    assert "Mail about requests" not in coordinator.get("/admin/").content.decode()


def test_a_refusal_for_now_is_tried_again_for_three_days(desk, server):
    ask()
    server.refusal = "451 later"
    send_due()
    assert not Notice.objects.exclude(failed_at=None).exists()

    long_ago(4)
    send_due()
    assert Notice.objects.exclude(failed_at=None).count() == 2


def test_only_who_works_at_the_desk_or_sets_it_up_hears_of_it(desk, as_):
    editor = as_(make.user("Editor"))

    assert "notices" not in editor.get("/admin/").content.decode()
    assert editor.post("/admin/notices/").status_code == 403


def test_what_was_sealed_for_another_notice_is_not_sent(desk, server):
    ask()
    Request.objects.update(words=b"x")
    send_due()

    assert [recipients for recipients, *_mail in server.mails] == [[DESK]]
    assert Notice.objects.get(kind="arrived").failed_at


@pytest.mark.parametrize("address", ["zed@example.org\r\nBcc: all@example.org", "a@b\nSubject: x"])
def test_no_address_adds_a_header(desk, server, address):
    request = ask()
    Request.objects.filter(pk=request.pk).update()
    kept = request.unsealed()
    kept["answers"]["reach"]["email"] = address
    request.seal(kept)
    request.save()
    send_due()

    assert [recipients for recipients, *_mail in server.mails] == [[DESK]]
    assert Notice.objects.get(kind="arrived").failed_at


def test_notices_hold_nothing_in_clear_and_are_forgotten(desk, server):
    ask()
    for notice in Notice.objects.all():
        assert ZED not in str(vars(notice))
    send_due()
    for notice in Notice.objects.exclude(sent_at=None):
        Notice.objects.filter(pk=notice.pk).update(sent_at=notice.sent_at - notices.KEPT_FOR * 2)
    notices.forget_old()

    assert not Notice.objects.exists()


def test_a_code_that_somebody_waits_for_goes_first(desk, server):
    ask()
    Notice.write(Notice.Kind.RESUME, words={"to": "pat@example.org", "code": "AAAA", "kind": "appointment"})
    send_due()

    assert [recipients for recipients, *_mail in server.mails] == [["pat@example.org"], [DESK], [ZED]]


# Killed between sending and marking

MADE = """
import datetime, uuid
from django.utils import timezone
from intake import notices
from intake.models import DeskSettings, Request
DeskSettings.objects.update(mail_to="desk@example.org")
for number in range(2):
    request = Request(id=uuid.uuid4(), reference=f"AAAA-AAAA-AAA{number}", kind="appointment", consent_version="1",
        received_at=timezone.now(), due_at=timezone.now(), answer_by=datetime.date(2026, 12, 1))
    answers = {"reach": {"email": f"zed{number}@example.org"}}
    request.seal({"answers": answers, "checked": []})
    request.save(force_insert=True)
    notices.tell_of(request, answers)
"""
FREE = "from housekeeping.models import Lease; Lease.objects.all().delete()"


def test_who_is_killed_after_sending_sends_the_same_mail_once_more(own_site, tmp_path):
    log = tmp_path / "said.log"
    server = MailServer()
    server.start()
    environment = own_site.environment(
        EMAIL_URL=f"smtp://127.0.0.1:{server.port}", EMAIL_FROM="SpineInfo <spine@example.org>"
    )

    def run():
        with log.open("ab") as said:
            command = [sys.executable, "manage.py", "housekeep"]
            return subprocess.Popen(command, cwd=site_settings.BASE_DIR, env=environment, stdout=said, stderr=said)

    try:
        assert own_site.manage("shell", "-v0", "-c", MADE).returncode == 0
        running = run()
        server.at_mail = lambda: len(server.mails) == 1 and os.kill(running.pid, signal.SIGKILL)
        running.wait(timeout=60)
        assert own_site.manage("shell", "-v0", "-c", FREE).returncode == 0
        running = run()
        until(lambda: len(server.mails) >= 4, "the mails")
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=60)
    finally:
        running.kill()
        running.wait(timeout=60)
        server.stop()

    by_id = {}
    for recipients, message, _bytes in server.mails:
        by_id.setdefault(message["Message-ID"], []).append((recipients, message["Subject"]))
    assert len(server.mails) == 4
    assert sorted(len(copies) for copies in by_id.values()) == [1, 1, 2]
    assert all(copies[0] == copies[-1] for copies in by_id.values())
    assert "@example.org" not in log.read_text()
