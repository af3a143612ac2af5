"""Whoever has an account hears by mail when something about it was changed, by whomever."""

import datetime

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from time_machine import travel

from accounts import actions, letters
from accounts.factors import has_factor
from accounts.models import Letter
from housekeeping.loop import Loop
from housekeeping.models import Lease
from tests import make
from tests.accounts.letters import PASSWORD, code_in, sent, set_password
from tests.accounts.test_sign_in import set_up
from tests.constraints import broken

pytestmark = [pytest.mark.django_db, pytest.mark.once]
EMAIL, CODES = reverse("admin:account_email"), reverse("admin:account_codes")
RIGHT = {"password": make.PASSWORD}
REASON = "Lost the phone; I know her by voice."
DAY = datetime.timedelta(days=1)


def by_email(client, person):
    client.post(EMAIL, {"email": "new@example.org"} | RIGHT)


def by_administrator(client, person):
    administrator = make.signed_in(Client(), make.user("Administrator"))
    typed = {"username": person.username, "email": "new@example.org", "your_password": make.PASSWORD}
    administrator.post(reverse("admin:accounts_user_change", args=[person.pk]), typed)
    person.refresh_from_db()
    assert person.email == "new@example.org"


def by_password(client, person):
    typed = {"old_password": make.PASSWORD, "new_password1": PASSWORD, "new_password2": PASSWORD}
    client.post(reverse("admin:password_change"), typed)


def by_link(client, person):
    Client().post("/admin/forgotten-password/", {"who": person.username})
    set_password(Client(), code_in(sent(mail.outbox).pop()))


def by_command(client, person, monkeypatch=None):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("getpass.getpass", lambda prompt="": PASSWORD)
        call_command("changepassword", person.username)


def by_codes(client, person):
    client.post(CODES, RIGHT)


def by_reset(client, person):
    call_command("reset_factor", person.username, reason=REASON)


def by_new_app(client, person):
    client.post(reverse("admin:account_password"), RIGHT)
    set_up(client)


def by_first_app(client, person):
    actions.reset_factor(person, why=REASON)
    Letter.objects.all().delete()
    client.post(reverse("admin:login"), {"username": person.username, "password": make.PASSWORD})
    set_up(client)
    assert has_factor(person)


CHANGES = {
    by_email: "email address",
    by_administrator: "email address",
    by_password: "password",
    by_link: "password",
    by_command: "password",
    by_codes: "second factor",
    by_reset: "second factor",
    by_new_app: "second factor",
    by_first_app: "second factor",
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_is_told_to_the_address_of_before(as_, publisher, mailoutbox, change):
    address, what = publisher.email, CHANGES[change]
    client = as_(publisher)

    with travel(datetime.datetime(2026, 3, 2, 17, 5, tzinfo=datetime.UTC), tick=False):
        make.signed_in(client, publisher)
        change(client, publisher)
        (letter,) = sent(mailoutbox)

    assert (letter.to, letter.subject) == ([address], f"Your {what} at localhost was changed")
    assert "March 2, 2026, at 12:05 PM" in letter.body
    assert "If you know of this, you need not do anything. If you do not,\n" in letter.body
    for word in (publisher.username, "Publisher", "new@example.org", "#", make.PASSWORD, PASSWORD):
        assert word not in letter.body
    assert not Letter.objects.exclude(to="").exists()


def test_an_address_changed_next_does_not_turn_the_news_away(as_, publisher, mailoutbox):
    address, client = publisher.email, as_(publisher)

    by_codes(client, publisher)
    by_email(client, publisher)

    assert [letter.to for letter in sent(mailoutbox)] == [[address], [address]]


def test_an_address_that_stays_is_no_news(as_, publisher, mailoutbox):
    as_(publisher).post(EMAIL, {"email": publisher.email} | RIGHT)

    assert sent(mailoutbox) == []


@pytest.mark.parametrize("change", ["invitation", "emergency", "localhost"])
def test_no_news_goes_to_whom_it_tells_nothing(mailoutbox, change):
    if change == "invitation":
        person = make.user("Editor")
        person.set_unusable_password()
        person.save()
        letters.tell(person, Letter.Kind.EMAIL_CHANGED)
    elif change == "emergency":
        person, _password = actions.open_emergency(why=REASON)
        actions.reset_factor(person, why=REASON)
    else:
        actions.reset_factor(make.user(email="admin@localhost"), why=REASON)

    assert sent(mailoutbox) == []
    assert not Letter.objects.exists()


def test_a_site_without_mail_keeps_no_news(publisher, settings):
    settings.EMAIL_BACKEND = "accounts.letters.NoMailServer"

    actions.reset_factor(publisher, why=REASON)

    assert not Letter.objects.exists()


def test_a_letter_that_is_sent_keeps_no_address(publisher):
    with broken("a_sent_letter_keeps_no_address"):
        now = datetime.datetime.now(datetime.UTC)
        Letter.objects.create(kind="email_changed", account=publisher, to="a@example.org", asked_at=now, sent_at=now)


def test_no_code_of_a_letter_with_news_opens_anything(publisher):
    actions.reset_factor(publisher, why=REASON)

    for kind in "epf":
        answer = set_password(Client(), f"{kind}{publisher.pk}-abc-def")
        assert answer.status_code == 200


# While mail does not go out


class Away:
    def __init__(self, **options):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError


@pytest.fixture
def no_mail(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    return settings


def first_page(person):
    return make.signed_in(Client(), person).get("/admin/").content.decode()


def wait(clock, **time):
    clock.shift(datetime.timedelta(**time))
    Lease.objects.all().delete()  # PostgreSQL's own clock does not travel: nothing rests
    Loop().round()


def test_staff_read_that_letters_do_not_go_out_and_when_they_do_again(publisher, editor, no_mail, client):
    with travel(datetime.datetime(2026, 3, 2, 17, 5, tzinfo=datetime.UTC), tick=False) as clock:
        actions.reset_factor(publisher, why=REASON)
        client.post("/admin/forgotten-password/", {"who": editor.username})
        client.post("/admin/forgotten-password/", {"who": "nobody"})
        wait(clock, minutes=14)
        early = first_page(editor)
        wait(clock, minutes=2)
        late = first_page(editor)
        no_mail.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        wait(clock, minutes=40)
        again = first_page(editor)

    assert "Mail does not go out" not in early
    assert "2 letters did not go out in time, the first of them asked for on March 2, 12:05 PM" in late
    assert "Mail does not go out" not in again
    assert len(mail.outbox) == 2


def test_staff_read_for_a_day_that_a_link_was_never_sent(publisher, no_mail, client):
    with travel(datetime.datetime(2026, 3, 2, 17, 5, tzinfo=datetime.UTC), tick=False) as clock:
        client.post("/admin/forgotten-password/", {"who": publisher.username})
        wait(clock, minutes=61)
        no_mail.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        wait(clock, hours=2)
        same_day = first_page(publisher)
        wait(clock, hours=23)
        next_day = first_page(publisher)

    assert "1 letter, asked for on March 2, 12:05 PM, did not go out in time" in same_day
    assert "Mail does not go out" not in next_day
    assert mail.outbox == []


def test_news_is_tried_for_a_week_and_then_no_address_is_kept(publisher, no_mail):
    with travel(datetime.datetime(2026, 3, 2, 17, 5, tzinfo=datetime.UTC), tick=False) as clock:
        actions.reset_factor(publisher, why=REASON)
        wait(clock, days=6)
        kept = Letter.objects.get().to
        wait(clock, days=2)
        given_up = Letter.objects.get()
        wait(clock, days=1, minutes=1)

    assert kept == publisher.email
    assert given_up.to == ""
    assert given_up.given_up_at
    assert not Letter.objects.exists()
