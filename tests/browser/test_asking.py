"""Asking for an appointment or a second opinion, as a person with a phone, without scripts, or by keys alone does."""

import pytest

from intake import kept_out
from intake.models import Request
from tests import make
from tests.intake.patient import ANSWERS, steps

WAYS = {"appointments": "appointment", "second-opinion": "second opinion"}
BOXES = ("radio", "checkbox")


@pytest.fixture
def site(site_url, monkeypatch):
    monkeypatch.setattr(kept_out, "SOONEST", kept_out.SOONEST * 0)
    make.published(make.site(title="Spine Place", phone="212-555-0142"))
    make.published(make.warning_sign("You can't move a leg", is_general=True))
    make.published(make.warning_sign("You have a fever", level="call_today", is_general=True))
    make.published(make.condition("Slipped disk", slug="slipped-disk"))
    make.published(make.physician("Adler", gives_second_opinions=True))
    make.published(make.physician("Birch", patients="pediatric"))


def fill(page, answers):
    for name, value in answers.items():
        values = value if isinstance(value, list) else [value]
        field = page.locator(f"main [name={name}]").first
        if field.evaluate("box => box.tagName") == "SELECT":
            field.select_option(values[0])
        elif field.get_attribute("type") in BOXES:
            for chosen in values:
                page.check(f"main [name={name}][value={chosen}]")
        else:
            field.fill(values[0])


def go_on(page, words="Continue"):
    with page.expect_navigation():
        page.get_by_role("button", name=words).click()


def look(page, axe):
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_axe_finds_nothing_on_any_step_at_320_px_with_and_without_errors(new_page, site, axe):
    page = new_page(width=320)
    page.goto("/second-opinion/")

    for key in steps("second-opinion"):
        look(page, axe)
        if key not in ("doctor", "records", "files"):  # which ask for nothing
            go_on(page)
            assert page.title().startswith("Error: ")
            assert page.evaluate("document.activeElement.className").endswith("form-errors")
            look(page, axe)
        fill(page, ANSWERS[key])
        go_on(page)
    look(page, axe)
    go_on(page, "Send my request")
    look(page, axe)
    page.check("[name=agreed]")
    go_on(page, "Send my request")
    look(page, axe)

    assert page.inner_text("h1") == "Your request has arrived"
    assert page.inner_text(".reference") == Request.objects.get().reference


@pytest.mark.parametrize("way", WAYS)
def test_a_request_is_sent_without_scripts(new_page, site, way):
    page = new_page(width=390, java_script_enabled=False)
    page.goto(f"/{way}/")

    for key in steps(way):
        fill(page, ANSWERS[key])
        go_on(page)
    page.check("[name=agreed]")
    go_on(page, "Send my request")

    assert page.inner_text(".reference") == Request.objects.get().reference


def press_until(page, is_there):
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(is_there):
            return
    raise AssertionError(f"no Tab leads to what {is_there}")


def test_a_request_is_sent_by_keys_alone(page, site):
    page.goto("/appointments/")

    for key in steps("appointments"):
        for name, value in ANSWERS[key].items():
            values = value if isinstance(value, list) else [value]
            for chosen in values:
                press_until(page, f"document.activeElement.name === '{name}'")
                kind = page.evaluate("document.activeElement.type")
                if kind == "checkbox":
                    press_until(page, f"document.activeElement.value === '{chosen}'")
                    page.keyboard.press("Space")
                elif kind == "radio":
                    page.keyboard.press("Space")
                    while page.evaluate("document.activeElement.value") != chosen:
                        page.keyboard.press("ArrowDown")
                elif kind == "select-one":
                    while page.evaluate("document.activeElement.value") != chosen:
                        page.keyboard.press("ArrowDown")
                else:
                    page.keyboard.type(chosen)
        press_until(page, "document.activeElement.textContent === 'Continue'")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    press_until(page, "document.activeElement.name === 'agreed'")
    page.keyboard.press("Space")
    press_until(page, "document.activeElement.textContent === 'Send my request'")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert page.inner_text(".reference") == Request.objects.get().reference


def test_a_double_click_sends_one_request(page, site):
    page.goto("/appointments/")
    for key in steps("appointments"):
        fill(page, ANSWERS[key])
        go_on(page)
    page.check("[name=agreed]")

    with page.expect_navigation():
        page.dblclick("text=Send my request")

    assert page.inner_text("h1") == "Your request has arrived"
    assert Request.objects.count() == 1
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.wait_for_load_state()
    page.go_back()
    page.wait_for_url("**/sent/")
    assert Request.objects.count() == 1


def test_what_is_left_of_a_long_answer_is_counted_and_none_stands_alone(page, site):
    page.goto("/appointments/")
    page.check("main [name=now] >> nth=0")
    page.check("main [name=now][value=none]")
    assert page.locator("main [name=now]:checked").count() == 1
    go_on(page)
    page.goto("/appointments/reason/")

    page.fill("[name=problem]", "😀" * 990)
    assert page.inner_text(".count") == "10 left"
    page.fill("[name=problem]", "😀" * 1001)
    assert page.inner_text(".count") == "1 too many"
