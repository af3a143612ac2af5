import re
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django.urls import reverse
from time_machine import travel

from accounts import actions
from accounts.factors import has_factor, needs_factor
from accounts.models import User
from housekeeping.loop import Loop
from record.models import Entry
from tests import make

pytestmark = pytest.mark.django_db
REASON = "The coordinator's phone fell into the lake."


def run(*arguments, **options):
    output = StringIO()
    call_command(*arguments, stdout=output, **options)
    return output.getvalue()


def rows():
    found = Entry.objects.order_by("number")
    return list(found.values_list("username", "action", "kind", "key", "detail", "why", "outcome"))


def sign_in(username, password):
    return authenticate(RequestFactory().post("/admin/login/"), username=username, password=password)


# A lost factor


def test_a_lost_factor_is_forgotten_for_a_reason(publisher):
    make.factor(publisher)
    elsewhere = make.signed_in(Client(), publisher)
    before = len(rows())

    said = run("reset_factor", publisher.username, reason=REASON)

    assert "no second factor now" in said
    assert not has_factor(publisher)
    assert elsewhere.get("/admin/").status_code == 302
    account = ("user", str(publisher.pk))
    assert rows()[before:] == [("", "change_factor", *account, "forgotten, by a command", REASON, "allowed")]


@pytest.mark.parametrize("reason", ["", "lost", " " * 20 + "lost", "x" * 301])
@pytest.mark.parametrize("command", [["reset_factor", "someone"], ["open_emergency_account"]])
def test_nothing_is_done_without_a_reason(db, command, reason):
    person = make.user(username="someone", is_superuser=True)
    make.factor(person)

    with pytest.raises(CommandError, match="Say why, in 10 to 300 characters"):
        run(*command, reason=reason)

    assert has_factor(person)
    assert User.objects.count() == 1
    assert rows() == []


@pytest.mark.parametrize("command", [["reset_factor", "someone"], ["open_emergency_account"]])
def test_nothing_is_done_while_the_record_takes_no_row(db, command, unwritable_record):
    person = make.user(username="someone", is_superuser=True)
    make.factor(person)

    with pytest.raises(CommandError, match="nothing was done"):
        run(*command, reason=REASON)

    assert has_factor(person)
    assert User.objects.count() == 1


def test_a_name_that_nobody_has_is_told(db):
    with pytest.raises(CommandError, match="No account has this user name"):
        run("reset_factor", "nobody", reason=REASON)


# An emergency


@pytest.fixture
def emergency(db, mailoutbox):
    """The account that the command opened, and the password it printed."""
    said = run("open_emergency_account", reason=REASON)
    name, password = re.search(r"as (\S+) with the password (\S+)", said).groups()
    assert mailoutbox == []
    return User.objects.get(username=name), password


def test_an_emergency_account_may_do_everything_once_it_has_a_second_factor(emergency):
    account, password = emergency

    assert sign_in(account.username, password) == account
    assert account.is_superuser
    assert account.is_staff
    assert needs_factor(account)
    assert not has_factor(account)
    row = ("", "open_emergency", "user", str(account.pk), "", REASON, "allowed")
    assert rows()[0] == row


def test_an_emergency_account_ends_after_a_day_by_itself(client, emergency):
    account, password = emergency
    make.signed_in(client, account)

    with travel(account.emergency_until + timedelta(seconds=1), tick=False):
        is_open = client.get("/admin/").status_code == 200

        assert sign_in(account.username, password) is None
        assert get_user(client).is_anonymous
        assert not is_open
        assert User.objects.get(pk=account.pk).state.label == "Closed"


def test_housekeeping_closes_an_emergency_account_that_is_over(emergency):
    account, _password = emergency
    User.objects.update(emergency_until=account.emergency_until - timedelta(hours=25))

    Loop().round()

    account.refresh_from_db()
    assert (account.is_active, account.is_superuser, account.has_usable_password()) == (False, False, False)
    assert rows()[-1] == ("", "close", "user", str(account.pk), "", "", "allowed")


def test_staff_see_on_the_first_page_that_an_emergency_account_is_open(as_, editor, emergency):
    account, _password = emergency
    client = as_(editor)

    during = client.get("/admin/").content.decode()
    User.objects.filter(pk=account.pk).update(emergency_until=account.emergency_until - timedelta(hours=25))
    after = client.get("/admin/").content.decode()

    assert f"{account.username} may do everything until" in during
    assert "emergency" not in after


def test_an_emergency_account_is_closed_by_hand_and_never_opened_again(as_, emergency):
    account, _password = emergency
    client = as_(make.user(is_superuser=True))

    client.post(reverse("admin:accounts_user_close", args=[account.pk]))
    page = client.post(reverse("admin:accounts_user_reopen", args=[account.pk]), follow=True).content.decode()

    account.refresh_from_db()
    assert "was one for an emergency" in page
    assert not account.is_active


# Django's own commands


@pytest.fixture
def typed(monkeypatch):
    """A list of the passwords that somebody types, one after the other; none left is Ctrl-C."""
    passwords = []

    def type_one(prompt=""):
        if not passwords:
            raise KeyboardInterrupt
        return passwords.pop(0)

    monkeypatch.setattr("getpass.getpass", type_one)
    return passwords


def test_a_password_changed_by_a_command_is_on_record(editor, typed):
    typed += ["copper lamp under snow"] * 2

    run("changepassword", editor.username)

    editor.refresh_from_db()
    assert editor.check_password("copper lamp under snow")
    account = ("user", str(editor.pk))
    assert rows() == [("", "change_password", *account, "by a command", "", "allowed")]


def test_an_account_that_is_closed_while_its_password_is_typed_stays_closed(publisher, monkeypatch):
    def type_one(prompt=""):
        if prompt == "Password (again): ":
            actions.close(publisher, by=None)
        return "copper lamp under snow"

    monkeypatch.setattr("getpass.getpass", type_one)
    with pytest.raises(CommandError, match="This account is closed"):
        run("changepassword", publisher.username)

    publisher.refresh_from_db()
    assert not publisher.is_active
    assert not publisher.has_usable_password()
    assert rows()[-1][-1] == "failed"


@pytest.mark.parametrize("passwords", [[], ["short"] * 6, ["copper lamp under snow", "another lamp under snow"] * 3])
def test_a_command_that_changes_no_password_says_so_on_record(editor, typed, passwords):
    typed += passwords

    with pytest.raises(CommandError):
        run("changepassword", editor.username, stderr=StringIO())

    editor.refresh_from_db()
    assert editor.check_password(make.PASSWORD)
    assert [row[-1] for row in rows()] == ["allowed", "failed"]


def test_a_superuser_made_by_a_command_is_on_record(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "copper lamp under snow")

    run("createsuperuser", "--no-input", username="root", email="root@example.org")

    account = ("user", str(User.objects.get().pk))
    assert rows() == [("", "add", *account, "a superuser, by a command", "", "allowed")]


def test_a_superusers_password_is_judged_wherever_it_comes_from(db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "password")

    with pytest.raises(CommandError, match="DJANGO_SUPERUSER_PASSWORD: This password has 8 characters"):
        run("createsuperuser", "--no-input", username="root", email="root@example.org")

    assert not User.objects.exists()


@pytest.fixture
def answers(monkeypatch):
    """A list of what somebody types that all may see; none left is the end of the input."""
    lines = []

    def type_one(prompt=""):
        if not lines:
            raise EOFError
        return lines.pop(0)

    monkeypatch.setattr("builtins.input", type_one)
    return lines


class Terminal:
    def isatty(self):
        return True


def create_superuser(**options):
    """What the command says to somebody who types; the complaints last."""
    complaints = StringIO()
    return run("createsuperuser", stdin=Terminal(), stderr=complaints, **options) + complaints.getvalue()


def test_whoever_types_a_superuser_is_asked_again_until_all_of_it_is_right(answers, typed):
    make.user(username="Ada", email="ada@example.org")
    answers += ["", "a b", "ADA", "ada@example.org", "root", "", "nowhere", "ADA@example.org", "root@example.org"]
    typed += ["short", "short", "one lamp under snow", "two lamps under snow", "", "", "copper lamp under snow"]
    typed += ["copper lamp under snow"]

    said = create_superuser()

    root = User.objects.get(username="root")
    assert (root.email, root.is_superuser, answers, typed) == ("root@example.org", True, [], [])
    assert root.check_password("copper lamp under snow")
    for words in ("created successfully", "already", "email address of someone else", "Another account has this",
                  "This password has 5 characters. Use 15", "two passwords differ"):  # fmt: skip
        assert words in said


def test_nobody_gets_around_the_rules_for_passwords(answers, typed):
    answers += ["root", "root@example.org", "y", "y"]
    typed += ["password", "password"]

    with pytest.raises(CommandError, match="Nothing was made"):
        create_superuser()

    assert not User.objects.exists()
    assert answers == ["y", "y"]


def test_what_stands_in_the_options_is_judged_too(answers, typed):
    make.user(username="Ada", email="ada@example.org")
    answers += ["root", "root@example.org"]
    typed += ["copper lamp under snow"] * 2

    said = create_superuser(username="ada", email="ADA@example.org")

    assert "already" in said
    assert "Another account has this email address" in said
    assert User.objects.get(username="root").email == "root@example.org"


GOOD = {"username": "root", "email": "root@example.org"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"username": None}, "You must use --username"),
        ({"email": None}, "You must use --email"),
        ({"username": "a b"}, "User name: Enter a valid username"),
        ({"username": "ADA"}, "User name: Someone has this user name already"),
        ({"email": "nowhere"}, "Email address: Enter a valid email address"),
        ({"email": "ADA@example.org"}, "Email address: Another account has this email address"),
        ({"database": "record"}, "leave --database out"),
    ],
)
def test_what_is_wrong_with_a_superuser_is_said_in_one_line(monkeypatch, given, said):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "copper lamp under snow")
    make.user(username="Ada", email="ada@example.org")

    with pytest.raises(CommandError, match=said):
        run("createsuperuser", "--no-input", **GOOD | given)

    assert User.objects.count() == 1


def test_where_nobody_can_type_the_command_says_what_to_use():
    with pytest.raises(CommandError, match="Use --noinput"):
        run("createsuperuser", stdin=StringIO())


def test_a_superuser_without_a_password_is_told_to_need_one(monkeypatch):
    monkeypatch.delenv("DJANGO_SUPERUSER_PASSWORD", raising=False)

    said = run("createsuperuser", "--no-input", **GOOD)

    assert "manage.py changepassword root" in said
    assert not User.objects.get().has_usable_password()


def test_a_closed_account_gets_no_password_by_a_command(typed):
    person = make.user(is_active=False)
    person.set_unusable_password()
    person.save()

    with pytest.raises(CommandError, match="is closed"):
        run("changepassword", person.username.upper())

    assert rows() == []


def test_a_password_that_is_too_short_is_refused_by_the_command_too(editor, typed):
    typed += ["copperla"] * 2 + ["copper lamp under snow"] * 2
    complaints = StringIO()

    run("changepassword", editor.username.upper(), stderr=complaints)

    editor.refresh_from_db()
    assert "Use 15 or more" in complaints.getvalue()
    assert editor.check_password("copper lamp under snow")


def test_no_command_works_while_the_record_takes_no_row(editor, typed, monkeypatch, unwritable_record):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "copper lamp under snow")
    typed += ["copper lamp under snow"] * 2

    with pytest.raises(CommandError, match="nothing was done"):
        run("createsuperuser", "--no-input", username="root", email="root@example.org")
    with pytest.raises(CommandError, match="nothing was done"):
        run("changepassword", editor.username)

    editor.refresh_from_db()
    assert editor.check_password(make.PASSWORD)
    assert User.objects.count() == 1
