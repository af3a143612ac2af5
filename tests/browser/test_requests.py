"""Coordinators read requests in a browser, which keeps nothing of them."""

import pytest

from tests import make


def page_of(request):
    return f"/admin/intake/request/{request.pk}/change/"


def test_requests_and_the_desk_are_without_fault_in_each_view(page_in_each_view, sign_in, axe, troubles):
    page = sign_in(page_in_each_view, make.user("Coordinator"))
    asked, spoilt = make.request("My back hurts.\n" + "a" * 200, priority=1), make.request()
    type(spoilt).objects.filter(pk=spoilt.pk).update(words=bytes(asked.words))

    for address in ("/admin/intake/request/", page_of(asked), f"/admin/intake/request/{asked.pk}/hold/"):
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(page_of(spoilt))
    axe(page)
    troubles.clear()  # the browser tells of the answer 500, which is meant

    sign_in(page, make.user("Administrator"))
    page.goto("/admin/intake/desksettings/1/change/")
    axe(page)


@pytest.mark.parametrize("is_print", [False, True], ids=["screen", "print"])
def test_paper_shows_the_request_and_none_of_the_controls(page, sign_in, is_print):
    sign_in(page, make.user("Coordinator"))
    page.goto(page_of(make.request("My back hurts.")))
    page.emulate_media(media="print" if is_print else "screen")

    assert page.get_by_text("My back hurts.").is_visible()
    assert page.get_by_text("Sign out").is_visible() is not is_print
    assert page.get_by_role("link", name="Keep it").is_visible() is not is_print


def test_after_signing_out_back_shows_the_page_to_sign_in(page, sign_in):
    sign_in(page, make.user("Coordinator"))
    page.goto(page_of(make.request("My back hurts.")))
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()

    page.go_back()

    page.wait_for_url("**/admin/login/**")
    assert "My back hurts" not in page.content()
