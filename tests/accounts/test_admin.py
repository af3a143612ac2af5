import pytest
from django.urls import reverse

from tests import make
from tests.forms import submitted

pytestmark = pytest.mark.django_db


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

    address = reverse("admin:auth_user_password_change", args=[superuser.pk])

    assert as_(administrator).post(address, {"password1": "x", "password2": "x"}).status_code == 403


def test_two_accounts_cannot_share_an_email_address(as_, editor):
    client = as_(make.user(is_superuser=True))
    password = "a long enough password"

    response = client.post(
        reverse("admin:accounts_user_add"),
        {"username": "second", "email": editor.email.upper(), "usable_password": "true"}
        | {"password1": password, "password2": password},
    )

    assert "Another account has this email address" in response.content.decode()
