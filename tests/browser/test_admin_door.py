import pytest
from playwright.sync_api import Error

from tests import make


def test_staff_sign_in_through_the_form(page, site_url):
    person = make.user("Editor")

    page.goto("/admin/")
    page.fill("[name=username]", person.username)
    page.fill("[name=password]", "a long test password")
    page.click("[type=submit]")

    assert page.url == f"{site_url}/admin/"
    assert person.username in page.inner_text("#user-tools").lower()


def test_the_watched_page_tells_of_foreign_requests_and_script_errors(page, troubles):
    page.goto("/admin/login/")
    page.evaluate("fetch('http://127.0.0.1:9/refused').catch(() => {})")
    page.evaluate("new Promise(after => setTimeout(() => { setTimeout(after); throw new Error('broken') }))")
    with pytest.raises(Error):
        page.goto("http://127.0.0.1:9/followed")

    found = "\n".join(troubles)
    troubles.clear()

    assert "http://127.0.0.1:9/refused' violates the following Content Security Policy" in found
    assert "foreign request: http://127.0.0.1:9/followed" in found
    assert "broken" in found


def test_unused_parts_of_the_editor_are_not_served(page, troubles):
    answer = page.goto("/static/ckeditor/ckeditor/plugins/preview/preview.html")
    troubles.clear()

    assert answer.status == 404
    assert page.goto("/static/ckeditor/ckeditor/ckeditor.js").status == 200
