import datetime
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import hashers
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from time_machine import travel

from accounts.factors import has_factor
from accounts.models import Letter, User
from record.models import Entry
from tests import make
from tests.accounts.letters import PASSWORD, code_in, sent, set_password

pytestmark = pytest.mark.django_db
ASK = "/admin/forgotten-password/"


def ask(who, **options):
    return Client().post(ASK, {"who": who}, **options)


def after(**time):
    return travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(**time), tick=False)


@pytest.mark.parametrize("of", ["username", "email", "EMAIL"])
def test_a_forgotten_password_is_set_anew_by_a_mailed_link(publisher, mailoutbox, of):
    ask(publisher.email.upper() if of == "EMAIL" else getattr(publisher, of))
    (mail,) = sent(mailoutbox)

    answer = set_password(Client(), code_in(mail))

    publisher.refresh_from_db()
    assert (answer.status_code, mail.to) == (302, [publisher.email])
    assert publisher.check_password(PASSWORD)


def test_every_session_ends_and_the_second_factor_stays(client, publisher, mailoutbox):
    make.factor(publisher)
    ask(publisher.username)
    make.signed_in(client, publisher)
    User.objects.filter(pk=publisher.pk).update(last_login=None)  # a sign-in would make the link dead

    with after(minutes=1):
        set_password(client, code_in(sent(mailoutbox)[0]))

    assert client.get("/admin/").status_code == 302
    assert has_factor(publisher)


def test_a_link_works_once_and_for_an_hour(publisher, mailoutbox):
    ask(publisher.username)
    code = code_in(sent(mailoutbox)[0])

    with after(minutes=61):
        assert set_password(Client(), code).status_code == 200
    with after(minutes=59):
        assert set_password(Client(), code).status_code == 302
        assert set_password(Client(), code, "another password of mine").status_code == 200


def test_a_link_sent_before_clocks_go_back_is_not_valid_for_two_hours(publisher, mailoutbox):
    with travel(datetime.datetime(2026, 11, 1, 5, 30, tzinfo=datetime.UTC), tick=False):  # 1:30 am in New York
        ask(publisher.username)
        code = code_in(sent(mailoutbox)[0])

    with travel(datetime.datetime(2026, 11, 1, 6, 40, tzinfo=datetime.UTC), tick=False):  # 1:40 am, standard time
        assert set_password(Client(), code).status_code == 200


def test_a_link_dies_with_the_next_sign_in(client, publisher, mailoutbox):
    ask(publisher.username)
    code = code_in(sent(mailoutbox)[0])
    make.signed_in(client, publisher)

    assert set_password(Client(), code).status_code == 200


NO_MAIL_FOR = {
    "a name nobody has": lambda: "nobody",
    "an address nobody has": lambda: "nobody@example.org",
    "a closed account": lambda: make.user("Editor", is_active=False).username,
    "an emergency account": lambda: make.user(emergency_until=make.moment_ahead()).username,
    "someone invited": lambda: unset(make.user("Editor")).username,
    "a password typed by mistake": lambda: make.PASSWORD,
}


def unset(person):
    person.set_unusable_password()
    person.save()
    return person


@pytest.mark.parametrize("who", NO_MAIL_FOR.values(), ids=NO_MAIL_FOR)
def test_no_mail_goes_to(who, mailoutbox):
    typed = who()

    answer = ask(typed)

    assert sent(mailoutbox) == []
    assert "a mail with a link is on its way" in answer.content.decode()
    assert not Letter.objects.exists()


def answer_and_work(typed, monkeypatch):
    """What somebody reads and what the site did for it: statements on both databases, and passwords hashed."""
    hashed = []
    monkeypatch.setattr(hashers, "make_password", lambda *args, **options: hashed.append(args))
    with CaptureQueriesContext(connection) as site, CaptureQueriesContext(connections["record"]) as record:
        answer = ask(typed)
    statements = [re.split(r"\(|WHERE|SAVEPOINT", query["sql"])[0] for query in (*site, *record)]
    return answer.status_code, answer.content.decode().partition("<h1>")[2], statements, hashed


@pytest.mark.parametrize("who", NO_MAIL_FOR.values(), ids=NO_MAIL_FOR)
def test_answer_and_work_are_the_same_for_known_and_unknown(publisher, who, monkeypatch):
    ask("somebody before")
    known = answer_and_work(publisher.username, monkeypatch)
    other = answer_and_work(who(), monkeypatch)

    assert other == known
    assert known[0] == 200
    assert known[3] == []


def test_a_mailbox_cannot_be_flooded(publisher, mailoutbox):
    for _time in range(4):
        ask(publisher.username)
        ask(publisher.email)
    assert len(sent(mailoutbox)) == 1
    for hour in range(1, 24):
        with after(hours=hour):
            ask(publisher.username)
            sent(mailoutbox)

    assert len(mailoutbox) == 5
    assert Letter.objects.filter(sent_at=None).count() == 0


def test_what_others_ask_leaves_the_link_of_before_usable(publisher, mailoutbox):
    ask(publisher.username)
    code = code_in(sent(mailoutbox)[0])
    with after(minutes=30):
        ask(publisher.username)
        sent(mailoutbox)
        assert len(mailoutbox) == 2

        assert set_password(Client(), code).status_code == 302


def test_one_address_asks_ten_times_an_hour(publisher, mailoutbox):
    answers = [ask(f"someone-{number}") for number in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 3600
    assert "Too many people here asked" in answers[-1].content.decode()
    assert Letter.objects.count() == 10


def test_an_administrator_sends_a_link_and_never_sees_it(client, editor, mailoutbox):
    make.signed_in(client, make.user("Administrator"))

    page = client.post(reverse("admin:accounts_user_reset", args=[editor.pk]), follow=True).content.decode()

    code = code_in(sent(mailoutbox)[0])
    assert "The mail goes out within a minute" in page
    assert code not in page
    assert set_password(Client(), code).status_code == 302


def test_asking_and_setting_are_on_record_without_what_was_typed(editor, mailoutbox):
    ask("my secret password")
    ask(editor.email)
    set_password(Client(), code_in(sent(mailoutbox)[0]))

    found = Entry.objects.order_by("number").values_list("username", "action", "kind", "key", "detail", "outcome")
    assert list(found) == [
        ("", "ask_reset", "user", "", "", "allowed"),
        ("", "ask_reset", "user", str(editor.pk), "", "allowed"),
        (editor.username, "change_password", "user", str(editor.pk), "by the link in a mail", "allowed"),
    ]


def test_who_asked_is_forgotten_after_a_day(editor, mailoutbox):
    before = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=25)
    Letter.objects.create(kind="reset", account=editor, asked_at=before, sent_at=before)

    sent(mailoutbox)

    assert not Letter.objects.exists()


@pytest.mark.parametrize("address", [ASK, "/admin/new-password/"])
def test_the_pages_are_kept_by_nobody_and_take_no_other_method(client, address, db):
    answer = client.get(address)

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert "unsafe" not in answer["Content-Security-Policy"]
    for method in ("put", "patch", "delete", "trace", "options"):
        assert getattr(client, method)(address).status_code == 405
    assert Client(enforce_csrf_checks=True).post(address, {"who": "x"}).status_code == 403


def test_an_odd_name_is_no_fault(db):
    for odd in ("", " ", "\0", "x" * 300, "=1+1", "a@b\r\nBcc: c@example.org", "ï" * 100):
        assert ask(odd).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_many_who_use_a_link_at_once_one_sets_the_password(mailoutbox):
    publisher = make.user("Publisher")
    ask(publisher.username)
    code = code_in(sent(mailoutbox)[0])
    passwords = [f"{number} copper lamps under snow" for number in ("two", "six", "ten", "nine")]

    def use(password):
        try:
            return set_password(Client(), code, password).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(use, passwords))

    publisher.refresh_from_db()
    assert sorted(answers) == [200, 200, 200, 302]
    assert publisher.check_password(passwords[answers.index(302)])
