import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from accounts import factors
from tests import make
from tests.forms import submitted

pytestmark = pytest.mark.django_db
INDEX = "/admin/"


@pytest.fixture
def elsewhere(editor):
    """A browser in which the editor is signed in."""
    client = Client()
    client.force_login(editor)
    assert client.get(INDEX).status_code == 200
    return client


def is_signed_in(client):
    return client.get(INDEX).status_code == 200


CHANGES = {
    "closing the account": lambda person: type(person).objects.filter(pk=person.pk).update(is_active=False),
    "a role more": lambda person: person.groups.add(Group.objects.get(name="Publisher")),
    "a role less": lambda person: person.groups.clear(),
    "a role given from the other side": lambda person: Group.objects.get(name="Publisher").user_set.add(person),
    "a role taken from the other side": lambda person: Group.objects.get(name="Editor").user_set.remove(person),
    "a role without people": lambda person: Group.objects.get(name="Editor").user_set.clear(),
    "a permission": lambda person: person.user_permissions.add(Permission.objects.first()),
    "being a superuser": lambda person: type(person).objects.filter(pk=person.pk).update(is_superuser=True),
    "losing access to the admin": lambda person: type(person).objects.filter(pk=person.pk).update(is_staff=False),
    "a lost factor": factors.forget_factor,
    "ending them": lambda person: person.end_sign_ins(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_sign_in_ends_on_the_next_click_with(elsewhere, editor, change):
    change(editor)

    assert not is_signed_in(elsewhere)


def test_a_sign_in_ends_when_an_administrator_changes_the_role_on_the_form(elsewhere, editor, as_):
    client = as_(make.user(is_superuser=True))
    address = reverse("admin:accounts_user_change", args=[editor.pk])
    publisher = Group.objects.get(name="Publisher")

    client.post(address, submitted(client.get(address)) | {"groups": [str(publisher.pk)], "_save": ""})

    assert list(editor.groups.all()) == [publisher]
    assert not is_signed_in(elsewhere)


def test_a_sign_in_goes_on_when_someone_else_s_role_changes(elsewhere, publisher):
    publisher.groups.clear()

    assert is_signed_in(elsewhere)


def test_saving_an_account_without_a_change_of_roles_ends_nothing(elsewhere, editor, as_):
    client = as_(make.user(is_superuser=True))
    address = reverse("admin:accounts_user_change", args=[editor.pk])

    client.post(address, submitted(client.get(address)) | {"first_name": "Ada", "_save": ""})

    editor.refresh_from_db()
    assert editor.first_name == "Ada"
    assert is_signed_in(elsewhere)


def test_a_new_password_ends_all_sign_ins_but_the_one_it_was_set_in(elsewhere, editor, as_):
    here = as_(editor)
    passwords = {"old_password": make.PASSWORD} | dict.fromkeys(("new_password1", "new_password2"), "another long one")

    here.post(reverse("admin:password_change"), passwords)

    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
