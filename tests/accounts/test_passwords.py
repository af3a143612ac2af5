import unicodedata

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.factors import forget_factor
from accounts.models import User
from tests import make
from tests.accounts.letters import code_in, sent, set_password
from tests.forms import submitted

pytestmark = [pytest.mark.django_db, pytest.mark.once]
GUESSED = [
    "password123456789",
    "P@ssw0rd123456789",
    "***password***2026",
    "passwordpassword",
    "sunshine!!!!!!!!!!",
    "123456789012345678",
    "abcdefghijklmnopqrst",
    "aaaaaaaaaaaaaaaaaaaa",
    "spineinfo2026!!!",
    "SpineInfo-SpineInfo-1",
    "spine.info.2026.2026",
    "5p1neinf0-2026-2026",
    "St. Sample Hospital 1",
    "sample hospital 2026",
    "adalovelace2026",
    "AdaLovelace-a.l-1815",
    "lovelace.ada@example.org",
    "a.lovelace a.lovelace",
    "a.lovelace1234567890",
]
GOOD = [
    "copper lamp under snow",
    "my spine hurts on mondays",
    "83920174658392",
    "zażółć gęślą jaźń, 14 razy",
    "雪の下の銅のランプと青い羊と静かな湖",
    "🦴" * 5 + "five bones in a row",
    "ada likes walking in the rain",
    "x" * 3 + "Kq7-vP2" * 140,
]


@pytest.fixture
def ada(db):
    make.published(make.site(title="St. Sample Spine", department="Sample Hospital"))
    return make.user(
        "Editor", username="a.lovelace", first_name="Ada", last_name="Lovelace", email="lovelace.ada@example.org"
    )


def set_own(client, person, password, old=make.PASSWORD):
    """A person changes their password on the admin's page; returns what they read."""
    make.signed_in(client, person)
    typed = {"old_password": old, "new_password1": password, "new_password2": password}
    return client.post(reverse("admin:password_change"), typed)


@pytest.mark.parametrize("password", GUESSED)
def test_what_anybody_would_guess_is_refused_with_what_to_do(client, ada, password):
    answer = set_own(client, ada, password)

    ada.refresh_from_db()
    assert answer.status_code == 200
    assert "Use " in str(answer.context["form"].errors)
    assert ada.check_password(make.PASSWORD)


@pytest.mark.parametrize("password", GOOD)
def test_any_other_words_and_signs_are_taken(ada, password):
    ada.is_superuser = len(password) < 15

    validate_password(password, ada)


def test_a_password_alone_has_fifteen_characters(client, ada):
    short = set_own(client, ada, "copper lamp un")

    assert "This password has 14 characters. Use 15 or more" in short.content.decode()
    assert set_own(client, ada, "copper lamp und").status_code == 302


@pytest.mark.parametrize("role", ["Clinician", "Publisher", "Coordinator", "Administrator", "Privacy officer", None])
def test_eight_are_enough_beside_a_second_factor(role):
    person = make.user(role, is_superuser=role is None)

    validate_password("copperla", person)
    with pytest.raises(ValidationError, match="This password has 7 characters. Use 8 or more"):
        validate_password("copperl", person)


def test_eight_are_enough_for_whoever_has_a_permission_beyond_an_editor_s():
    person = make.user("Editor")
    person.user_permissions.add(Permission.objects.first())
    validate_password("copperla", person)

    person.user_permissions.clear()
    forget_factor(person)

    with pytest.raises(ValidationError):
        validate_password("copperla", person)


# A short one is never all that it takes


SHORT = "copperla"


@pytest.fixture
def short(client, ada):
    """An Editor who has a second factor and therefore set a short password."""
    make.factor(ada)
    assert set_own(client, ada, SHORT).status_code == 302
    ada.refresh_from_db()
    return ada


def first_page(person, password):
    """Where the first page leads somebody who gives their password alone; None where it is shown."""
    client = Client()
    client.post(reverse("admin:login"), {"username": person.username, "password": password})
    step = client.get(reverse("admin:second_factor")).status_code
    return "set up" if step == 200 else client.get("/admin/").headers.get("Location")


def test_a_short_password_whose_factor_is_gone_leads_to_another_factor_alone(short):
    with_factor = first_page(short, SHORT)
    call_command("reset_factor", short.username, reason="The phone fell into the lake.")

    client = Client()
    client.post(reverse("admin:login"), {"username": short.username, "password": SHORT})
    assert with_factor == "/admin/login/?next=/admin/"
    assert first_page(short, SHORT) == "set up"
    assert client.get("/admin/").status_code == 302


def test_whoever_was_more_than_an_editor_keeps_needing_a_factor_beside_a_short_password():
    person = make.user("Publisher")
    person.set_password(SHORT)
    person.save()

    person.groups.set([Group.objects.get(name="Editor")])

    assert first_page(person, SHORT) == "set up"


def test_without_the_factor_another_password_is_a_long_one_again(client, short):
    forget_factor(short)

    with pytest.raises(ValidationError, match="Use 15 or more"):
        validate_password("another1", short)


def test_a_long_password_needs_no_factor_again(client, short):
    set_own(client, short, make.PASSWORD, old=SHORT)
    forget_factor(short)

    assert first_page(short, make.PASSWORD) is None


def test_a_short_password_set_by_a_mailed_link_needs_a_factor(ada, mailoutbox):
    make.factor(ada)
    Client().post("/admin/forgotten-password/", {"who": ada.username})
    assert set_password(Client(), code_in(sent(mailoutbox)[0]), SHORT).status_code == 302

    forget_factor(ada)

    assert first_page(ada, SHORT) == "set up"


@pytest.mark.parametrize(("role", "said"), [("Editor", "fewer than 15 characters"), ("Publisher", "before anything")])
def test_whoever_resets_a_factor_reads_what_comes_next(role, said, capsys):
    person = make.user(role)

    call_command("reset_factor", person.username, reason="The phone fell into the lake.")

    assert said in capsys.readouterr().out


@pytest.mark.parametrize(("password", "leads_to"), [(SHORT, "set up"), (make.PASSWORD, None)])
def test_of_passwords_from_before_the_first_sign_in_tells_the_length(transactional_db, password, leads_to):
    person = make.user("Editor")
    person.set_password(password)
    person.save()
    invited = make.user("Editor")
    invited.set_unusable_password()
    invited.save()

    call_command("migrate", "accounts", "0006_names_as_people_mean_them", verbosity=0)
    call_command("migrate", verbosity=0)

    marked = list(User.objects.filter(has_short_password=True))
    assert marked == [person]
    assert first_page(person, password) == leads_to


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_characters_are_counted_as_they_are_kept(ada, form):
    with pytest.raises(ValidationError, match="This password has 12 characters"):
        validate_password(unicodedata.normalize(form, "ñandú ñandú!"), ada)


def test_sixty_four_characters_of_any_language_are_taken_and_each_counts(client, ada):
    password = "зима" * 3 + "雪の下" * 3 + "copper lamp ñandú, " + "ζέφυρος" * 3 + "kx9"
    assert len(password) == 64

    assert set_own(client, ada, password).status_code == 302

    ada.refresh_from_db()
    client.logout()
    assert ada.check_password(password)
    assert not ada.check_password(password[:-1] + "8")
    assert not ada.check_password(password[:-1])


def test_a_thousand_characters_are_taken_and_no_more(ada):
    words = "copper lamp under snow, "
    password = (words * 42)[:1000]

    validate_password(password, ada)
    with pytest.raises(ValidationError, match="Use 1000 characters at most"):
        validate_password(password + "x", ada)


@pytest.mark.parametrize("kept", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["NFC", "NFD"])
def test_an_accent_is_the_same_by_whichever_keyboard(kept, typed):
    password = "crème brûlée at noon"

    person = User.objects.create_user("brûlée", "b@example.org", unicodedata.normalize(kept, password))
    again = User.objects.create_user("crème", "c@example.org", None)
    again.set_password(unicodedata.normalize(kept, password))

    assert person.check_password(unicodedata.normalize(typed, password))
    assert again.check_password(unicodedata.normalize(typed, password))


def test_a_very_long_password_costs_the_rules_no_time(ada, django_assert_max_num_queries):
    with django_assert_max_num_queries(5), pytest.raises(ValidationError):
        validate_password("ab" * 1_000_000, ada)


def test_the_page_says_the_rules(client, ada):
    page = client.get(reverse("new_password")).content.decode()

    assert "Use 15 characters or more, or 8 if you also sign in with a code." in page
    assert submitted(client.get(reverse("new_password"))).keys() >= {"code", "password", "again"}
