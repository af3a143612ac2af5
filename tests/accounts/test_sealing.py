"""A copy of the database alone gives nobody a code."""

from base64 import b32decode, b32encode

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice
from tink import aead, json_proto_keyset_format, new_keyset_handle, secret_key_access

from accounts import factors, sealing
from tests import make
from tests.accounts.test_sign_in import set_up

pytestmark = pytest.mark.django_db


def kept(person):
    return TOTPDevice.objects.get(user=person).key


def test_the_database_keeps_no_secret_by_which_codes_are_made(publisher):
    key = factors.new_key()

    factors.enroll(publisher, key, step=1)

    secret = bytes.fromhex(key)
    rows = repr(list(TOTPDevice.objects.values()))
    assert key not in rows
    assert b32encode(secret).decode() not in rows
    assert factors.is_set_up_with(publisher, key)
    assert not factors.is_set_up_with(publisher, factors.new_key())


def test_a_session_keeps_no_key_of_an_app_that_is_being_set_up(client, publisher):
    client.post(reverse("admin:login"), {"username": publisher.username, "password": make.PASSWORD})
    page = client.get(reverse("admin:second_factor"))
    again = client.get(reverse("admin:second_factor"))

    secret = "".join(page.context["secret"])
    kept = repr(dict(client.session))
    assert secret == "".join(again.context["secret"])
    assert b32decode(secret).hex() not in kept
    assert secret not in kept


def test_a_key_in_a_session_that_does_not_open_any_more_gives_way_to_another(client, publisher):
    client.post(reverse("admin:login"), {"username": publisher.username, "password": make.PASSWORD})
    session = client.session
    session["new_key"] = factors.new_key()
    session.save()

    assert set_up(client).status_code == 200

    assert factors.has_factor(publisher)


def test_a_code_of_the_app_is_taken_once(publisher):
    device = make.factor(publisher)
    code = make.code(device)

    assert factors.takes(publisher, code)
    assert not factors.takes(publisher, code)
    assert TOTPDevice.objects.get().last_used_at


def someone_elses(person):
    other = make.user("Publisher")
    make.factor(other)
    return kept(other)


def changed(person):
    words = kept(person)
    return words[:30] + ("A" if words[30] != "A" else "B") + words[31:]


def planted(person):
    return factors.new_key()


@pytest.mark.parametrize("other", [someone_elses, changed, planted])
def test_a_secret_that_was_not_sealed_in_its_place_opens_nothing(publisher, other):
    device = make.factor(publisher)
    TOTPDevice.objects.filter(pk=device.pk).update(key=other(publisher))

    with pytest.raises(sealing.Unreadable, match="FACTOR_KEYSET is not the keyset that sealed it"):
        factors.takes(publisher, make.code(device))


def test_with_another_keyset_the_error_names_it_and_a_recovery_code_still_opens(publisher, settings, tmp_path):
    device = make.factor(publisher)
    codes = factors.new_recovery_codes(publisher)
    aead.register()
    handle = new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    settings.FACTOR_KEYSET = tmp_path / "another.keyset"
    settings.FACTOR_KEYSET.write_text(json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN))
    client = Client()
    client.post(reverse("admin:login"), {"username": publisher.username, "password": make.PASSWORD})

    with pytest.raises(sealing.Unreadable, match="Put the right file back, or use reset_factor"):
        client.post(reverse("admin:code"), {"code": make.code(device)})
    client.post(reverse("admin:recovery"), {"code": codes[0]})

    assert client.get("/admin/").status_code == 200


def test_while_debugging_without_a_keyset_a_factor_works_too(publisher, settings):
    settings.FACTOR_KEYSET = None

    assert factors.takes(publisher, make.code(make.factor(publisher)))


def test_factors_from_before_are_sealed_by_the_update_and_have_a_way_back(transactional_db):
    person = make.user("Publisher")
    device = make.factor(person)

    call_command("migrate", "accounts", "0009_news_of_changes", verbosity=0)
    before = kept(person)
    call_command("migrate", verbosity=0)

    assert before == device.key
    assert kept(person) != device.key
    assert factors.takes(person, make.code(device))
