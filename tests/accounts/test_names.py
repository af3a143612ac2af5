"""One name is one person's, in whatever letters it is typed."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests import make
from tests.accounts.letters import sent
from tests.constraints import broken

pytestmark = [pytest.mark.django_db, pytest.mark.once]
BEFORE = "0005_letters"
SPELLINGS = ["ada", "Ada", "ADA", "ａｄａ", " ada "]


def add(client, username, email="new@example.org"):
    typed = {"username": username, "email": email, "first_name": "Ada", "last_name": "Lovelace"}
    return client.post(reverse("admin:accounts_user_add"), typed).content.decode()


@pytest.mark.parametrize("username", SPELLINGS)
def test_a_name_in_other_letters_is_refused(as_, username):
    make.user(username="Ada")

    page = add(as_(make.user("Administrator")), username)

    assert "Someone has this user name already" in page
    assert User.objects.filter(username_key="ada").count() == 1


@pytest.mark.parametrize("username", ["ada", "ADA", "ａda"])
def test_the_database_refuses_it_too(username):
    make.user(username="Ada")

    with broken("one_account_per_username"):
        make.user(username=username)


@pytest.mark.parametrize("email", ["ADA@EXAMPLE.org", "ａda@example.org"])
def test_the_database_refuses_a_second_account_for_an_address(email):
    make.user(email="ada@example.org")

    with broken("one_account_per_email"):
        make.user(email=email)


@pytest.mark.parametrize("username", SPELLINGS)
def test_a_person_signs_in_however_their_name_is_typed(username):
    make.user("Editor", username="Ada")
    client = Client()

    answer = client.post(reverse("admin:login"), {"username": username, "password": make.PASSWORD})

    assert answer.status_code == 302
    assert client.get("/admin/").status_code == 200


def test_nobody_takes_the_address_of_someone_else_as_a_name(as_):
    make.user(email="ada@example.org")

    page = add(as_(make.user("Administrator")), "ADA@example.org")

    assert "This is the email address of someone else" in page


def test_nobody_takes_the_name_of_someone_else_as_an_address(as_, editor, publisher):
    User.objects.filter(pk=editor.pk).update(username="ada@example.org", username_key="ada@example.org")
    typed = {"email": "Ada@example.org", "password": make.PASSWORD}

    page = as_(publisher).post(reverse("admin:account_email"), typed).content.decode()

    publisher.refresh_from_db()
    assert "This is the user name of someone else" in page
    assert publisher.email != typed["email"]


def test_ones_own_address_is_a_fine_name():
    User(username="ada@example.org", email="Ada@example.org", password="x").full_clean()


def test_a_name_that_grows_too_long_in_small_letters_is_refused():
    with pytest.raises(ValidationError, match="Use 254 characters at most"):
        User(username="ﷺ" * 20, email="a@example.org", password="x").full_clean()


def test_a_changed_name_and_address_are_found_and_the_old_ones_are_free(as_, publisher, mailoutbox):
    as_(publisher).post(reverse("admin:account_email"), {"email": "Ada@example.org", "password": make.PASSWORD})

    Client().post("/admin/forgotten-password/", {"who": "ADA@example.org"})
    make.user(email=publisher.email)

    assert ["Ada@example.org"] in [mail.to for mail in sent(mailoutbox)]


# Accounts that were there before


@pytest.fixture
def before(transactional_db):
    """The table of accounts as it was before the update."""
    call_command("migrate", "accounts", BEFORE, verbosity=0)
    state = MigrationExecutor(connection).loader.project_state([("accounts", BEFORE)])
    yield state.apps.get_model("accounts", "User").objects
    call_command("migrate", verbosity=0)


def test_the_update_stops_at_accounts_with_one_name_and_says_which(before):
    names = [
        ("Ada", "ada@example.org"),
        ("ada", "a@example.org"),
        ("b", "ａda@example.org"),
        ("A@example.org", "d@d.org"),
    ]
    people = [before.create(username=username, email=email) for username, email in names]

    with pytest.raises(CommandError, match="Nothing was changed") as stopped:
        call_command("migrate", verbosity=0)

    before.all().delete()
    said = [f"{person.username} (number {person.pk})" for person in people]
    for first, second in ((0, 1), (0, 2), (1, 3)):
        assert f"{said[first]} and {said[second]}" in str(stopped.value)


def test_the_update_writes_the_keys_of_all(before):
    before.create(username="Ada", email="Ada@Example.org")

    call_command("migrate", verbosity=0)

    person = User.objects.get()
    assert (person.username, person.username_key, person.email_key) == ("Ada", "ada", "ada@example.org")
