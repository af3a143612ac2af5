import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts import actions, handing_over
from accounts.factors import has_factor
from accounts.forms import AccountForm
from accounts.models import User
from conditions.models import Condition
from publishing.models import Edition
from record.models import Entry
from tests import make
from tests.accounts.letters import code_in, set_password
from tests.forms import submitted

pytestmark = pytest.mark.django_db
HISTORY = {  # what somebody once did, which stays theirs
    "intake.Draft.taken_by",
    "intake.Erasure.by",
    "intake.Event.by",
    "intake.Message.by",
    "intake.Request.taken_by",
    "intake.Wording.by",
    "publishing.Edition.made_by",
    "publishing.PreviewLink.made_by",
    "publishing.Review.clinician",
    "publishing.Review.kept_by",
    "publishing.ReviewRequest.asked_by",
    "publishing.ReviewRequest.clinician",
    "publishing.Revision.saved_by",
}
ABOUT_THE_ACCOUNT = {  # goes with it, or is nothing to hand over
    "accounts.Letter.account",
    "accounts.User_groups.user",
    "accounts.User_user_permissions.user",
    "admin.LogEntry.user",
    "otp_static.StaticDevice.user",
    "otp_totp.TOTPDevice.user",
}


@pytest.fixture
def administrator(as_):
    """Signed in with `client`."""
    person = make.user("Administrator")
    as_(person)
    return person


def address(account, act="close"):
    return reverse(f"admin:accounts_user_{act}", args=[account.pk])


def close(client, account, **to):
    return client.post(address(account), to, follow=True).content.decode()


def rows(after):
    found = Entry.objects.filter(number__gt=after).order_by("number")
    return list(found.values_list("username", "action", "kind", "key", "detail", "outcome"))


def last_row():
    return Entry.objects.order_by("-number").values_list("number", flat=True).first() or 0


def test_a_closed_account_opens_nothing_from_the_next_click_on(client, administrator, publisher):
    elsewhere = make.signed_in(Client(), publisher)
    make.factor(publisher)

    page = close(client, publisher)

    publisher.refresh_from_db()
    assert "The account is closed" in page
    assert elsewhere.get("/admin/").status_code == 302
    assert not publisher.is_active
    assert not publisher.has_usable_password()
    assert not publisher.groups.exists()
    assert not has_factor(publisher)
    assert publisher.state.label == "Closed"


def test_what_a_leaver_owns_goes_to_whom_the_administrator_says(client, administrator, editor):
    other, third = make.user("Editor"), make.user("Editor")
    mine = [make.condition(owner=editor) for _page in range(3)]
    backed = make.condition(owner=third, backup_owner=editor)
    versions = [page.version for page in mine]

    asked = client.get(address(editor)).content.decode()
    close(client, editor, to_0=other.pk, to_1=third.pk)

    assert "conditions they own (3)" in asked
    assert ", ".join(page.title for page in mine) in asked
    assert "conditions they are the backup owner of (1)" in asked
    for page, version in zip(mine, versions, strict=True):
        page.refresh_from_db()
        assert (page.owner, page.version) == (other, version + 1)
    backed.refresh_from_db()
    assert (backed.owner, backed.backup_owner) == (third, third)


def test_pages_go_to_somebody_else_while_the_account_stays_open(client, administrator, editor):
    other, leaving = make.user("Editor"), make.signed_in(Client(), editor)
    mine = [make.condition(owner=editor) for _page in range(3)]
    before = last_row()

    asked = client.get(address(editor, "hand_over")).content.decode()
    said = client.post(address(editor, "hand_over"), {"to_0": other.pk}, follow=True).content.decode()

    assert "conditions they own (3)" in asked
    assert "All of it has gone to whom you said." in said
    assert {page.owner for page in Condition.objects.filter(pk__in=[page.pk for page in mine])} == {other}
    assert leaving.get("/admin/").status_code == 200
    expected = (administrator.username, "hand_over", "user", str(editor.pk))
    done = [row for row in rows(before) if row[:4] == expected]
    assert [row[4:] for row in done] == [(f"condition owner: 3 to user {other.pk}", "allowed")]
    assert "owns nothing" in client.get(address(editor, "hand_over"), follow=True).content.decode()


def test_nothing_goes_to_nobody(client, administrator, editor):
    page = make.condition(owner=editor)

    said = client.post(address(editor, "hand_over"), {"to_0": ""}, follow=True).content.decode()

    page.refresh_from_db()
    assert "Say who takes these over." in said
    assert page.owner == editor


@pytest.mark.parametrize("successor", ["nobody", "themselves", "closed", "emergency", "odd"])
def test_an_account_stays_open_while_what_it_owns_goes_to_nobody_else(client, administrator, editor, successor):
    page = make.condition(owner=editor)
    to = {
        "nobody": "",
        "themselves": editor.pk,
        "closed": make.user(is_active=False).pk,
        "emergency": make.user(emergency_until=make.moment_ahead()).pk,
        "odd": "x",
    }[successor]

    close(client, editor, to_0=to)

    page.refresh_from_db()
    editor.refresh_from_db()
    assert (page.owner, editor.is_active) == (editor, True)


def test_what_is_planned_and_what_was_published_stays_the_leaver_s(client, administrator, publisher):
    page = make.published(make.condition())
    plan = make.actions.publish(page, by=publisher, change="Later.", at=make.moment_ahead())

    close(client, publisher)

    plan.refresh_from_db()
    assert (plan.made_by, plan.cancelled_at) == (publisher, None)
    assert Edition.objects.planned(plan.made_at).filter(pk=plan.pk).exists()


def test_every_row_that_names_a_person_is_handed_over_or_history():
    registered = {f"{kind.model._meta.label}.{kind.field}" for kind in handing_over.registered}

    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if field.is_relation and field.related_model is User
    }

    assert found == registered | HISTORY | ABOUT_THE_ACCOUNT
    assert not registered & (HISTORY | ABOUT_THE_ACCOUNT)


def test_each_page_takes_its_owners_from_open_accounts(as_, editor):
    closed, emergency = make.user(is_active=False), make.user(emergency_until=make.moment_ahead())
    page = make.condition(owner=editor)

    form = as_(editor).get(reverse("admin:conditions_condition_change", args=[page.pk])).context["adminform"].form

    offered = set(form.fields["owner"].queryset)
    assert editor in offered
    assert not {closed, emergency} & offered


# Who may not


def test_nobody_closes_their_own_account(client, administrator):
    make.user("Administrator")

    page = close(client, administrator)

    assert "Nobody closes their own account" in page
    assert (
        address(administrator)
        not in client.get(reverse("admin:accounts_user_change", args=[administrator.pk])).content.decode()
    )
    administrator.refresh_from_db()
    assert administrator.is_active


def test_the_last_who_administers_for_good_is_not_closed(client, as_, administrator):
    emergency = make.user(is_superuser=True, emergency_until=make.moment_ahead())
    as_(emergency)
    invited = make.user("Administrator")
    User.objects.filter(pk=invited.pk).update(password="!")
    make.user("Administrator", is_active=False)

    page = close(client, administrator)

    assert "This is the last person who administers the site" in page
    administrator.refresh_from_db()
    assert administrator.is_active


def test_of_two_who_close_each_other_the_second_is_refused(administrator):
    other = make.user("Administrator")
    actions.close(other, by=administrator)

    with pytest.raises(actions.Refused, match="Your own account was closed"):
        actions.close(administrator, by=other)


def test_a_form_sent_while_the_account_is_closed_opens_it_no_more(client, administrator, publisher, monkeypatch):
    form = submitted(client.get(address(publisher, "change"))) | {"first_name": "Ada"}
    clean = AccountForm.clean

    def meanwhile(form):
        actions.close(publisher, by=administrator)
        return clean(form)

    monkeypatch.setattr(AccountForm, "clean", meanwhile)
    client.post(address(publisher, "change"), form)

    publisher.refresh_from_db()
    assert publisher.first_name == "Ada"
    assert not publisher.is_active
    assert not publisher.has_usable_password()


@pytest.mark.parametrize("act", ["close", "hand_over", "invite", "reopen", "reset"])
@pytest.mark.parametrize("role", ["Editor", "Clinician", "Publisher", "Coordinator", "Privacy officer"])
def test_only_administrators_get_in_and_a_try_is_on_record(as_, role, act):
    person, other = make.user(role), make.user("Editor")
    client = as_(person)
    before = last_row()

    answers = [client.get(address(other, act)).status_code, client.post(address(other, act)).status_code]

    other.refresh_from_db()
    assert answers == [403, 403]
    assert other.is_active
    action = {"reset": "ask_reset"}.get(act, act)
    assert rows(before) == [(person.username, action, "user", str(other.pk), "", "refused")] * 2


@pytest.mark.parametrize("act", ["close", "invite", "reopen", "reset"])
def test_strangers_are_sent_to_sign_in(client, editor, act):
    assert client.post(address(editor, act)).status_code == 302
    editor.refresh_from_db()
    assert editor.is_active
    assert not editor.letters.exists()


@pytest.mark.parametrize("act", ["close", "invite", "reopen", "reset"])
def test_a_look_changes_nothing(client, administrator, editor, act):
    before = User.objects.values().get(pk=editor.pk)

    answer = client.get(address(editor, act))

    assert answer.status_code == 200
    assert User.objects.values().get(pk=editor.pk) == before
    assert not editor.letters.exists()
    assert client.get(reverse(f"admin:accounts_user_{act}", args=["999"])).status_code == 404


# Opening again


def test_a_closed_account_opens_again_by_an_invitation_without_its_roles(client, administrator, publisher, mailoutbox):
    publisher.user_permissions.add(Permission.objects.first())
    close(client, publisher)

    page = client.post(address(publisher, "reopen"), follow=True).content.decode()
    invited = User.objects.get(pk=publisher.pk).state.label
    set_password(Client(), code_in(mailoutbox[0]))

    publisher.refresh_from_db()
    assert "The invitation is sent." in page
    assert (invited, publisher.state.label) == ("Invited", "Active")
    assert publisher.get_all_permissions() == set()
    assert not has_factor(publisher)


def test_an_open_account_is_not_opened_again(client, administrator, editor, mailoutbox):
    page = client.post(address(editor, "reopen"), follow=True).content.decode()

    assert "This account is not closed" in page
    assert (mailoutbox, editor.check_password(make.PASSWORD)) == ([], True)


def test_the_form_can_t_close_or_open_an_account(client, administrator, editor):
    form_address = reverse("admin:accounts_user_change", args=[editor.pk])
    form = submitted(client.get(form_address))

    client.post(form_address, form | {"is_active": "", "is_staff": "", "password": "x", "_save": ""})

    editor.refresh_from_db()
    assert (editor.is_active, editor.is_staff) == (True, True)
    assert editor.check_password(make.PASSWORD)


# On record


def test_closing_handing_over_and_opening_are_on_record(client, administrator, publisher):
    other = make.user("Editor")
    for _page in range(2):
        make.condition(owner=publisher)
    before = last_row()

    close(client, publisher, to_0=other.pk)
    client.post(address(publisher, "reopen"))

    me, account = administrator.username, ("user", str(publisher.pk))
    assert rows(before) == [
        (me, "close", *account, "", "allowed"),
        (me, "hand_over", *account, f"condition owner: 2 to user {other.pk}", "allowed"),
        (me, "take_role", *account, "Publisher", "allowed"),
        (me, "view", *account, "", "allowed"),
        (me, "reopen", *account, "", "allowed"),
        (me, "invite", *account, "", "allowed"),
    ]


def test_a_closing_that_fails_closes_nothing_and_is_told(administrator, editor, monkeypatch):
    page = make.condition(owner=editor)
    other = make.user("Editor")
    kind = next(kind for kind, _count in handing_over.owned_by(editor))
    before = last_row()
    monkeypatch.setattr(actions, "forget_factor", lambda account: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        actions.close(editor, by=administrator, to={kind: other})

    page.refresh_from_db()
    editor.refresh_from_db()
    assert (page.owner, editor.is_active) == (editor, True)
    assert [(row[1], row[-1]) for row in rows(before)] == [
        *[(action, "allowed") for action in ("close", "hand_over", "take_role")],
        *[(action, "failed") for action in ("close", "hand_over", "take_role")],
    ]
