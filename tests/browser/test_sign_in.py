import re
from base64 import b32decode
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import Barrier
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import expect

from accounts import sessions
from tests import make
from tests.accounts.test_repeats import on_code_page, on_password_page


def give_password(page, person):
    page.goto("/admin/")
    page.fill("[name=username]", person.username)
    page.fill("[name=password]", make.PASSWORD)
    page.click("[type=submit]")


def app_on(page):
    """An app that was given the letters on the page."""
    page.wait_for_selector(".sign-in-secret span")
    letters = "".join(page.locator(".sign-in-secret span").all_inner_texts())
    return TOTPDevice(key=b32decode(letters).hex())


def set_up(page):
    app = app_on(page)
    page.fill("[name=code]", make.code(app))
    page.click("text=Continue")
    return app


def change_sessions(**values):
    for session in Session.objects.all():
        store = session.get_session_store_class()(session.session_key)
        store.update(values)
        store.save()


def test_from_the_first_sign_in_to_a_lost_phone_and_an_hour_away(new_page, site_url, axe, view):
    page = new_page(**view)
    person = make.user("Publisher")
    person.groups.add(make.Group.objects.get(name="Editor"))

    # Set up the factor
    page.goto("/admin/")
    axe(page)
    give_password(page, person)
    axe(page)
    set_up(page)
    axe(page)
    page.wait_for_selector(".sign-in-codes code")
    codes = page.locator(".sign-in-codes code").all_inner_texts()
    page.click("text=I have kept them")
    page.wait_for_url(f"{site_url}/admin/")

    # Sign out, and in with the phone
    page.click("text=Sign out")
    axe(page)
    give_password(page, person)
    axe(page)
    page.fill("[name=code]", "000000")
    page.click("[type=submit]")
    assert "There is a problem" in page.inner_text("[role=alert]")
    axe(page)

    # Lose the phone
    page.click("text=Use a recovery code")
    axe(page)
    page.fill("[name=code]", codes[4].lower())
    page.click("[type=submit]")
    assert "9 are left" in page.inner_text(".messagelist")
    axe(page)
    page.click("text=Set up another app or phone")
    axe(page)
    page.fill("[name=password]", make.PASSWORD)
    page.click("text=Continue")
    new_app = set_up(page)
    page.click("text=I have kept them")

    # Be away while something is written
    page.goto("/admin/glossary/term/add/")
    page.fill("[name=title]", "Lamina")
    page.fill("[name=slug]", "lamina")
    page.fill("[name=meaning]", "the roof of a vertebra, typed with care")
    change_sessions(**{sessions.USED: 0})
    page.evaluate("dispatchEvent(new Event('pageshow'))")
    page.evaluate("dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))")
    page.wait_for_selector("text=what you typed is still there")
    assert not page.is_visible("[name=meaning]")
    axe(page)

    # Come back
    with page.context.expect_page() as opened:
        page.click("text=Sign in in a new tab")
    tab = opened.value
    give_password(tab, person)
    tab.fill("[name=code]", make.code(new_app, steps=1))
    tab.click("[type=submit]")
    assert tab.url == f"{site_url}/admin/"
    tab.close()
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.wait_for_selector("[name=meaning]", state="visible")
    page.click("[name=_save]")

    assert make.Term.objects.get().meaning == "the roof of a vertebra, typed with care"


def test_someone_else_who_signs_in_does_not_see_what_was_typed(page, sign_in):
    sign_in(page, make.user("Editor"))
    page.goto("/admin/glossary/term/add/")
    page.fill("[name=title]", "Lamina")

    sign_in(page, make.user("Editor"))
    page.evaluate("dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))")

    page.wait_for_selector("text=Someone else is signed in now")
    assert not page.is_visible("[name=title]")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_selector("text=Someone else is signed in now")
    assert not page.is_visible("[name=title]")


def test_a_warning_says_how_long_is_left_and_lets_one_stay_in_every_tab(page_in_each_view, sign_in, axe):
    page = sign_in(page_in_each_view, make.user("Coordinator"))
    page.goto("/admin/")
    other = page.context.new_page()
    other.goto("/admin/account/")
    session = Session.objects.get().get_decoded()
    change_sessions(**{sessions.USED: session[sessions.USED] - sessions.IDLE_WITH_REQUESTS + 90})

    for tab in (page, other):
        tab.evaluate("dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))")
        tab.wait_for_selector("text=Are you still there?")
    left = page.inner_text(".staying-left")
    axe(page)
    page.click("text=Stay signed in")

    for tab in (page, other):
        tab.wait_for_selector(".staying", state="hidden")
    assert re.fullmatch("2 min|1 min|[0-9]+ s", left)
    assert sessions.left(Session.objects.get().get_decoded()) > 890


def is_told(request):
    return request.url.endswith("/stay/") and request.method == "POST"


def test_typing_counts_as_use_at_most_once_a_minute(page, sign_in):
    sign_in(page, make.user("Editor"))
    page.clock.install()
    page.goto("/admin/conditions/hub/add/")  # with one editor: each has clocks of its own
    page.wait_for_selector("iframe.cke_wysiwyg_frame")
    told = []
    page.on("request", lambda request: told.append(request.method) if request.url.endswith("/stay/") else None)

    page.fill("[name=title]", "Sci")
    page.fill("[name=title]", "Sciatica")
    page.clock.run_for(45_000)
    before = list(told)
    with page.expect_request(is_told):
        page.clock.run_for(20_000)
    typed = told.count("POST")
    page.clock.run_for(120_000)
    idle = told.count("POST")
    page.evaluate("Object.values(CKEDITOR.instances)[0].setData('<p>Words.</p>')")
    with page.expect_request(is_told):
        page.clock.run_for(62_000)

    assert "POST" not in before
    assert (typed, idle) == (1, 1)
    assert told.count("POST") == 2


def send_after_the_end(page, person, look):
    """Type, be signed out, press Save, sign in in another tab and send it again."""
    page.goto("/admin/glossary/term/add/")
    page.fill("[name=title]", "Lamina")
    page.fill("[name=slug]", "lamina")
    page.fill("[name=meaning]", "typed with care")
    change_sessions(**{sessions.USED: 0})
    page.click("[name=_save]")
    page.wait_for_selector("text=You were signed out before this was saved")
    look(page)
    give_password(page.context.new_page(), person)
    page.click("input[value='Send again']")
    page.wait_for_selector("text=You signed in anew")
    look(page)
    page.click("input[value='Send again']")
    page.wait_for_selector(".messagelist")


def is_expected(trouble):
    return "403 (Forbidden)" in trouble


def test_without_a_script_what_was_typed_is_sent_again_after_signing_in(new_page, sign_in, troubles):
    person = make.user("Editor")
    page = sign_in(new_page(java_script_enabled=False), person)

    send_after_the_end(page, person, lambda page: None)
    troubles[:] = [trouble for trouble in troubles if not is_expected(trouble)]

    assert make.Term.objects.get().meaning == "typed with care"


def test_the_page_that_gives_back_what_was_typed_is_without_fault(page_in_each_view, sign_in, axe, troubles):
    person = make.user("Editor")
    page = sign_in(page_in_each_view, person)

    send_after_the_end(page, person, axe)
    troubles[:] = [trouble for trouble in troubles if not is_expected(trouble)]

    assert make.Term.objects.get().meaning == "typed with care"


def test_a_form_with_a_file_is_given_back_without_fault_and_takes_the_file_again(
    page_in_each_view, sign_in, axe, troubles, tmp_path
):
    person = make.user("Editor")
    page = sign_in(page_in_each_view, person)
    file = tmp_path / "disc.png"
    file.write_bytes(make.drawing().read())
    page.goto("/admin/figures/figure/add/")
    page.fill("[name=title]", "A disc")
    page.fill("[name=alt]", "A disc that bulges.")
    page.check("[name=subject][value=no_patient]")
    page.set_input_files("[name=upload]", file)
    change_sessions(**{sessions.USED: 0})

    page.click("[name=_save]")
    page.wait_for_selector("text=You were signed out before this was saved")
    axe(page)
    give_password(page.context.new_page(), person)
    page.click("input[value='Send again']")
    page.wait_for_selector("text=You signed in anew")
    axe(page)
    page.set_input_files("[name=upload]", file)
    page.click("input[value='Send again']")
    page.wait_for_selector(".messagelist .success")
    troubles[:] = [trouble for trouble in troubles if not is_expected(trouble)]

    assert make.Figure.objects.get().alt == "A disc that bulges."


# Sent twice


def posted(page):
    """The forms that the page sends from here on, as they are sent."""
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    return sent


@pytest.mark.parametrize("has_script", [True, False])
def test_a_double_click_on_the_code_signs_in(new_page, site_url, has_script):
    person = make.user("Publisher")
    device = make.factor(person)
    page = new_page(java_script_enabled=has_script)
    give_password(page, person)
    page.fill("[name=code]", make.code(device))
    sent = posted(page)

    page.dblclick("[type=submit]", delay=80)
    expect(page).to_have_url(f"{site_url}/admin/")

    assert len(sent) == 1 or not has_script
    page.reload()
    assert page.is_visible("text=Sign out")


@pytest.mark.parametrize("has_script", [True, False])
def test_a_double_click_on_a_new_password_keeps_the_person_signed_in(new_page, sign_in, site_url, has_script):
    page = sign_in(new_page(java_script_enabled=has_script), make.user("Editor"))
    page.goto("/admin/password_change/")
    page.fill("[name=old_password]", make.PASSWORD)
    for name in ("new_password1", "new_password2"):
        page.fill(f"[name={name}]", "some other long words")
    sent = posted(page)

    page.dblclick("#content [type=submit]", delay=80)
    expect(page).to_have_url(f"{site_url}/admin/password_change/done/")

    assert len(sent) == 1 or not has_script
    page.goto("/admin/")
    assert page.is_visible("text=Sign out")


@pytest.mark.parametrize("on_page", [on_code_page, on_password_page])
def test_the_same_form_sent_twice_at_once_to_the_served_site_signs_in(site_url, on_page):
    client, address, form, to = on_page(make.user("Publisher"))
    cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies}
    together = Barrier(2)

    def send(_number):
        connection = HTTPConnection(urlsplit(site_url).netloc)
        connection.connect()
        together.wait()
        connection.request("POST", address, urlencode(form), headers)
        answer = connection.getresponse()
        said = answer.status, answer.headers["Location"], answer.headers.get_all("Set-Cookie")
        connection.close()
        return said

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, range(2)))

    assert [answer[:2] for answer in answers] == [(302, to)] * 2
    given = [
        next(re.search(r"sessionid=(\w+)", line) for line in lines if "sessionid" in line) for *_, lines in answers
    ]
    assert given[0][1] == given[1][1]
    signed_in = Client()
    signed_in.cookies["sessionid"] = given[0][1]
    assert signed_in.get("/admin/").status_code == 200


def test_a_form_is_sent_once_with_the_name_of_the_pressed_button(page, sign_in):
    sign_in(page, make.user("Editor"))
    page.goto("/admin/conditions/condition/add/")
    page.wait_for_selector("iframe.cke_wysiwyg_frame >> nth=0")
    page.fill("[name=title]", "Sciatica")
    page.fill("[name=slug]", "sciatica")
    page.evaluate("Object.values(CKEDITOR.instances)[0].setData('<p>Typed words.</p>')")
    sent = posted(page)

    page.dblclick("[name=_continue]", delay=80)
    page.wait_for_selector(".messagelist .success")

    saved = [request for request in sent if request.url.endswith("/add/")]
    assert len(saved) == 1
    fields = parse_qs(saved[0].post_data)
    assert fields["_continue"]
    assert "Typed words." in str(fields)
    assert page.url.endswith(f"/{make.Condition.objects.get().pk}/change/")


def test_a_form_that_was_kept_back_or_is_come_back_to_can_be_sent(page, sign_in):
    sign_in(page, make.user("Editor"))
    page.goto("/admin/account/email/")
    sent = posted(page)
    page.evaluate("document.forms[1].addEventListener('submit', (event) => event.preventDefault(), { once: true })")

    page.click("#content [type=submit]")
    kept_back = len(sent)
    page.route("**/account/email/", lambda route: route.fulfill(status=204), times=1)  # which leaves the page there
    with page.expect_response("**/account/email/"):
        page.click("#content [type=submit]")
    page.click("#content [type=submit]")
    first = len(sent)
    page.evaluate("dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))")
    page.click("#content [type=submit]")
    page.wait_for_selector("text=There is a problem")

    assert (kept_back, first, len(sent)) == (0, 1, 2)
