"""What people change about their own account."""

import pytest
from axes.models import AccessFailureLog
from django.test import Client
from django.urls import reverse

from accounts import factors, lockout, own
from record.models import Entry
from tests import make
from tests.accounts.test_sign_in import codes_on, is_in, set_up

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ACCOUNT, PASSWORD_AGAIN, CODES, EMAIL, SECOND_FACTOR = (
    reverse(f"admin:{name}") for name in ("account", "account_password", "account_codes", "account_email",
                                          "second_factor")
)  # fmt: skip
NEW_PASSWORD = reverse("admin:password_change")
RIGHT, WRONG = {"password": make.PASSWORD}, {"password": "wrong"}
OLD_WRONG = {
    "old_password": "wrong",
    "new_password1": "some other long words",
    "new_password2": "some other long words",
}


def last_row():
    return Entry.objects.order_by("-number").values_list("username", "action", "detail", "outcome").first()


def test_the_header_of_every_page_leads_to_one_s_account(as_, editor):
    assert f'href="{ACCOUNT}"' in as_(editor).get("/admin/").content.decode()


def test_the_account_page_says_what_there_is(as_, publisher):
    make.factor(publisher)
    factors.new_recovery_codes(publisher)

    page = as_(publisher).get(ACCOUNT).content.decode()

    for words in (publisher.email, "Publisher", "An app, set up on", "10 are left"):
        assert words in page


def test_an_editor_is_offered_a_factor_and_needs_none(as_, editor):
    page = as_(editor).get(ACCOUNT).content.decode()

    assert "Set up a second factor" in page
    assert "You will be asked" not in page


def test_the_factor_changes_only_after_the_password_was_given_again(as_, publisher):
    client = as_(publisher)
    before = make.factor(publisher).key

    without = client.get(SECOND_FACTOR)
    client.post(SECOND_FACTOR, {"code": "123456"})
    wrong = client.post(PASSWORD_AGAIN, WRONG)
    still = client.get(SECOND_FACTOR)
    right = client.post(PASSWORD_AGAIN, RIGHT)
    page = set_up(client)

    assert without.headers["Location"] == still.headers["Location"] == PASSWORD_AGAIN
    assert "This is not your password" in wrong.content.decode()
    assert right.headers["Location"] == SECOND_FACTOR
    assert len(codes_on(page)) == 10
    assert make.factor(publisher).key != before
    assert is_in(client)


def test_a_password_given_again_counts_for_five_minutes(as_, publisher, time_machine_at):
    client = as_(publisher)
    client.post(PASSWORD_AGAIN, RIGHT)
    at_once = client.get(SECOND_FACTOR).status_code
    time_machine_at.shift(5 * 60)

    assert at_once == 200
    assert client.get(SECOND_FACTOR).headers["Location"] == PASSWORD_AGAIN


@pytest.fixture
def time_machine_at():
    import time

    from time_machine import travel

    with travel(time.time(), tick=False) as clock:
        yield clock


def test_new_recovery_codes_make_the_old_ones_worthless(as_, publisher):
    client = as_(publisher)
    old = factors.new_recovery_codes(publisher)

    wrong = client.post(CODES, WRONG)
    page = client.post(CODES, RIGHT)

    assert codes_on(wrong) == []
    assert len(codes_on(page)) == 10
    assert not factors.takes(publisher, old[0])
    assert factors.takes(publisher, codes_on(page)[0])
    assert last_row() == (publisher.username, "change_factor", "new recovery codes", "allowed")


def test_the_email_address_changes_with_the_password_alone(as_, publisher):
    client = as_(publisher)

    client.post(EMAIL, {"email": "new@example.org"})
    client.post(EMAIL, {"email": "new@example.org"} | WRONG)
    publisher.refresh_from_db()
    before = publisher.email
    client.post(EMAIL, {"email": "new@example.org"} | RIGHT)
    publisher.refresh_from_db()

    assert before != "new@example.org"
    assert publisher.email == "new@example.org"
    assert last_row() == (publisher.username, "change", "email address", "allowed")


def test_the_address_of_someone_else_is_refused(as_, publisher, editor):
    answer = as_(publisher).post(EMAIL, {"email": editor.email.upper()} | RIGHT)

    publisher.refresh_from_db()
    assert "Another account has this email address" in answer.content.decode()
    assert publisher.email != editor.email


@pytest.mark.parametrize(
    ("address", "wrong"),
    [(PASSWORD_AGAIN, WRONG), (CODES, WRONG), (EMAIL, {"email": "new@example.org"} | WRONG), (NEW_PASSWORD, OLD_WRONG)],
)
def test_wrong_passwords_given_again_count_in_the_lock_out(as_, publisher, address, wrong):
    client = as_(publisher)
    for _number in range(7):
        assert client.post(address, wrong).status_code == 200

    right = wrong | (RIGHT if "password" in wrong else {"old_password": make.PASSWORD})
    assert AccessFailureLog.objects.count() == 5
    assert last_row() == (publisher.username, "sign_in", "locked", "refused")
    assert client.post(address, right).status_code == 200


def test_a_new_password_undoes_nothing_that_was_changed_meanwhile(as_, publisher, monkeypatch):
    def meanwhile(request, password):
        type(publisher).objects.filter(pk=publisher.pk).update(email="new@example.org", email_key="new@example.org")
        return check_password(request, password)

    check_password = own.check_password
    monkeypatch.setattr(own, "check_password", meanwhile)
    as_(publisher).post(NEW_PASSWORD, OLD_WRONG | {"old_password": make.PASSWORD})

    publisher.refresh_from_db()
    assert publisher.check_password(OLD_WRONG["new_password1"])
    assert publisher.email == "new@example.org"


def test_what_someone_was_told_is_shown_to_nobody_who_signs_in_after_them(client, as_, publisher, editor):
    changed = as_(publisher).post(EMAIL, {"email": "new@example.org"} | RIGHT)
    client.post(reverse("admin:logout"))

    page = as_(editor).get("/admin/").content.decode()

    assert set(changed.cookies) <= {"sessionid", "csrftoken"}
    assert "Your email address is changed" not in page


@pytest.mark.parametrize("address", [ACCOUNT, PASSWORD_AGAIN, CODES, EMAIL])
def test_a_stranger_is_sent_to_sign_in(address):
    assert Client().get(address).headers["Location"] == f"/admin/login/?next={address}"
    assert Client().post(address, RIGHT).headers["Location"] == f"/admin/login/?next={address}"


def test_nothing_changes_while_the_record_takes_no_row(as_, publisher, request):
    client = as_(publisher)
    codes = factors.new_recovery_codes(publisher)
    client.raise_request_exception = False
    request.getfixturevalue("unwritable_record")

    made = client.post(CODES, RIGHT)
    changed = client.post(EMAIL, {"email": "new@example.org"} | RIGHT)

    publisher.refresh_from_db()
    assert (made.status_code, changed.status_code) == (503, 503)
    assert codes_on(made) == []
    assert publisher.email != "new@example.org"
    assert factors.takes(publisher, codes[0])


# An Administrator takes off the lock


def locked(person):
    for _number in range(lockout.TRIES):
        Client().post(reverse("admin:login"), {"username": person.username, "password": "wrong"})
    assert lockout.is_locked(person.username)


def test_an_administrator_takes_off_a_lock_on_record(as_, editor):
    administrator = make.user("Administrator")
    client = as_(administrator)
    locked(editor)
    change = reverse("admin:accounts_user_change", args=[editor.pk])
    unlock = reverse("admin:accounts_user_unlock", args=[editor.pk])

    offered = unlock in client.get(change).content.decode()
    asked = client.get(unlock)
    still = lockout.is_locked(editor.username)
    client.post(unlock)
    noted = last_row()

    assert offered
    assert asked.status_code == 200
    assert still
    assert not lockout.is_locked(editor.username)
    assert unlock not in client.get(change).content.decode()
    assert noted == (administrator.username, "change", "lock after wrong tries taken off", "allowed")


@pytest.mark.parametrize("role", ["Editor", "Publisher", "Coordinator", "Privacy officer"])
def test_nobody_else_takes_off_a_lock(as_, editor, role):
    client = as_(make.user(role))
    locked(editor)

    assert client.post(reverse("admin:accounts_user_unlock", args=[editor.pk])).status_code == 403
    assert lockout.is_locked(editor.username)
