import html

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import roles
from tests import make
from tests.forms import submitted

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def administrator(db):
    return make.user("Administrator")


def test_an_administrator_gives_roles_but_makes_no_superuser(as_, administrator, editor):
    client = as_(administrator)
    address = reverse("admin:accounts_user_change", args=[editor.pk])

    form = submitted(client.get(address))
    client.post(address, form | {"first_name": "Ada", "is_superuser": "on", "_save": ""})

    editor.refresh_from_db()
    assert editor.first_name == "Ada"
    assert not editor.is_superuser


def test_an_administrator_changes_no_superuser(as_, administrator):
    superuser = make.user(is_superuser=True)
    client = as_(administrator)

    address = reverse("admin:accounts_user_change", args=[superuser.pk])

    assert client.post(address, {"username": "mine", "email": "mine@example.org"}).status_code == 403
    for act in ("close", "invite", "reopen", "reset"):
        assert client.post(reverse(f"admin:accounts_user_{act}", args=[superuser.pk])).status_code == 403
    superuser.refresh_from_db()
    assert superuser.is_active
    assert not superuser.letters.exists()


def test_two_accounts_cannot_share_an_email_address(as_, administrator, editor):
    address = reverse("admin:accounts_user_add")

    response = as_(administrator).post(address, {"username": "second", "email": editor.email.upper()})

    assert "Another account has this email address" in response.content.decode()


def test_the_form_says_what_each_role_may_do(as_, administrator):
    page = as_(administrator).get(reverse("admin:accounts_user_add")).content.decode()

    for role in roles.ROLES:
        assert f"{role}: {roles.MAY[role]}" in html.unescape(page)
    assert "password" not in page.partition('id="user_form"')[2].partition("</form>")[0].lower().replace(
        "a link to set a password by", ""
    )


def test_nobody_gives_themselves_a_role_while_someone_else_could(as_, administrator):
    make.user("Administrator")
    client = as_(administrator)
    address = reverse("admin:accounts_user_change", args=[administrator.pk])
    wanted = {"groups": [str(role.pk) for role in Group.objects.all()], "is_superuser": "on"}

    client.post(address, submitted(client.get(address)) | wanted | {"first_name": "Ada", "_save": ""})

    administrator.refresh_from_db()
    assert administrator.first_name == "Ada"
    assert not administrator.is_superuser
    assert [role.name for role in administrator.groups.all()] == ["Administrator"]


def test_the_only_administrator_gives_themselves_a_role(as_, administrator):
    client = as_(administrator)
    address = reverse("admin:accounts_user_change", args=[administrator.pk])
    both = Group.objects.filter(name__in=["Administrator", "Privacy officer"])

    client.post(address, submitted(client.get(address)) | {"groups": [str(role.pk) for role in both], "_save": ""})

    assert {role.name for role in administrator.groups.all()} == {"Administrator", "Privacy officer"}


def test_nobody_deletes_an_account_or_changes_what_a_role_may_do(as_, editor):
    client = as_(make.user(is_superuser=True))

    assert client.post(reverse("admin:accounts_user_delete", args=[editor.pk]), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in client.get(reverse("admin:accounts_user_changelist")).content.decode()
    assert client.get("/admin/auth/group/").status_code == 404


def test_the_list_says_roles_and_states_in_a_steady_number_of_queries(
    as_, administrator, django_assert_num_queries, unnoted_use
):
    client = as_(administrator)
    address = reverse("admin:accounts_user_changelist")
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _number in range(10):
        make.user("Editor")
    make.user("Publisher", is_active=False)

    with django_assert_num_queries(len(few)):
        page = client.get(address).content.decode()

    assert "Closed" in page
    assert page.count('field-state_in_words">Active') == 11
    assert page.count('field-roles">Editor') == 10


@pytest.mark.parametrize(("typed", "is_changed"), [("", False), ("a wrong password", False), (make.PASSWORD, True)])
def test_whoever_changes_an_address_gives_their_password_again(as_, administrator, editor, typed, is_changed):
    client = as_(administrator)
    address = reverse("admin:accounts_user_change", args=[editor.pk])
    form = submitted(client.get(address))

    answer = client.post(address, form | {"email": "other@example.org", "your_password": typed, "_save": ""})

    editor.refresh_from_db()
    assert (editor.email == "other@example.org") is is_changed
    assert ("This is not your password" in answer.content.decode()) is not is_changed


def test_other_changes_ask_for_no_password(as_, administrator, editor):
    client = as_(administrator)
    address = reverse("admin:accounts_user_change", args=[editor.pk])

    client.post(address, submitted(client.get(address)) | {"first_name": "Ada", "_save": ""})

    editor.refresh_from_db()
    assert editor.first_name == "Ada"


def test_the_last_who_administers_stays_one(as_, administrator):
    client = as_(administrator)
    address = reverse("admin:accounts_user_change", args=[administrator.pk])
    editor = Group.objects.get(name="Editor")

    page = client.post(address, submitted(client.get(address)) | {"groups": [str(editor.pk)], "_save": ""})

    assert "Nobody else administers the site." in page.content.decode()
    assert [role.name for role in administrator.groups.all()] == ["Administrator"]
