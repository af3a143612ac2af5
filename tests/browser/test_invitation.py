"""From an administrator's click to the first sign-in, through the link in the mail, as people do it."""

import re

from django.core import mail

from accounts.models import Letter, User
from tests import make
from tests.accounts.letters import PASSWORD, code_in


def test_an_invitation_from_end_to_end(new_page, sign_in, site_url, axe, view):
    asked_for = []
    page = sign_in(new_page(**view), make.user("Administrator"))

    page.goto("/admin/accounts/user/add/")
    axe(page)
    page.fill("[name=username]", "ada")
    page.fill("[name=email]", "ada@example.org")
    page.get_by_label(re.compile("Editor:")).check()
    page.click("[name=_save]")
    assert "The invitation is sent." in page.inner_text(".messagelist")

    (letter,) = mail.outbox
    theirs = new_page(**view)
    theirs.on("request", lambda request: asked_for.append((request.url, request.headers.get("referer", ""))))
    theirs.goto(re.search(r"http\S+#\S+", letter.body).group())
    axe(theirs)
    assert theirs.url == f"{site_url}/admin/new-password/"
    assert not theirs.get_by_label("Code from the mail").is_visible()
    theirs.get_by_label("New password").fill("spineinfo2026!!")
    theirs.get_by_label("The same password again").fill("spineinfo2026!!")
    theirs.click("[type=submit]")
    axe(theirs)
    assert "easy to guess" in theirs.inner_text("[role=alert]")

    theirs.get_by_label("New password").fill(PASSWORD)
    theirs.get_by_label("The same password again").fill(PASSWORD)
    theirs.click("[type=submit]")
    assert "Your new password is set." in theirs.inner_text(".messagelist")
    axe(theirs)
    theirs.fill("[name=username]", "ada")
    theirs.fill("[name=password]", PASSWORD)
    theirs.click("[type=submit]")

    assert theirs.url == f"{site_url}/admin/"
    code = code_in(letter)
    assert len(asked_for) > 5
    assert not any(code in part for request in asked_for for part in request)
    theirs.wait_for_load_state()
    theirs.go_back()
    assert code not in theirs.url


def test_without_a_script_the_code_is_pasted(new_page, site_url):
    account = make.user("Editor")
    account.set_unusable_password()
    account.save()
    from accounts.actions import invite
    from accounts.letters import post_at_once

    post_at_once(invite(account, by=None))
    page = new_page(java_script_enabled=False)

    page.goto(re.search(r"http\S+#\S+", mail.outbox[0].body).group())
    page.get_by_label("Code from the mail").fill(code_in(mail.outbox[0]))
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.click("[type=submit]")

    assert "Your new password is set." in page.inner_text(".messagelist")


def test_a_forgotten_password_is_asked_for_from_the_sign_in_page(page_in_each_view, axe):
    person = make.user("Editor")
    page = page_in_each_view

    page.goto("/admin/")
    page.get_by_role("link", name="Forgot your password?").click()
    axe(page)
    page.get_by_label("User name or email address").fill(person.email)
    page.click("[type=submit]")

    assert "a mail with a link is on its way" in page.inner_text("#content-main")
    axe(page)
    assert Letter.objects.get().account == person
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_account_is_closed_and_what_it_owns_handed_over(page_in_each_view, sign_in, axe):
    page = sign_in(page_in_each_view, make.user("Administrator"))
    leaver, successor = make.user("Editor"), make.user("Editor")
    condition = make.condition(owner=leaver)

    page.goto(f"/admin/accounts/user/{leaver.pk}/change/")
    axe(page)
    page.get_by_role("link", name="Close the account").click()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("[type=submit].default")
    assert "Say who takes these over." in page.inner_text("#content-main")
    axe(page)
    page.get_by_label("conditions they own (1)").select_option(str(successor.pk))
    page.click("[type=submit].default")

    assert "The account is closed" in page.inner_text(".messagelist")
    axe(page)
    condition.refresh_from_db()
    assert condition.owner == successor
    assert not User.objects.get(pk=leaver.pk).is_active


def test_what_a_superuser_gives_beyond_the_roles_can_be_read(page, sign_in, axe):
    person = make.user("Editor")

    sign_in(page, make.user(is_superuser=True)).goto(f"/admin/accounts/user/{person.pk}/change/")

    axe(page)
