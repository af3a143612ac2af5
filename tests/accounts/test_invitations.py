import datetime
import smtplib

import pytest
from django.contrib.auth.models import Group
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from time_machine import travel

from accounts.models import Letter, User
from record.models import Entry
from tests import make
from tests.accounts.letters import PASSWORD, code_in, sent, set_password
from tests.forms import submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    """Signed in with `client`."""
    person = make.user("Administrator")
    make.signed_in(client, person)
    return person


@pytest.fixture
def mail_server_is_away(monkeypatch):
    def fail(backend, messages):
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")

    monkeypatch.setattr(EmailBackend, "send_messages", fail)
    return monkeypatch


def invite(client, *roles, username="ada", **fields):
    address = reverse("admin:accounts_user_add")
    typed = {"username": username, "email": f"{username}@example.org", "first_name": "Ada", "last_name": "Lovelace"}
    keys = [str(role.pk) for role in Group.objects.filter(name__in=roles)]
    answer = client.post(address, typed | {"groups": keys, "_save": ""} | fields, follow=True)
    return answer.content.decode(), User.objects.filter(username=username).first()


def again(client, account):
    return client.post(reverse("admin:accounts_user_invite", args=[account.pk]), follow=True).content.decode()


def state_of(account):
    return User.objects.get(pk=account.pk).state.label


def test_whoever_is_invited_sets_a_password_by_a_link_and_signs_in(client, administrator, mailoutbox):
    page, ada = invite(client, "Editor")
    (mail,) = mailoutbox
    stranger = Client()

    answer = set_password(stranger, code_in(mail))

    assert "The invitation is sent." in page
    assert (mail.to, ada.is_staff, ada.has_usable_password()) == (["ada@example.org"], True, False)
    assert answer.status_code == 302
    assert "_auth_user_id" not in stranger.session
    stranger.post(reverse("admin:login"), {"username": "ada", "password": PASSWORD})
    assert stranger.get("/admin/").status_code == 200
    assert state_of(ada) == "Active"


def test_the_mail_holds_the_link_and_the_user_name_and_nothing_else_of_the_person(client, administrator, mailoutbox):
    invite(client, "Editor", "Publisher")
    (mail,) = mailoutbox

    assert f"http://localhost/admin/new-password/#{code_in(mail)}" in mail.body
    assert "    ada\n" in mail.body
    for secret in ("Editor", "Publisher", "Ada", "Lovelace", administrator.username):
        assert secret not in mail.subject + mail.body
    assert mail.extra_headers == {"Auto-Submitted": "auto-generated"}


def test_a_link_works_once(client, administrator, mailoutbox):
    _page, ada = invite(client)
    code = code_in(mailoutbox[0])
    set_password(Client(), code)

    answer = set_password(Client(), code, "another password of mine")

    ada.refresh_from_db()
    assert "This link was used before or is too old." in answer.content.decode()
    assert ada.check_password(PASSWORD)


@pytest.mark.parametrize(("hours", "works"), [(23, True), (25, False)])
def test_a_link_works_for_a_day(client, administrator, mailoutbox, hours, works):
    _page, ada = invite(client)
    code = code_in(mailoutbox[0])

    with travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=hours), tick=False):
        assert state_of(ada) == ("Invited" if works else "Invitation expired")
        set_password(Client(), code)

    assert (state_of(ada) == "Active") is works


def test_another_invitation_makes_the_link_before_dead(client, administrator, mailoutbox):
    _page, ada = invite(client)

    page = again(client, ada)

    first, second = map(code_in, mailoutbox)
    assert "The invitation is sent." in page
    set_password(Client(), first)
    assert state_of(ada) == "Invited"
    set_password(Client(), second)
    assert state_of(ada) == "Active"


@pytest.mark.parametrize("change", [{"email": "other@example.org"}, {"is_active": False}])
def test_a_link_dies_with_what_it_was_sent_for(client, administrator, mailoutbox, change):
    _page, ada = invite(client)
    User.objects.filter(pk=ada.pk).update(**change)

    set_password(Client(), code_in(mailoutbox[0]))

    ada.refresh_from_db()
    assert not ada.has_usable_password()


def test_a_code_is_for_its_person_and_its_purpose_alone(client, administrator, mailoutbox):
    _page, ada = invite(client)
    _page, eve = invite(client, username="eve")
    code = code_in(mailoutbox[0])
    key, token = code.partition("-")[::2]

    for forged in (f"r{key[1:]}-{token}", f"i{eve.pk}-{token}", code[:-1] + ("0" if code[-1] != "0" else "1"),
                   code.upper(), "i-", "i1", "", "i" + "z" * 60 + "-1-2", "i9999999999999-1-2", f"i{key[1:]}-z-1",
                   "ï1-a-b", "x"):  # fmt: skip
        assert set_password(Client(), forged).status_code == 200

    assert [state_of(person) for person in (ada, eve)] == ["Invited", "Invited"]


def test_a_code_pasted_with_blanks_is_taken(client, administrator, mailoutbox):
    _page, ada = invite(client)

    set_password(Client(), f"  {code_in(mailoutbox[0])}\n")

    assert state_of(ada) == "Active"


def test_a_refused_password_leaves_the_link_usable(client, administrator, mailoutbox):
    _page, ada = invite(client)
    code = code_in(mailoutbox[0])

    answer = set_password(Client(), code, "ada2026ada2026ada")

    assert "This is easy to guess from your name" in answer.content.decode()
    assert submitted(answer)["code"] == code
    set_password(Client(), code)
    assert state_of(ada) == "Active"


def test_two_different_passwords_are_asked_for_again(client, administrator, mailoutbox):
    _page, ada = invite(client)
    typed = {"code": code_in(mailoutbox[0]), "password": PASSWORD, "again": PASSWORD + "!"}

    answer = Client().post("/admin/new-password/", typed)

    assert "Type the same password in both." in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert state_of(ada) == "Invited"


def test_while_the_mail_server_is_away_nothing_is_lost(client, administrator, mailoutbox, mail_server_is_away):
    page, ada = invite(client)
    mail_server_is_away.undo()
    Letter.objects.update(asked_at=datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=2))

    sent(mailoutbox)

    assert "The mail could not be sent just now. Nothing is lost" in page
    set_password(Client(), code_in(mailoutbox[0]))
    assert state_of(ada) == "Active"


def test_an_invitation_that_was_sent_at_once_is_not_sent_again(client, administrator, mailoutbox):
    invite(client)
    Letter.objects.update(asked_at=datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=2))

    assert len(sent(mailoutbox)) == 1


def test_an_invitation_that_another_one_followed_is_not_sent(client, administrator, mailoutbox, mail_server_is_away):
    _page, ada = invite(client)
    again(client, ada)
    mail_server_is_away.undo()
    Letter.objects.update(asked_at=datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=2))

    assert len(sent(mailoutbox)) == 1
    set_password(Client(), code_in(mailoutbox[0]))
    assert state_of(ada) == "Active"


def test_whoever_has_a_password_is_not_invited_again(client, administrator, editor, mailoutbox):
    assert "This person has a password" in again(client, editor)
    assert not mailoutbox


def test_a_wrong_form_invites_nobody(client, administrator, editor, mailoutbox):
    page, nobody = invite(client, email=editor.email)

    assert "Another account has this email address" in page
    assert (nobody, mailoutbox, Letter.objects.count()) == (None, [], 0)


def test_each_step_is_on_record_without_a_word_of_the_person(client, administrator, mailoutbox):
    start = Entry.objects.first().number
    _page, ada = invite(client, "Editor")
    again(client, ada)
    code = code_in(mailoutbox[1])
    set_password(Client(), code)

    found = Entry.objects.filter(number__gt=start).order_by("number")
    me, account = administrator.username, ("user", str(ada.pk))
    assert list(found.values_list("username", "action", "kind", "key", "detail", "outcome")) == [
        (me, "give_role", *account, "Editor", "allowed"),
        (me, "invite", *account, "", "allowed"),
        (me, "view", *account, "", "allowed"),
        (me, "invite", *account, "again", "allowed"),
        (me, "view", *account, "", "allowed"),
        ("ada", "accept", *account, "by the link in a mail", "allowed"),
    ]
    assert not any(code[-32:] in str(row) for row in found.values_list())


def test_whoever_was_invited_at_a_wrong_address_is_invited_at_the_right_one(client, administrator, mailoutbox):
    _page, ada = invite(client)
    address = reverse("admin:accounts_user_change", args=[ada.pk])
    typed = {"email": "right@example.org", "your_password": make.PASSWORD, "_save": ""}

    client.post(address, submitted(client.get(address)) | typed)

    first, second = mailoutbox
    assert second.to == ["right@example.org"]
    set_password(Client(), code_in(first))
    assert state_of(ada) == "Invited"
    set_password(Client(), code_in(second))
    assert state_of(ada) == "Active"
