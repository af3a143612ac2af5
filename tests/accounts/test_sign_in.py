"""Signing in by password and code, and what a half sign-in may do: nothing."""

import datetime
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from time_machine import travel

from accounts import factors
from record.models import Entry
from tests import make
from tests.forms import submitted

pytestmark = [pytest.mark.django_db, pytest.mark.once]
INDEX, LOGIN, CODE, SECOND_FACTOR, LOGOUT = (
    reverse(f"admin:{name}") for name in ("index", "login", "code", "second_factor", "logout")
)
RECOVERY = reverse("admin:recovery")


def give_password(client, person, password=make.PASSWORD, **more):
    return client.post(LOGIN, {"username": person.username, "password": password, **more})


def give_code(client, code, **more):
    return client.post(CODE, {"code": code, **more})


def is_in(client):
    return client.get(INDEX).status_code == 200


def session_id(client):
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def with_session(key):
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client


def record():
    return list(Entry.objects.order_by("number").values_list("username", "action", "key", "detail", "outcome"))


# The steps


def test_the_password_and_the_code_together_let_in(client, publisher):
    device = make.factor(publisher)

    first = give_password(client, publisher)
    half = is_in(client)
    second = give_code(client, make.code(device))

    assert first.headers["Location"] == f"{CODE}?next=%2Fadmin%2F"
    assert not half
    assert second.headers["Location"] == INDEX
    assert is_in(client)


def test_the_steps_lead_to_the_page_that_was_asked_for(client, publisher):
    device = make.factor(publisher)
    wanted = "/admin/conditions/condition/?q=a&b=c"

    asked = client.get(wanted)
    half = client.post(asked.headers["Location"], {"username": publisher.username, "password": make.PASSWORD,
                                                   "next": wanted})  # fmt: skip
    form = submitted(client.get(half.headers["Location"]))
    done = client.post(half.headers["Location"], form | {"code": make.code(device)})

    assert done.headers["Location"] == wanted


ELSEWHERE = (
    *("https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example"),
    *("http:evil.example", "https:///evil.example", "/\t/evil.example", " //evil.example", "//evil.example@x"),
    *("javascript:alert(1)", "data:,x"),
)


@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_step_leads_off_the_site(client, publisher, address):
    device = make.factor(publisher)
    give_password(client, publisher)

    done = client.post(f"{CODE}?next={address}", {"code": make.code(device), "next": address})

    assert done.headers["Location"] == INDEX


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{1} {2}", "{1}-{2}", "{1}\u00a0{2}"])
def test_a_code_may_be_typed_with_blanks(client, publisher, typed):
    code = make.code(make.factor(publisher))
    give_password(client, publisher)

    give_code(client, typed.format(code, code[:3], code[3:]))

    assert is_in(client)


@pytest.mark.parametrize("typed", ["", "000000", "12345", "1234567", "+12345", "1_2345", "abcdef", "٣٣٣٣٣٣", "x" * 61])
def test_a_wrong_code_lets_nobody_in_and_says_what_to_do(client, publisher, typed):
    device = make.factor(publisher)
    assert make.code(device) != typed
    give_password(client, publisher)

    answer = give_code(client, typed)

    assert answer.status_code == 200
    assert 'href="#id_code"' in answer.content.decode()
    assert "<title>Error:" in answer.content.decode()
    assert not is_in(client)


def test_a_code_works_once(client, publisher):
    code = make.code(make.factor(publisher))
    give_password(client, publisher)
    give_code(client, code)

    other = Client()
    give_password(other, publisher)
    give_code(other, code)

    assert is_in(client)
    assert not is_in(other)


def test_a_code_of_long_ago_is_refused(client, publisher):
    device = make.factor(publisher)
    give_password(client, publisher)

    give_code(client, make.code(device, steps=-2))

    assert not is_in(client)


def test_a_code_of_someone_else_is_refused(client, publisher, clinician):
    make.factor(publisher)
    give_password(client, publisher)

    give_code(client, make.code(make.factor(clinician)))

    assert not is_in(client)


def test_a_code_without_a_password_is_nothing(client, publisher):
    answer = give_code(client, make.code(make.factor(publisher)))

    assert answer.headers["Location"] == INDEX
    assert not is_in(client)


def test_a_half_sign_in_ends_after_a_quarter_of_an_hour(client, publisher):
    device = make.factor(publisher)
    give_password(client, publisher)

    with travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=16)):
        give_code(client, make.code(device))

        assert not is_in(client)


def test_a_password_in_another_account_does_not_take_over_a_whole_sign_in(client, publisher, clinician):
    make.signed_in(client, publisher)
    make.factor(clinician)

    give_password(client, clinician)

    assert not is_in(client)


def test_the_password_once_more_asks_for_the_code_once_more(client, publisher):
    make.signed_in(client, publisher)

    give_password(client, publisher)

    assert not is_in(client)


@pytest.mark.parametrize("spell", [str, str.upper, " {} ".format])
def test_the_email_address_does_for_the_user_name(client, publisher, spell):
    device = make.factor(publisher)

    client.post(LOGIN, {"username": spell(publisher.email), "password": make.PASSWORD})
    give_code(client, make.code(device))

    assert is_in(client)
    assert [row[0] for row in record()] == [publisher.username] * 2


def test_the_pages_of_signing_in_say_what_they_take(client, publisher):
    make.factor(publisher)
    login = client.get(LOGIN).content.decode()
    give_password(client, publisher)
    code = client.get(CODE).content.decode()

    assert "User name or email address</label>" in login
    assert "A recovery code works here too" in code
    assert "Phone lost?" in code


# Who needs a factor

ROLES = ("Editor", "Clinician", "Publisher", "Coordinator", "Privacy officer", "Administrator", "superuser", None)


def someone(role):
    return make.user(is_superuser=True) if role == "superuser" else make.user(role)


@pytest.mark.parametrize("role", ROLES)
def test_a_password_alone_lets_in_nobody_who_may_do_more_than_an_editor(client, role):
    person = someone(role)

    give_password(client, person)

    assert is_in(client) == (role in ("Editor", None))


def test_whoever_has_a_factor_uses_it_needed_or_not(client, editor):
    device = make.factor(editor)

    give_password(client, editor)
    half = is_in(client)
    give_code(client, make.code(device))

    assert not half
    assert is_in(client)


def test_a_new_role_asks_for_a_factor_until_it_is_said_to_need_none(client):
    make.Group.objects.create(name="Librarian")

    give_password(client, make.user("Librarian"))

    assert not is_in(client)


def test_a_permission_without_a_role_asks_for_a_factor(client):
    person = make.user("Editor")
    person.user_permissions.add(make.Group.objects.get(name="Publisher").permissions.first())

    give_password(client, person)

    assert not is_in(client)


# Setting it up


def secret_on(page):
    return "".join(re.findall(r"<span>([A-Z2-7]{4})</span>", page.content.decode()))


def shown_code(page, steps=0):
    """What an app shows that was given the letters on the page."""
    from base64 import b32decode

    device = TOTPDevice(key=b32decode(secret_on(page)).hex())
    return make.code(device, steps)


def set_up(client):
    page = client.get(SECOND_FACTOR)
    return client.post(SECOND_FACTOR, submitted_step(page) | {"code": shown_code(page)})


def submitted_step(page):
    return {"next": re.search(r'name="next" value="([^"]*)"', page.content.decode())[1]}


def codes_on(page):
    return re.findall(r"<li><code>([A-Z2-7-]{19})</code>", page.content.decode())


def test_who_needs_a_factor_sets_one_up_before_anything_else(client, publisher):
    first = give_password(client, publisher, next="/admin/conditions/condition/")
    page = client.get(first.headers["Location"])
    done = client.post(first.headers["Location"], submitted_step(page) | {"code": shown_code(page)})

    assert first.headers["Location"].startswith(SECOND_FACTOR)
    assert len(codes_on(done)) == len(set(codes_on(done))) == 10
    assert 'href="/admin/conditions/condition/"' in done.content.decode()
    assert is_in(client)


def test_the_code_that_set_it_up_is_used_up(client, publisher):
    give_password(client, publisher)
    page = client.get(SECOND_FACTOR)
    code = shown_code(page)
    client.post(SECOND_FACTOR, {"code": code})

    other = Client()
    give_password(other, publisher)
    give_code(other, code)

    assert is_in(client)
    assert not is_in(other)


@pytest.mark.django_db(transaction=True)
def test_of_a_form_sent_several_times_at_once_one_sets_a_factor_up():
    publisher = make.user("Publisher")
    client = Client()
    give_password(client, publisher)
    fields = {"code": shown_code(client.get(SECOND_FACTOR))}
    session = client.cookies["sessionid"].value

    def send(_number):
        same = Client()
        same.cookies["sessionid"] = session
        try:
            return codes_on(same.post(SECOND_FACTOR, fields))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        shown = [codes for codes in pool.map(send, range(4)) if codes]

    assert len(shown) == 1
    assert factors.takes(publisher, shown[0][0])


def test_a_wrong_code_sets_nothing_up_and_keeps_the_letters(client, publisher):
    give_password(client, publisher)
    page = client.get(SECOND_FACTOR)

    again = client.post(SECOND_FACTOR, {"code": "000000"})

    assert not factors.has_factor(publisher)
    assert not is_in(client)
    assert secret_on(again) == secret_on(page)


def test_who_has_a_factor_cannot_set_up_another_by_the_password_alone(client, publisher):
    make.factor(publisher)
    give_password(client, publisher)

    answer = client.get(SECOND_FACTOR)

    assert answer.headers["Location"].startswith(CODE)
    assert client.post(SECOND_FACTOR, {"code": "123456"}).headers["Location"].startswith(CODE)


def test_the_letters_are_other_ones_for_everyone_and_every_sign_in(client, publisher):
    give_password(client, publisher)
    other = Client()
    give_password(other, publisher)

    assert secret_on(client.get(SECOND_FACTOR)) != secret_on(other.get(SECOND_FACTOR))


def test_setting_it_up_ends_other_half_and_whole_sign_ins(client, editor):
    other = Client()
    give_password(other, editor)
    give_password(client, editor)
    was_in = is_in(other)
    client.post(reverse("admin:account_password"), {"password": make.PASSWORD})

    set_up(client)

    assert was_in
    assert is_in(client)
    assert not is_in(other)


# Recovery codes


@pytest.fixture
def codes(publisher):
    make.factor(publisher)
    return factors.new_recovery_codes(publisher)


def test_a_recovery_code_lets_in_once(client, publisher, codes):
    give_password(client, publisher)
    give_code(client, codes[0])
    other = Client()
    give_password(other, publisher)
    give_code(other, codes[0])

    assert is_in(client)
    assert not is_in(other)
    assert factors.recovery_codes_left(publisher) == 9


@pytest.mark.parametrize(
    "spelled", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", "")]
)
def test_a_recovery_code_may_be_typed_as_people_do(client, publisher, codes, spelled):
    give_password(client, publisher)

    client.post(RECOVERY, {"code": spelled(codes[3])})

    assert is_in(client)


def test_a_recovery_code_of_someone_else_is_refused(client, clinician, codes):
    make.factor(clinician)
    give_password(client, clinician)

    give_code(client, codes[0])

    assert not is_in(client)


def test_recovery_codes_are_kept_as_hashes(codes):
    kept = set(StaticToken.objects.values_list("token", flat=True))

    assert len(kept) == 10
    assert not kept & {code for each in codes for code in (each, each.replace("-", ""))}


def test_after_a_recovery_code_the_account_page_says_how_many_are_left(client, publisher, codes):
    give_password(client, publisher)

    answer = client.post(RECOVERY, {"code": codes[0]}, follow=True)

    assert answer.redirect_chain == [(reverse("admin:account"), 302)]
    assert "9 are left" in answer.content.decode()


# Session ids and signing out


def test_the_session_id_changes_at_each_step_and_the_old_ones_are_worth_nothing(client, publisher):
    device = make.factor(publisher)
    client.get(LOGIN)
    give_password(client, publisher)
    half = session_id(client)
    give_code(client, make.code(device))
    whole = session_id(client)

    assert half != whole
    assert not is_in(with_session(half))
    assert not Session.objects.filter(session_key=half).exists()
    assert is_in(with_session(whole))


@pytest.mark.parametrize("whole", [True, False])
def test_signing_out_ends_the_session_on_the_server(client, publisher, whole):
    device = make.factor(publisher)
    give_password(client, publisher)
    if whole:
        give_code(client, make.code(device))
    key = session_id(client)

    answer = client.post(LOGOUT)
    replayed = with_session(key)
    give_code(replayed, make.code(device, steps=1))

    assert answer.status_code == 200
    assert not Session.objects.exists()
    assert not is_in(replayed)


def test_signing_out_takes_a_form(client, publisher):
    make.signed_in(client, publisher)

    assert client.get(LOGOUT).status_code == 405
    assert is_in(client)


def test_forged_forms_are_refused_at_every_step(publisher):
    client = Client(enforce_csrf_checks=True)

    for address in (LOGIN, CODE, RECOVERY, SECOND_FACTOR, LOGOUT, reverse("admin:stay")):
        assert client.post(address, {}).status_code == 403


def test_pages_of_signing_in_are_kept_nowhere(client, publisher):
    login = client.get(LOGIN)
    give_password(client, publisher)
    pages = [login, client.get(SECOND_FACTOR)]
    pages.append(client.post(SECOND_FACTOR, {"code": shown_code(pages[1])}))
    pages.append(client.get(reverse("admin:account")))

    for page in pages:
        assert "no-store" in page.headers["Cache-Control"]
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
        assert " style=" not in page.content.decode()


# On record


def test_every_step_is_on_record(client, publisher):
    device = make.factor(publisher)
    codes = factors.new_recovery_codes(publisher)
    give_password(client, publisher, password="wrong")
    give_password(client, publisher)
    give_code(client, "000000")
    give_code(client, make.code(device))
    client.post(LOGOUT)
    give_password(client, publisher)
    give_code(client, codes[0])

    who, key = publisher.username, str(publisher.pk)
    half = "password right, second factor to come"
    assert record() == [
        (who, "sign_in", key, "", "refused"),
        (who, "sign_in", key, half, "allowed"),
        (who, "sign_in", key, "code", "refused"),
        (who, "sign_in", key, "second factor", "allowed"),
        (who, "sign_out", key, "", "allowed"),
        (who, "sign_in", key, half, "allowed"),
        (who, "sign_in", key, "recovery code", "allowed"),
    ]


def test_setting_up_a_factor_is_on_record(client, publisher):
    give_password(client, publisher)
    set_up(client)

    assert [row[1:4:2] for row in record()[1:]] == [
        ("change_factor", "set up, with new recovery codes"),
        ("sign_in", "second factor"),
    ]


def test_a_half_signed_in_person_who_leaves_is_on_record(client, publisher):
    give_password(client, publisher)
    client.post(LOGOUT)

    assert record()[-1][:2] == (publisher.username, "sign_out")


@pytest.mark.parametrize("step", ["password", "code", "set up"])
def test_nobody_gets_in_while_the_record_takes_no_row(client, publisher, step, request):
    client.raise_request_exception = False
    device = None if step == "set up" else make.factor(publisher)
    if step == "password":
        publisher.groups.clear()
        TOTPDevice.objects.all().delete()
    else:
        give_password(client, publisher)
    page = client.get(SECOND_FACTOR) if step == "set up" else None
    request.getfixturevalue("unwritable_record")

    answer = {
        "password": lambda: give_password(client, publisher),
        "code": lambda: give_code(client, make.code(device)),
        "set up": lambda: client.post(SECOND_FACTOR, {"code": shown_code(page)}),
    }[step]()

    assert answer.status_code == 503
    assert not is_in(client)
    assert step != "set up" or not factors.has_factor(publisher)


def test_someone_signed_in_who_is_refused_a_page_is_on_record_as_if_let_in(as_, editor, clinician):
    client = as_(editor)
    condition, term = make.condition(), make.term()

    client.get("/admin/accounts/user/")
    client.post(f"/admin/accounts/user/{editor.pk}/change/", {})
    client.get(reverse("admin:conditions_condition_publish", args=[condition.pk]))
    as_(clinician).get(f"/admin/glossary/term/{term.pk}/delete/")

    rows = Entry.objects.filter(outcome="refused").order_by("number").values_list("username", "action", "kind", "key")
    assert list(rows) == [
        (editor.username, "list", "user", ""),
        (editor.username, "change", "user", str(editor.pk)),
        (editor.username, "publish", "condition", str(condition.pk)),
        (clinician.username, "view", "term", str(term.pk)),
    ]


def test_what_a_half_signed_in_person_asks_for_is_on_record_as_refused(client, publisher, editor):
    make.factor(publisher)
    give_password(client, publisher)
    Client().get("/admin/accounts/user/")  # a stranger leaves no row

    client.get("/admin/")
    client.get("/admin/accounts/user/")
    client.post(f"/admin/accounts/user/{editor.pk}/change/", {}, HTTP_ORIGIN="http://testserver")

    half = "password right, second factor to come"
    rows = Entry.objects.filter(outcome="refused").order_by("number")
    assert list(rows.values_list("username", "action", "kind", "key", "detail")) == [
        (publisher.username, "view", "user", "", half),
        (publisher.username, "change", "user", str(editor.pk), half),
    ]


# Accounts


def test_an_account_without_access_to_the_admin_signs_in_nowhere(client):
    person = make.user("Editor", is_staff=False)

    answer = give_password(client, person)

    assert "We could not sign you in" in answer.content.decode()
    assert not is_in(client)


def test_django_otp_s_pages_that_show_secrets_are_not_there(as_):
    client = as_(make.user(is_superuser=True))

    assert client.get("/admin/otp_totp/totpdevice/").status_code == 404
    assert client.get("/admin/otp_static/staticdevice/").status_code == 404
    assert client.get("/admin/axes/").status_code == 404
