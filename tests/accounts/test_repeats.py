"""A form of signing in that is sent twice, as by a double click, signs nobody out."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from axes.models import AccessFailureLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from django.urls import reverse
from time_machine import travel

from accounts import factors, repeats, sessions
from record.models import Entry
from tests import make
from tests.accounts.test_sign_in import CODE, INDEX, LOGIN, LOGOUT, RECOVERY, SECOND_FACTOR, codes_on, is_in, shown_code
from tests.forms import submitted

pytestmark = [pytest.mark.django_db, pytest.mark.once]
PASSWORD, ACCOUNT = reverse("admin:password_change"), reverse("admin:account")
NEW = "some other long words"
NEW_PASSWORD = {"old_password": make.PASSWORD, "new_password1": NEW, "new_password2": NEW}


def browser():
    return Client(enforce_csrf_checks=True)


def twin(client):
    """The same browser before any answer has come: it holds the same cookies."""
    other = browser()
    for name, cookie in client.cookies.items():
        other.cookies[name] = cookie.value
    return other


def filled(client, address, **typed):
    """The form on the page, with what is typed into it."""
    return submitted(client.get(address)) | typed


def with_password_given(person, client=None):
    client = client or browser()
    client.post(LOGIN, filled(client, LOGIN, username=person.username, password=make.PASSWORD))
    return client


def on_code_page(person):
    device = make.factor(person)
    client = with_password_given(person)
    form = filled(client, CODE, code=make.code(device), next="/admin/glossary/term/")
    return client, CODE, form, "/admin/glossary/term/"


def on_recovery_page(person):
    make.factor(person)
    codes = factors.new_recovery_codes(person)
    client = with_password_given(person)
    return client, RECOVERY, filled(client, RECOVERY, code=codes[0]), ACCOUNT


def on_setting_up(person):
    client = with_password_given(person)
    page = client.get(SECOND_FACTOR)
    return client, SECOND_FACTOR, submitted(page) | {"code": shown_code(page)}, ACCOUNT


def on_password_page(person):
    client = make.signed_in(browser(), person)
    return client, PASSWORD, filled(client, PASSWORD, **NEW_PASSWORD), reverse("admin:password_change_done")


PAGES = (on_code_page, on_recovery_page, on_setting_up, on_password_page)


def has_no_refusals():
    return not Entry.objects.filter(outcome="refused").exists() and not AccessFailureLog.objects.exists()


@pytest.mark.parametrize("on_page", PAGES)
def test_a_form_sent_again_under_the_old_session_is_answered_like_the_first(publisher, on_page):
    client, address, form, to = on_page(publisher)
    second = twin(client)

    client.post(address, form)
    rows = Entry.objects.count()
    again = second.post(address, form)

    assert again.headers["Location"] == to
    assert is_in(second)
    assert is_in(client)
    assert Entry.objects.count() == rows
    assert has_no_refusals()


@pytest.mark.parametrize("on_page", PAGES)
def test_a_form_sent_again_when_the_new_cookies_have_come_is_answered_like_the_first(publisher, on_page):
    client, address, form, to = on_page(publisher)

    client.post(address, form)
    again = client.post(address, form)

    assert again.headers["Location"] == to
    assert is_in(client)
    assert has_no_refusals()


def test_a_password_form_of_signing_in_that_is_sent_again_leads_to_the_code(publisher):
    make.factor(publisher)
    client = browser()
    form = filled(client, LOGIN, username=publisher.username, password=make.PASSWORD)

    first = client.post(LOGIN, form)
    again = client.post(LOGIN, form)

    assert again.headers["Location"] == first.headers["Location"]
    assert client.get(CODE).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("on_page", PAGES)
def test_of_two_forms_sent_at_once_each_leaves_the_person_signed_in(on_page):
    person = make.user("Publisher")
    client, address, form, _to = on_page(person)
    browsers = [twin(client), twin(client)]
    together = Barrier(2)

    def send(one):
        together.wait()
        try:
            return one.post(address, form).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(send, browsers))

    assert set(said) <= {200, 302}
    assert [is_in(one) for one in browsers] == [True, True]
    assert len({one.cookies[settings.SESSION_COOKIE_NAME].value for one in browsers}) == 1
    assert has_no_refusals()


def test_setting_up_twice_says_where_to_get_the_codes_that_were_not_seen(publisher):
    client, address, form, _to = on_setting_up(publisher)
    second = twin(client)

    first = client.post(address, form)
    again = second.post(address, form, follow=True)

    assert len(codes_on(first)) == 10
    assert "If you did not see the recovery codes" in again.content.decode()


# Who has less than all of it gets nothing


def test_a_form_that_differs_opens_nothing(publisher):
    client, address, form, _to = on_code_page(publisher)
    others = [twin(client), twin(client), twin(client), browser()]
    client.post(address, form)

    others[0].post(address, form | {"code": "000000"})
    others[1].post(address, {"code": form["code"]})
    others[2].post(address, {"csrfmiddlewaretoken": form["csrfmiddlewaretoken"]})
    others[3].cookies["csrftoken"] = others[0].cookies["csrftoken"].value
    others[3].post(address, form)

    assert [is_in(other) for other in others] == [False] * 4


def test_a_form_sent_again_later_opens_nothing(publisher):
    client, address, form, _to = on_code_page(publisher)
    second = twin(client)
    client.post(address, form)

    with travel(datetime.datetime.now(datetime.UTC) + repeats.KEPT_FOR + datetime.timedelta(seconds=1)):
        second.post(address, form)

        assert not is_in(second)


@pytest.mark.parametrize("end", ["sign out", "end all"])
def test_a_form_sent_again_brings_no_ended_sign_in_back(publisher, end):
    client, address, form, _to = on_code_page(publisher)
    second = twin(client)
    client.post(address, form)
    if end == "sign out":
        client.post(LOGOUT, filled(client, PASSWORD))
    else:
        publisher.end_sign_ins()

    second.post(address, form)

    assert not is_in(second)
    assert not is_in(client)


def test_the_old_session_alone_is_worth_nothing(publisher):
    client, address, form, _to = on_code_page(publisher)
    old = twin(client)
    key = old.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(address, form)

    assert not is_in(old)
    assert old.get(CODE).headers["Location"] == INDEX
    assert not Session.objects.filter(session_key=key).exists()


# What takes a cookie away


def test_an_answer_that_comes_late_takes_no_newer_cookie_away(publisher):
    client, address, form, _to = on_code_page(publisher)
    late = twin(client)
    client.post(address, form)

    answers = [late.get(INDEX), late.get(reverse("admin:stay")), late.post(CODE, {"code": "000000"}), late.get("/")]

    assert [settings.SESSION_COOKIE_NAME in answer.cookies for answer in answers] == [False] * 4


@pytest.mark.parametrize("end", ["idle", "closed", "ended"])
def test_a_sign_in_that_has_ended_is_worth_nothing_though_its_cookie_stays(as_, publisher, end):
    client = as_(publisher)
    if end == "idle":
        session = client.session
        session[sessions.USED] = 0
        session.save()
    elif end == "closed":
        type(publisher).objects.filter(pk=publisher.pk).update(is_active=False)
    else:
        publisher.end_sign_ins()

    assert not is_in(client)
    assert not is_in(client)


def test_signing_out_takes_the_cookie_away(as_, publisher):
    client = as_(publisher)

    answer = client.post(LOGOUT)

    assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 0
