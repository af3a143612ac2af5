"""Coming back to a request: with a code to finish it, or to see how it stands, on a phone."""

import pytest

from intake.answering import actions
from intake.models import Request
from tests import make
from tests.browser.test_asking import fill, go_on, look, site  # noqa: F401
from tests.intake.mail import send_due
from tests.intake.patient import ANSWERS, steps

BORN = {"born_month": "3", "born_day": "27", "born_year": "1961"}


def ask(page):
    page.goto("/appointments/")
    for key in steps("appointments"):
        fill(page, ANSWERS[key])
        go_on(page)
    page.check("[name=agreed]")
    go_on(page, "Send my request")
    return page.inner_text(".reference")


def mailed_code(mailoutbox):
    send_due()
    (body,) = [mail.body for mail in mailoutbox if mail.subject == "Your code"]
    return next(line.strip() for line in body.splitlines() if line.startswith("    "))


def wrong(page, words):
    go_on(page, words)
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.className").endswith("form-errors")


def test_axe_finds_nothing_where_a_request_is_finished_later(new_page, site, axe):  # noqa: F811
    page = new_page(width=320)
    page.goto("/appointments/")
    fill(page, ANSWERS["signs"])
    go_on(page)
    go_on(page, "Save and finish later")
    look(page, axe)
    wrong(page, "Give me a code")
    look(page, axe)
    page.check("[name=how][value=shown]")
    go_on(page, "Give me a code")
    look(page, axe)
    code = page.inner_text(".reference")

    other = new_page(width=320)
    other.goto("/appointments/resume/")
    look(other, axe)
    other.fill("[name=code]", "AAAA")
    wrong(other, "Open my request")
    look(other, axe)
    other.fill("[name=code]", code.lower())
    go_on(other, "Open my request")
    assert other.url.endswith("/appointments/asking/")


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_a_patient_sees_how_the_request_stands(new_page, site, axe, mailoutbox, java_script_enabled):  # noqa: F811
    page = new_page(width=320, java_script_enabled=java_script_enabled)
    reference = ask(page)
    actions.write_to_patient(Request.objects.get(), "Please call us.", by=make.user("Coordinator"))
    page.goto("/request-status/")
    if java_script_enabled:
        look(page, axe)
        wrong(page, "Continue")
        look(page, axe)
    fill(page, {"reference": reference, **BORN})
    go_on(page)
    if java_script_enabled:
        wrong(page, "Show my request")
        look(page, axe)
    page.fill("[name=code]", mailed_code(mailoutbox))
    go_on(page, "Show my request")

    assert page.inner_text("h1") == "How your request stands"
    assert page.inner_text(".message p") == "Please call us."
    if java_script_enabled:
        look(page, axe)
