"""How long a sign-in lasts, and what becomes of a form that is sent after its end."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from django.urls import reverse
from lxml import html
from time_machine import travel

from accounts import sessions
from accounts.models import User
from housekeeping.loop import Loop
from record.models import Entry
from tests import make
from tests.forms import submitted

pytestmark = [pytest.mark.django_db, pytest.mark.once]
START = datetime.datetime(2026, 3, 2, 8, 0, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
INDEX, STAY, PASSWORD = reverse("admin:index"), reverse("admin:stay"), reverse("admin:password_change")


@pytest.fixture
def clock():
    with travel(START, tick=False) as clock:
        yield clock


def is_in(client):
    return client.get(INDEX).status_code == 200


def someone(role):
    return make.user(is_superuser=True) if role == "superuser" else make.user(role)


LIMITS = {"Editor": 120, "Clinician": 120, "Publisher": 120, "Administrator": 120, None: 120} | dict.fromkeys(
    ("Coordinator", "Privacy officer", "superuser"), 15
)


@pytest.mark.parametrize("role", LIMITS)
def test_a_sign_in_ends_when_nobody_uses_it_sooner_for_who_may_see_requests(clock, as_, role):
    client = as_(someone(role))
    limit = LIMITS[role] * MINUTE

    clock.shift(limit - datetime.timedelta(seconds=1))
    used = is_in(client)
    clock.shift(limit - datetime.timedelta(seconds=1))
    used_again = is_in(client)
    clock.shift(limit)

    assert used
    assert used_again
    assert client.get(INDEX).headers["Location"] == "/admin/login/?next=/admin/"
    assert not Session.objects.exists()


def signed_out_rows():
    rows = Entry.objects.filter(action="sign_out").order_by("number")
    return list(rows.values_list("username", "key", "detail", "outcome"))


def test_the_end_of_a_sign_in_is_on_record_once_when_it_is_met(clock, as_, editor):
    client = as_(editor)
    key = client.session.session_key
    clock.shift(120 * MINUTE)
    before = signed_out_rows()

    client.get(INDEX)
    client.cookies["sessionid"] = key
    client.get(INDEX)

    assert before == []
    assert signed_out_rows() == [(editor.username, str(editor.pk), "unused for too long", "allowed")]


def test_the_record_tells_twelve_hours_from_a_second_factor_that_never_came(clock, as_, editor, publisher):
    client, half = as_(editor), Client()
    for _turn in range(72):
        is_in(client)
        clock.shift(10 * MINUTE)
    is_in(client)
    make.factor(publisher)
    half.post(reverse("admin:login"), {"username": publisher.username, "password": make.PASSWORD})
    clock.shift(15 * MINUTE)
    is_in(half)

    assert [row[::2] for row in signed_out_rows()] == [
        (editor.username, "twelve hours over"),
        (publisher.username, "no second factor in time"),
    ]


@pytest.mark.django_db(transaction=True)
def test_the_end_that_two_requests_meet_at_once_is_one_row():
    client = make.signed_in(Client(), make.user("Editor"))
    session = client.session
    session[sessions.USED] = 0
    session.save()
    together = Barrier(2)

    def ask(_number):
        same = Client()
        same.cookies["sessionid"] = session.session_key
        together.wait()
        try:
            return is_in(same)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(ask, range(2))) == [False, False]
    assert len(signed_out_rows()) == 1


def test_nothing_is_shown_where_the_end_of_a_sign_in_cannot_be_put_on_record(clock, as_, editor, request):
    client = as_(editor)
    clock.shift(120 * MINUTE)
    client.raise_request_exception = False
    request.getfixturevalue("unwritable_record")

    assert client.get(INDEX).status_code == 503
    assert client.get(INDEX).status_code == 503


@pytest.mark.parametrize("role", LIMITS)
def test_a_sign_in_ends_after_twelve_hours_however_much_it_is_used(clock, as_, role):
    client = as_(someone(role))
    for _turn in range(72):
        assert is_in(client)
        clock.shift(10 * MINUTE)

    assert not is_in(client)


def test_asking_how_long_is_left_is_no_use_and_staying_is(clock, as_, coordinator):
    client = as_(coordinator)
    clock.shift(14 * MINUTE)

    asked = client.get(STAY).json()
    clock.shift(datetime.timedelta(seconds=30))
    asked_again = client.get(STAY).json()
    stayed = client.post(STAY).json()
    clock.shift(14 * MINUTE)

    assert (asked["left"], asked_again["left"], stayed["left"]) == (60, 30, 900)
    assert asked["person"] == coordinator.pk
    assert is_in(client)


def test_what_is_left_is_never_more_than_the_twelve_hours_leave(clock, as_, editor):
    client = as_(editor)
    for _turn in range(11):
        clock.shift(60 * MINUTE)
        is_in(client)

    assert client.post(STAY).json()["left"] == 3600


@pytest.mark.parametrize("half", [True, False])
def test_a_stranger_is_told_nothing_of_how_long_is_left(client, publisher, half):
    if half:
        make.factor(publisher)
        client.post(reverse("admin:login"), {"username": publisher.username, "password": make.PASSWORD})

    for answer in (client.get(STAY), client.post(STAY)):
        assert (answer.status_code, answer.content) == (204, b"")


def test_a_session_without_times_is_nobody_s(as_, editor):
    client = as_(editor)
    session = client.session
    del session[sessions.BEGAN]
    session.save()

    assert not is_in(client)


def test_housekeeping_removes_sessions_that_have_ended(clock, as_, editor):
    as_(editor)
    clock.shift(12 * 60 * MINUTE + MINUTE)
    make.signed_in(Client(), editor)

    Loop().round()

    assert Session.objects.count() == 1


def test_a_sign_in_ends_with_the_browser(client, editor):
    answer = client.post(reverse("admin:login"), {"username": editor.username, "password": make.PASSWORD})

    cookie = answer.cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


# A form that is sent after the end

FROM_HERE = {"HTTP_ORIGIN": "http://testserver"}
TYPED = {"title": 'Sciatica "<b>', "overview": "<p>A long text\nin lines.</p>", "regions": ["lumbar", "sacral"]}


def fields(answer, address=None):
    form = next(form for form in html.fromstring(answer.content).forms if form.get("action") == (address or ADD))
    found = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value)
    return {name: value[0] if len(value) == 1 else value for name, value in found.items()}


ADD = reverse("admin:conditions_condition_add")


def test_what_was_typed_is_sent_again_after_signing_in_anew(clock, editor):
    client = make.signed_in(Client(enforce_csrf_checks=True), editor)
    client.get(ADD)
    token = client.cookies["csrftoken"].value
    form = submitted(client.get(ADD)) | {"title": "Typed for an hour", "slug": "typed"}
    clock.shift(3 * 60 * MINUTE)

    lost = client.post(ADD, form | {"csrfmiddlewaretoken": token}, **FROM_HERE)
    other_tab = client.get(reverse("admin:login"))
    client.post(reverse("admin:login"), submitted(other_tab) | {"username": editor.username, "password": make.PASSWORD})
    again = client.post(ADD, fields(lost), **FROM_HERE)
    done = client.post(ADD, fields(again) | {"_save": ""}, **FROM_HERE)

    assert lost.status_code == 403
    assert "You were signed out before this was saved" in lost.content.decode()
    assert "no-store" in lost.headers["Cache-Control"]
    assert "press Send again" in again.content.decode()
    assert done.status_code == 302
    assert make.Condition.objects.get().title == "Typed for an hour"


def test_every_field_comes_back_as_it_was_typed(client):
    answer = client.post(ADD, TYPED, **FROM_HERE)

    assert {name: value for name, value in fields(answer).items() if name in TYPED} == TYPED


def test_passwords_never_come_back(client):
    passwords = {"old_password": "secret-1", "new_password1": "secret-2", "password": "secret-3"}

    answer = client.post(PASSWORD, passwords | {"else": "kept"}, **FROM_HERE)

    assert "kept" in answer.content.decode()
    assert "secret" not in answer.content.decode()


OTHERS = {
    "another origin": {"HTTP_ORIGIN": "https://evil.example"},
    "a page that hides its origin": {"HTTP_ORIGIN": "null"},
    "nobody says": {},
    "another site, says the browser": {"HTTP_ORIGIN": "http://testserver", "HTTP_SEC_FETCH_SITE": "cross-site"},
    "a sister site": {"HTTP_SEC_FETCH_SITE": "same-site"},
}


@pytest.mark.parametrize("headers", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize("checks", [True, False])
def test_nothing_comes_back_to_another_origin(headers, checks):
    answer = Client(enforce_csrf_checks=checks).post(ADD, TYPED, **headers)

    assert "A long text" not in answer.content.decode()
    assert answer.status_code == (403 if checks else 302)


def test_floods_do_not_come_back(client):
    assert client.post(ADD, {"overview": "x" * 1_000_001}, **FROM_HERE).status_code == 302


def test_what_was_typed_beside_a_file_comes_back_and_the_file_is_asked_for_again(clock, editor):
    client = make.signed_in(Client(enforce_csrf_checks=True), editor)
    figure = reverse("admin:figures_figure_add")
    form = submitted(client.get(figure)) | {"title": "A disc", "alt": "A disc that bulges.", "subject": "no_patient"}
    clock.shift(3 * 60 * MINUTE)

    lost = client.post(figure, form | {"upload": make.drawing()}, **FROM_HERE)
    login = client.get(reverse("admin:login"))
    client.post(reverse("admin:login"), submitted(login) | {"username": editor.username, "password": make.PASSWORD})
    again = client.post(figure, fields(lost, figure), **FROM_HERE)
    done = client.post(figure, fields(again, figure) | {"upload": make.drawing()}, **FROM_HERE)

    assert "After you have signed in and pressed Send again, choose it again" in lost.content.decode()
    assert "drawing.png" not in lost.content.decode()
    assert 'type="file"' not in lost.content.decode()
    assert '<input type="file" name="upload"' in again.content.decode()
    assert done.status_code == 302
    made = make.Figure.objects.get()
    assert (made.title, made.alt, bool(made.picture)) == ("A disc", "A disc that bulges.", True)


def test_only_pages_of_staff_give_back_what_was_typed(client):
    answer = Client(enforce_csrf_checks=True).post("/feedback/", {"comment": "a private matter"}, **FROM_HERE)

    assert "a private matter" not in answer.content.decode()


def test_nothing_typed_into_a_lost_form_is_saved_or_shown_to_the_next_person(client, editor):
    client.post(ADD, TYPED, **FROM_HERE)
    make.signed_in(client, editor)

    assert TYPED["title"] not in client.get(INDEX).content.decode()
    assert not make.Condition.objects.exists()
    assert User.objects.count() == 1
