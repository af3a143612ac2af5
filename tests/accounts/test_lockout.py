"""Whoever tries passwords or codes gets few answers, and learns nothing of who has an account."""

import datetime
import logging
import threading
from collections import Counter

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client, RequestFactory
from django.urls import reverse
from time_machine import travel

from accounts import factors, lockout
from record.models import Entry
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]
START = datetime.datetime(2026, 3, 2, 8, 0, tzinfo=datetime.UTC)
LOGIN, CODE = reverse("admin:login"), reverse("admin:code")
SECOND, MINUTE, HOUR, DAY = (datetime.timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
REASON = "She forgot which keyboard it was."
NOWHERE = "198.51.100."


@pytest.fixture
def clock():
    with travel(START, tick=False) as clock:
        yield clock


def tries(client, username, password, address="203.0.113.7"):
    return client.post(LOGIN, {"username": username, "password": password}, REMOTE_ADDR=address)


def lets_in(client, person, password=make.PASSWORD, address="203.0.113.7"):
    """Whether a right password is taken just now."""
    return tries(client, person.username, password, address).status_code == 302


def answered():
    """When a try was answered and not refused by a lock."""
    return sorted(AccessFailureLog.objects.values_list("attempt_time", flat=True))


def most_in_a_minute(moments):
    return max(sum(at <= other < at + MINUTE for other in moments) for at in moments)


# 200 wrong ones


def test_of_200_wrong_passwords_for_one_account_at_most_five_a_minute_get_an_answer(clock, client, editor):
    taken = []
    for number in range(200):
        assert tries(client, editor.username, f"wrong {number}", f"{NOWHERE}{number}").status_code == 200
        if number % 10 == 9:
            taken.append(lets_in(Client(), editor, address="192.0.2.1") if lockout.is_locked(editor.username) else None)
        clock.shift(3 * SECOND)

    assert most_in_a_minute(answered()) == 5
    assert len(answered()) <= 5 * 10
    assert True not in taken
    assert False in taken


def test_of_200_wrong_passwords_from_one_address_at_most_five_a_minute_get_an_answer(clock, client, editor):
    refused = 0
    for number in range(200):
        tries(client, f"someone{number}", "wrong")
        clock.shift(3 * SECOND)
        refused += not lets_in(Client(), editor)

    assert most_in_a_minute(answered()) == 5
    assert refused >= 100


def test_of_200_wrong_codes_at_most_five_a_minute_get_an_answer(clock, client, publisher):
    device = make.factor(publisher)
    for number in range(200):
        if number % 50 == 0:
            clock.shift(HOUR)
            tries(client, publisher.username, make.PASSWORD)
        client.post(CODE, {"code": f"{number:06}"}, REMOTE_ADDR=f"{NOWHERE}{number}")
        clock.shift(3 * SECOND)
    locked = lockout.is_locked(publisher.username)
    tries(client, publisher.username, make.PASSWORD, "192.0.2.1")
    client.post(CODE, {"code": make.code(device)}, REMOTE_ADDR="192.0.2.1")

    assert most_in_a_minute(answered()) == 5
    assert locked
    assert client.get("/admin/").status_code == 302


def test_wrong_passwords_and_wrong_codes_count_together(clock, client, publisher):
    device = make.factor(publisher)
    tries(client, publisher.username, make.PASSWORD)
    for _number in range(2):
        client.post(CODE, {"code": "000000"}, REMOTE_ADDR="203.0.113.7")
    for number in range(3):
        tries(Client(), publisher.username, "wrong", f"{NOWHERE}{number}")

    client.post(CODE, {"code": make.code(device)}, REMOTE_ADDR="203.0.113.7")

    assert client.get("/admin/").status_code == 302


def test_wrong_recovery_codes_count_too(clock, client, publisher):
    make.factor(publisher)
    codes = factors.new_recovery_codes(publisher)
    tries(client, publisher.username, make.PASSWORD)
    for _number in range(5):
        client.post(reverse("admin:recovery"), {"code": "AAAA-AAAA-AAAA-AAAA"})

    client.post(reverse("admin:recovery"), {"code": codes[0]})

    assert client.get("/admin/").status_code == 302
    assert factors.recovery_codes_left(publisher) == 10


def test_a_right_password_is_no_free_pass_for_more_codes(clock, client, publisher):
    make.factor(publisher)
    for _number in range(4):
        tries(client, publisher.username, make.PASSWORD)
        client.post(CODE, {"code": "000000"})
        clock.shift(MINUTE)

    assert AccessFailureLog.objects.count() == 4


# The lock


def fail(clock, username, times):
    """So many answered wrong tries in a row, from as many addresses."""
    for number in range(times):
        while lockout.is_locked(username):
            clock.shift(MINUTE)
        tries(Client(), username, "wrong", f"{NOWHERE}{number}")


def test_the_sixth_try_is_refused_though_it_is_right_and_the_lock_ends_by_itself(clock, editor):
    fail(clock, editor.username, 5)

    sixth = lets_in(Client(), editor)
    clock.shift(59 * SECOND)
    later = lets_in(Client(), editor)
    clock.shift(SECOND)

    assert not sixth
    assert not later
    assert lets_in(Client(), editor)


def test_each_lock_is_longer_than_the_one_before_up_to_a_quarter_of_an_hour(clock, editor):
    lengths = []
    for _round in range(7):
        fail(clock, editor.username, 5)
        locked_at = datetime.datetime.now(datetime.UTC)
        while lockout.is_locked(editor.username):
            clock.shift(SECOND)
        lengths.append((datetime.datetime.now(datetime.UTC) - locked_at) // MINUTE)

    assert lengths == [1, 2, 4, 8, 15, 15, 15]


def test_tries_inside_a_lock_do_not_make_it_longer(clock, editor):
    fail(clock, editor.username, 5)
    for number in range(50):
        tries(Client(), editor.username, "wrong", f"{NOWHERE}{number}")
    clock.shift(MINUTE)

    assert lets_in(Client(), editor)


def test_after_a_hundred_wrong_tries_in_a_row_an_account_stays_locked_until_someone_frees_it(clock, editor):
    fail(clock, editor.username, 100)
    clock.shift(7 * DAY)
    before = lets_in(Client(), editor)
    lockout.free(editor.username)

    assert not before
    assert AccessFailureLog.objects.count() == 0
    assert lets_in(Client(), editor)


def last_row():
    return Entry.objects.values_list("username", "action", "kind", "key", "detail", "why").first()


def test_a_command_frees_an_account_for_a_reason_on_record(clock, editor):
    fail(clock, editor.username, 5)

    call_command("unlock", editor.username.upper(), reason=REASON)

    row = ("", "change", "user", str(editor.pk), "lock after wrong tries taken off", REASON)
    assert last_row() == row
    assert lets_in(Client(), editor)


@pytest.mark.parametrize(
    ("tried_from", "given"),
    [("203.0.113.7", "203.0.113.7"), ("2001:db8::1", "2001:db8::2"), ("::ffff:203.0.113.7", "203.0.113.7")],
)
def test_a_command_frees_an_address_and_no_account(clock, client, editor, publisher, tried_from, given):
    fail(clock, publisher.username, 5)
    for number in range(5):
        tries(client, f"someone{number}", "wrong", tried_from)
    before = lets_in(Client(), editor, address=tried_from)

    call_command("unlock", address=given, reason=REASON)

    assert last_row() == ("", "change", "user", "", "lock of an address taken off", REASON)
    assert not before
    assert lets_in(Client(), editor, address=tried_from)
    assert lockout.is_locked(publisher.username)


@pytest.mark.parametrize("arguments", [["ada"], ["--address", "203.0.113.7"]])
def test_no_lock_is_taken_off_while_the_record_takes_no_row(clock, client, unwritable_record, arguments):
    person = make.user("Editor", username="ada")
    for _number in range(5):
        lockout.attempt(RequestFactory().get("/", REMOTE_ADDR="203.0.113.7"), "ada", lambda: False)

    with pytest.raises(CommandError, match="nothing was done"):
        call_command("unlock", *arguments, reason=REASON)

    assert lockout.is_locked(person.username)
    assert AccessFailureLog.objects.filter(ip_address="203.0.113.7").count() == 5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ada"], "Say why"),
        (["nobody", "--reason", REASON], "No account"),
        (["--address", "nowhere", "--reason", REASON], "no IP address"),
    ],
)
def test_the_command_says_what_is_missing(arguments, said):
    make.user(username="ada")

    with pytest.raises(CommandError, match=said):
        call_command("unlock", *arguments)

    assert last_row() is None


@pytest.mark.parametrize(
    "command",
    [
        ["axes_reset"],
        ["axes_reset_ip", "203.0.113.7"],
        ["axes_reset_username", "ada"],
        ["axes_reset_ip_username", "203.0.113.7", "ada"],
        ["axes_reset_failure_logs"],
        ["axes_list_attempts"],
    ],
)
def test_the_commands_of_django_axes_do_nothing_and_name_ours(clock, command):
    fail(clock, "ada", 5)

    with pytest.raises(CommandError, match="manage.py unlock"):
        call_command(*command)

    assert lockout.is_locked("ada")


def test_a_whole_sign_in_makes_the_count_begin_anew(clock, client, publisher):
    device = make.factor(publisher)
    fail(clock, publisher.username, 4)
    tries(client, publisher.username, make.PASSWORD)
    client.post(CODE, {"code": make.code(device)})
    counted = AccessFailureLog.objects.count()
    fail(clock, publisher.username, 4)

    assert counted == 0
    assert lets_in(Client(), publisher)


@pytest.mark.parametrize("spelled", ["{}", " {} ", "{}\u00a0", "EDITOR", "ｅditor", "eDiToR\u2003"])
def test_a_lock_holds_for_every_spelling_that_could_mean_the_account(clock, spelled):
    person = make.user("Editor", username="editor")
    for number in range(5):
        tries(Client(), spelled.format("editor"), "wrong", f"{NOWHERE}{number}")

    assert not lets_in(Client(), person)


def test_user_name_and_email_address_count_for_one_account(clock, editor):
    for number in range(5):
        tries(Client(), (editor.username, editor.email.upper())[number % 2], "wrong", f"{NOWHERE}{number}")

    by_name = tries(Client(), editor.username, make.PASSWORD, "192.0.2.1").status_code
    by_email = tries(Client(), editor.email, make.PASSWORD, "192.0.2.2").status_code
    rows = Entry.objects.filter(outcome="refused").values_list("username", "key")
    clock.shift(MINUTE)

    assert (by_name, by_email) == (200, 200)
    assert set(rows) == {(editor.username, str(editor.pk))}
    assert tries(Client(), editor.email, make.PASSWORD, "192.0.2.1").status_code == 302


def test_an_address_is_free_again_after_a_minute_and_others_were_all_along(clock, editor):
    for number in range(5):
        tries(Client(), f"someone{number}", "wrong")

    here, there = lets_in(Client(), editor), lets_in(Client(), editor, address="192.0.2.1")
    clock.shift(MINUTE)

    assert (here, there) == (False, True)
    assert lets_in(Client(), editor)


def test_addresses_of_one_network_count_as_one(clock, editor):
    for number in range(5):
        tries(Client(), f"someone{number}", "wrong", f"2001:db8:1:1::{number + 1}")

    assert not lets_in(Client(), editor, address="2001:db8:1:1:ffff::9")
    assert lets_in(Client(), editor, address="2001:db8:1:2::9")


def test_an_address_behind_a_trusted_proxy_counts_and_one_that_is_only_claimed_does_not(clock, editor):
    for number in range(5):
        Client().post(LOGIN, {"username": f"a{number}", "password": "wrong"}, REMOTE_ADDR="127.0.0.1",
                      HTTP_X_FORWARDED_FOR=f"{NOWHERE}{number}, 203.0.113.7")  # fmt: skip

    assert not lets_in(Client(), editor)
    assert lets_in(Client(), editor, address="127.0.0.1")


def test_mistakes_of_a_person_who_then_signs_in_lock_no_address(clock, client):
    for number in range(10):
        person = make.user("Editor")
        tries(Client(), person.username, "wrong")
        assert lets_in(Client(), person), number


@pytest.mark.parametrize("address", ["", "unix:", "not an address"])
def test_a_request_from_nowhere_is_counted_by_its_account(clock, editor, address):
    for _number in range(5):
        assert tries(Client(), editor.username, "wrong", address).status_code == 200

    assert not lets_in(Client(), editor, address=address)


# The same for everyone


@pytest.fixture
def hashed(monkeypatch):
    """How many passwords were hashed."""
    count = Counter()
    encode = MD5PasswordHasher.encode

    def counted(self, password, salt):
        count["hashes"] += 1
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return count


def test_nobody_can_tell_who_has_an_account_by_words_status_or_work(clock, hashed):
    editor, locked = make.user("Editor"), make.user("Editor")
    closed, outside = make.user("Editor", is_active=False), make.user("Editor", is_staff=False)
    over = make.user("Editor", emergency_until=START)
    invited = make.user("Editor")
    invited.set_unusable_password()
    invited.save()
    fail(clock, locked.username, 5)
    fail(clock, "unknown-too", 5)
    cases = {
        "unknown": ("unknown", "wrong"),
        "known": (editor.username, "wrong"),
        "unknown address": ("unknown@example.org", "wrong"),
        "address": (editor.email, "wrong"),
        "address, closed, right": (closed.email, make.PASSWORD),
        "address, locked, right": (locked.email, make.PASSWORD),
        "closed": (closed.username, "wrong"),
        "closed, right": (closed.username, make.PASSWORD),
        "locked": (locked.username, "wrong"),
        "locked, right": (locked.username, make.PASSWORD),
        "locked, unknown": ("unknown-too", "wrong"),
        "no staff, right": (outside.username, make.PASSWORD),
        "an emergency that is over, right": (over.username, make.PASSWORD),
        "no password yet": (invited.username, "wrong"),
    }

    seen = {}
    for number, (name, (username, password)) in enumerate(cases.items()):
        hashed.clear()
        answer = tries(Client(), username, password, f"192.0.2.{number}")
        words = answer.content.decode().replace(username, "NAME").replace(str(answer.context["csrf_token"]), "TOKEN")
        seen[name] = (answer.status_code, hashed["hashes"], words)

    assert {name: facts[:2] for name, facts in seen.items()} == dict.fromkeys(cases, (200, 1))
    assert len({words for _status, _hashes, words in seen.values()}) == 1


def test_a_right_password_costs_the_same_work(clock, hashed, editor):
    hashed.clear()

    assert lets_in(Client(), editor)
    assert hashed["hashes"] == 1


# What is kept


def test_neither_names_nor_passwords_nor_codes_that_were_typed_are_kept_or_logged(clock, client, publisher, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "axes")
    make.factor(publisher)
    tries(client, "my-secret-password", "other-secret")
    tries(client, publisher.username, "wrong-secret")
    tries(client, publisher.username, make.PASSWORD)
    client.post(CODE, {"code": "987654"}, HTTP_USER_AGENT="Browser of mine")

    kept = [list(model.objects.values()) for model in (AccessAttempt, AccessFailureLog, AccessLog)]
    rows = list(Entry.objects.values())
    words = f"{kept} {rows} {[record.getMessage() for record in caplog.records]}"
    assert [len(each) for each in kept] == [0, 3, 0]
    for secret in ("my-secret", "other-secret", "wrong-secret", make.PASSWORD, "987654", "Browser of mine"):
        assert secret not in words
    assert publisher.username not in str(kept)


def test_old_tries_are_forgotten_and_their_addresses_sooner(clock, client):
    tries(client, "someone", "wrong")
    clock.shift(2 * DAY)
    lockout.forget_old_tries()
    address = AccessFailureLog.objects.get().ip_address
    clock.shift(29 * DAY)
    lockout.forget_old_tries()

    assert address is None
    assert not AccessFailureLog.objects.exists()


# Many at once


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_once_get_no_more_answers_than_many_in_a_row(publisher):
    make.factor(publisher)
    clients = [Client() for _number in range(8)]
    for client in clients:
        tries(client, publisher.username, make.PASSWORD)

    def guess(number, client):
        client.post(CODE, {"code": f"{number:06}"}, REMOTE_ADDR=f"{NOWHERE}{number}")
        connections.close_all()

    threads = [threading.Thread(target=guess, args=each) for each in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert AccessFailureLog.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_one_code_sent_many_times_at_once_lets_one_in(publisher):
    code = make.code(make.factor(publisher))
    clients = [Client() for _number in range(4)]
    for client in clients:
        tries(client, publisher.username, make.PASSWORD)

    def send(number, client):
        client.post(CODE, {"code": code}, REMOTE_ADDR=f"{NOWHERE}{number}")
        connections.close_all()

    threads = [threading.Thread(target=send, args=each) for each in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(client.get("/admin/").status_code == 200 for client in clients) == 1
