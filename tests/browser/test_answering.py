"""A coordinator works the waiting requests to their end by keyboard alone."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from intake.figures import counting
from intake.models import Request
from tests import make
from tests.browser.test_asking import press_until, site  # noqa: F401
from tests.intake.patient import Patient

LIST = "/admin/intake/request/"


def type_day(page, day):
    """Into a box for a day, as somebody in the United States types it."""
    page.keyboard.type(f"{day:%m%d%Y}")


def choose(page, name, letters):
    """In the list `name`, by the first letters of what is in it."""
    press_until(page, f"document.activeElement.name === '{name}'")
    page.keyboard.type(letters)


def open_act(page, name):
    """Go to what can be done, and open one thing."""
    press_until(page, "document.activeElement.getAttribute('href') === '#acts'")
    page.keyboard.press("Enter")
    press_until(page, f"document.activeElement.matches('#act-{name} > summary')")
    page.keyboard.press("Enter")


def send(page):
    """Press the button that comes next."""
    press_until(page, "document.activeElement.type === 'submit'")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def reach(page):
    """Write down that the patient was reached."""
    open_act(page, "contact")
    press_until(page, "document.activeElement.name === 'contact-result'")
    page.keyboard.press("Space")
    press_until(page, "document.activeElement.name === 'contact-text'")
    page.keyboard.type("They know what comes next.")
    send(page)


def give_up(page, letters, why):
    open_act(page, "move")
    choose(page, "move-to", letters)
    press_until(page, "document.activeElement.name === 'move-text'")
    page.keyboard.type(why)
    send(page)


def see(page):
    """Schedule a visit for today, and record what came of it."""
    open_act(page, "move")
    choose(page, "move-to", "Sch")
    press_until(page, "document.activeElement.name === 'move-visit_on'")
    type_day(page, timezone.localdate())
    send(page)
    open_act(page, "visit")
    press_until(page, "document.activeElement.name === 'visit-outcome'")
    page.keyboard.press("Space")
    send(page)


@pytest.mark.once
def test_ten_waiting_requests_are_worked_to_the_end_by_keyboard(page, sign_in, axe, site):  # noqa: F811
    clerk = make.user("Coordinator")
    sign_in(page, clerk)
    now = timezone.now()
    waiting = [
        make.request(f"Words {number}", due_at=now + datetime.timedelta(hours=number), priority=1 if number == 9 else 3)
        for number in range(10)
    ]
    ends = {3: ("De", "declined"), 5: ("No", "no_reply")}
    order = [waiting[9], *waiting[:9]]  # the urgent one first

    page.goto(LIST)
    axe(page)
    press_until(page, f"document.activeElement.textContent === '{order[0].reference}'")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for place, request in enumerate(order):
        assert page.title().startswith(f"Request {request.reference}")
        if place == 0:
            axe(page)
        if place in ends:
            give_up(page, ends[place][0], "They said so on the phone.")
        elif place in (0, 1):
            reach(page)
            see(page)
        else:
            give_up(page, "Wi", "They have found another doctor.")
        if place == 0:
            page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
            axe(page)
        if place < 9:
            press_until(page, "document.activeElement.textContent.startsWith('Next: ')")
            with page.expect_navigation():
                page.keyboard.press("Enter")

    found = {one.pk: one.outcome for one in Request.objects.all()}
    assert [found[one.pk] for one in order] == [
        *("seen", "seen", "withdrawn", "declined", "withdrawn"),
        *("no_reply", "withdrawn", "withdrawn", "withdrawn", "withdrawn"),
    ]
    assert not page.get_by_text("Next: ").count()
    page.goto(LIST)
    assert "0 requests" in page.content()


def test_the_desks_other_pages_are_without_fault_in_each_view(page_in_each_view, sign_in, axe, site):  # noqa: F811
    page = sign_in(page_in_each_view, make.user("Coordinator"))
    asked = Patient(Client()).ask()
    Patient(Client()).ask()
    template = make.template()
    counting.count_new()
    one = f"{LIST}{asked.pk}/"

    for address in (
        f"{one}print/",
        f"{LIST}phone/",
        f"{LIST}search/",
        f"{LIST}figures/",
        f"/admin/intake/template/{template.pk}/change/",
    ):
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    page.goto(f"{LIST}search/")
    page.get_by_label("Name", exact=True).fill("Sample")
    page.get_by_role("button", name="Look").click()
    axe(page)
    assert asked.reference in page.content()
    assert "Sample" not in page.url

    page.goto(f"{one}change/")
    page.locator("#act-message summary").click()
    page.locator("#message-text").fill("Please call us.")
    page.get_by_role("button", name="Show me how it will look").click()
    axe(page)
    assert page.get_by_role("button", name="Send it").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    sign_in(page, make.user("Privacy officer"))
    page.goto(f"{one}erase/")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
