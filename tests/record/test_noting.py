import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.models import User
from publishing import actions, reviewing
from publishing.models import Edition
from record.models import Action, Entry
from record.noting import NotOnRecord, Thing, failures_noted, note, noted, recorded, refuse
from tests import make
from tests.forms import submitted

pytestmark = pytest.mark.django_db
LETTER = Thing("letter", "f3a9")


def rows(*names, **wanted):
    """The record from its first row on, as tuples of `names`."""
    return list(Entry.objects.filter(**wanted).order_by("number").values_list(*names))


def all_rows():
    return rows("username", "action", "kind", "key", "detail", "outcome")


# The interface


def test_a_row_says_who_did_what_to_which_thing_and_why(editor):
    entry = note(editor, Action.PRINT, LETTER, detail="the first page", why="Asked for by phone.")

    assert rows("number", "user_id", "username", "action", "kind", "key", "detail", "why", "outcome") == [
        (1, editor.pk, editor.username, "print", "letter", "f3a9", "the first page", "Asked for by phone.", "allowed")
    ]
    assert str(entry) == "entry 1"


def test_rows_are_numbered_without_gaps_and_dated_in_their_order():
    for _number in range(5):
        note(None, Action.VIEW, LETTER)

    found = rows("number", "at")
    assert [number for number, _at in found] == [1, 2, 3, 4, 5]
    assert [at for _number, at in found] == sorted(at for _number, at in found)


@pytest.mark.parametrize("wrong", [{"action": "gossip"}, {"outcome": "perhaps"}])
def test_only_what_is_on_the_list_can_be_written(wrong):
    with pytest.raises(ValueError, match="is not a valid"):
        note(**{"who": None, "action": Action.VIEW, "thing": LETTER, **wrong})


def test_a_reason_that_is_too_long_is_refused_and_not_cut():
    with pytest.raises(ValidationError):
        note(None, Action.VIEW, LETTER, why="x" * 301)

    assert all_rows() == []


def test_a_row_stays_when_the_transaction_around_it_is_undone(editor):
    condition = make.condition()

    @failures_noted()
    @transaction.atomic
    def delete():
        condition.delete()
        note(editor, Action.DELETE, LETTER, detail="at night")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        delete()

    assert type(condition).objects.exists()
    assert all_rows() == [
        (editor.username, "delete", "letter", "f3a9", "at night", "allowed"),
        (editor.username, "delete", "letter", "f3a9", "entry 1: at night", "failed"),
    ]


def test_what_is_refused_half_way_is_told_as_refused(editor):
    with pytest.raises(PermissionDenied), noted(editor, Action.VIEW, LETTER):
        raise PermissionDenied

    assert [row[-1] for row in all_rows()] == ["allowed", "refused"]


def test_the_outermost_of_several_blocks_tells_of_a_failure_once():
    with pytest.raises(RuntimeError), failures_noted(), noted(None, Action.VIEW, LETTER):
        raise RuntimeError

    assert [row[-1] for row in all_rows()] == ["allowed", "failed"]


def test_a_view_is_on_record_before_it_runs_and_its_refusals_too(rf, editor, coordinator):
    seen = []

    @recorded(Action.VIEW, lambda key: Thing("letter", key), allowed=lambda request: request.user == coordinator)
    def letter(request, key):
        seen.append(all_rows())
        return HttpResponse("words")

    def asked_by(person):
        request = rf.get("/")
        request.user = person
        return letter(request, key="f3a9")

    assert asked_by(coordinator).content == b"words"
    with pytest.raises(PermissionDenied):
        asked_by(editor)
    assert seen == [[(coordinator.username, "view", "letter", "f3a9", "", "allowed")]]
    assert all_rows()[1:] == [(editor.username, "view", "letter", "f3a9", "", "refused")]


def test_a_view_that_fails_while_its_template_renders_is_told(rf, editor):
    @recorded(Action.LIST, Thing("letter"), allowed=lambda request: True)
    def letters(request):
        return TemplateResponse(request, "no/such.html")

    request = rf.get("/")
    request.user = editor
    with pytest.raises(Exception, match="no/such"):
        letters(request)

    assert [row[-1] for row in all_rows()] == ["allowed", "failed"]


def test_without_a_row_nothing_runs(unwritable_record, editor):
    with pytest.raises(NotOnRecord), noted(editor, Action.VIEW, LETTER):
        pytest.fail("it was shown")
    with pytest.raises(NotOnRecord):
        refuse(editor, Action.VIEW, LETTER)


def test_a_failure_that_cannot_be_written_is_logged_and_not_hidden(monkeypatch, caplog):
    def go_away(*args):
        raise OSError("disk is full")

    @noted(None, Action.VIEW, LETTER)
    def fail():
        monkeypatch.setattr("record.noting.append", go_away)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert "The record took no row about the failure of entry 1." in caplog.text


# Signing in and out


def sign_in(client, username, **typed):
    return client.post(reverse("admin:login"), {"username": username, "password": "a long test password", **typed})


def test_signing_in_and_out_and_failing_to_is_on_record(client, editor):
    sign_in(client, editor.username, password="wrong")
    sign_in(client, editor.username)
    client.post(reverse("admin:logout"))

    who = (editor.username, "sign_in", "user", str(editor.pk), "")
    assert all_rows() == [
        (*who, "refused"),
        (*who, "allowed"),
        (editor.username, "sign_out", "user", str(editor.pk), "", "allowed"),
    ]


def test_what_is_typed_for_a_name_that_nobody_has_is_not_kept(client):
    sign_in(client, "my secret password")

    assert all_rows() == [("", "sign_in", "user", "", "", "refused")]


def test_nobody_signs_in_while_the_record_takes_no_row(client, editor, unwritable_record):
    client.raise_request_exception = False

    answer = sign_in(client, editor.username)

    assert answer.status_code == 503
    assert "Nothing was shown or changed" in answer.content.decode()
    assert client.get(reverse("admin:index")).status_code == 302


# Publishing


def test_publishing_withdrawing_canceling_and_reviewing_are_on_record(publisher, clinician):
    page = make.condition(overview="<p>Words.</p>")
    draft_hash = actions.Draft.of(page).clinical_hash
    reviewing.review(page, by=clinician, signed_as="Dr. Sample", clinical_hash=draft_hash, decision="approved")
    actions.publish(page, by=publisher, change="New.")
    actions.withdraw(page, by=publisher, change="Wrong.")
    later = make.moment_ahead()
    plan = actions.publish(page, by=publisher, change="Later.", at=later)
    actions.cancel(plan, by=publisher)

    thing = ("condition", str(page.pk))
    assert all_rows() == [
        (clinician.username, "review", *thing, "approved", "allowed"),
        (publisher.username, "publish", *thing, "edition 1", "allowed"),
        (publisher.username, "withdraw", *thing, "edition 2", "allowed"),
        (publisher.username, "publish", *thing, "edition 3", "allowed"),
        (publisher.username, "cancel", *thing, "edition 3", "allowed"),
    ]


def test_publishing_that_fails_afterwards_is_told(publisher, monkeypatch):
    monkeypatch.setattr(Edition, "save", lambda *args, **kwargs: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        actions.publish(make.condition(), by=publisher, change="New.")

    assert [(row[1], row[-1]) for row in all_rows()] == [("publish", "allowed"), ("publish", "failed")]


def test_nothing_is_published_while_the_record_takes_no_row(publisher, unwritable_record):
    with pytest.raises(NotOnRecord):
        actions.publish(make.condition(), by=publisher, change="New.")

    assert not Edition.objects.exists()


@pytest.mark.parametrize("what", ["publish", "withdraw", "review"])
def test_who_may_not_publish_or_review_and_tries_is_on_record(as_, editor, what):
    page = make.condition()
    client = as_(editor)

    answer = client.get(reverse(f"admin:conditions_condition_{what}", args=[page.pk]))

    assert answer.status_code == 403
    assert all_rows()[1:] == [(editor.username, what, "condition", str(page.pk), "", "refused")]


# Accounts and roles


@pytest.fixture
def superuser(db):
    return make.user(is_superuser=True)


def test_changes_of_accounts_and_roles_are_on_record_without_what_was_typed(as_, superuser, editor):
    client = as_(superuser)
    address = reverse("admin:accounts_user_change", args=[editor.pk])
    form = submitted(client.get(address))
    publisher = make.Group.objects.get(name="Publisher")
    client.post(address, form | {"first_name": "Ada", "groups": [str(publisher.pk)], "_save": ""})
    client.post(
        address,
        submitted(client.get(address)) | {"email": "ada@example.org", "your_password": make.PASSWORD, "_save": ""},
    )

    account = ("user", str(editor.pk))
    assert [row[1:] for row in all_rows()[1:]] == [
        ("view", *account, "", "allowed"),
        ("give_role", *account, "Publisher", "allowed"),
        ("take_role", *account, "Editor", "allowed"),
        ("change", *account, "First name, Roles", "allowed"),
        ("view", *account, "", "allowed"),
        ("change", *account, "Email address", "allowed"),
    ]


OWN_PASSWORD = {
    "old_password": "a long test password",
    "new_password1": "another long password",
    "new_password2": "another long password",
}


def test_a_person_s_own_new_password_is_on_record(as_, editor):
    client = as_(editor)

    client.post(reverse("admin:password_change"), OWN_PASSWORD | {"old_password": "wrong"})
    client.post(reverse("admin:password_change"), OWN_PASSWORD)

    who, account = editor.username, ("user", str(editor.pk))
    assert all_rows()[1:] == [
        (who, "sign_in", *account, "password again", "refused"),
        (who, "change_password", *account, "", "allowed"),
    ]


def test_a_person_s_own_password_stays_while_the_record_takes_no_row(as_, editor, request):
    client = as_(editor)
    client.raise_request_exception = False
    request.getfixturevalue("unwritable_record")

    assert client.post(reverse("admin:password_change"), OWN_PASSWORD).status_code == 503
    editor.refresh_from_db()
    assert editor.check_password("a long test password")


def test_a_new_account_is_on_record(as_, superuser):
    as_(superuser).post(reverse("admin:accounts_user_add"), {"username": "new", "email": "new@example.org"})

    new = User.objects.get(username="new")
    assert all_rows()[1:] == [(superuser.username, "invite", "user", str(new.pk), "", "allowed")]


def test_an_account_stays_as_it_is_while_the_record_takes_no_row(client, superuser, editor, request):
    make.signed_in(client, superuser)
    client.raise_request_exception = False
    address = reverse("admin:accounts_user_change", args=[editor.pk])
    form = submitted(client.get(address))
    request.getfixturevalue("unwritable_record")

    changed = client.post(address, form | {"first_name": "Ada", "_save": ""})
    closed = client.post(reverse("admin:accounts_user_close", args=[editor.pk]))
    asked = client.post(reverse("admin:accounts_user_reset", args=[editor.pk]))
    forgotten = client.post(reverse("admin_password_reset"), {"who": editor.username})

    editor.refresh_from_db()
    assert [answer.status_code for answer in (changed, closed, asked, forgotten)] == [503] * 4
    assert editor.first_name == ""
    assert editor.is_active
    assert not editor.letters.exists()
