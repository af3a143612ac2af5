"""Search as one uses it in a browser."""

import pytest

from tests import make
from tests.browser.test_public_pages import sideways_scroll

ADDRESSES = [
    "/search/",
    "/search/?q=slipped+disc",
    "/search/?q=cannot+feel+my+legs",
    "/search/?q=zzyzx",
    "/nowhere/slipped-disc",
]


@pytest.fixture
def site(site_url, monkeypatch, tmp_path):
    from search import index

    monkeypatch.setattr(index, "FOLDER", tmp_path / "index")
    monkeypatch.setattr(index, "index", index.Index())
    for number in range(7):
        make.published(make.symptom(f"Pain {number}", slug=f"pain-{number}", also_called="slipped disc pain"))
    make.published(
        make.condition(
            "Herniated disc", slug="herniated-disc", summary="A disc has slipped.", also_called="slipped disc"
        )
    )
    return make.published(make.site(phone="212-555-0142", emergency_text="In an emergency, call 911."))


def test_axe_finds_nothing_on_results(page_in_each_view, site, axe, troubles):
    page = page_in_each_view

    for address in ADDRESSES:
        page.goto(address)
        troubles[:] = [trouble for trouble in troubles if "404" not in trouble]
        axe(page)


def test_results_fit_a_narrow_screen_with_the_largest_text(new_page, site, troubles):
    page = new_page(width=320)
    page.goto("/")
    page.evaluate("localStorage.setItem('text', 'largest')")

    for address in ["/", "/conditions/", *ADDRESSES]:
        page.goto(address)
        assert sideways_scroll(page) <= 0, address
    troubles[:] = [trouble for trouble in troubles if "404" not in trouble]


@pytest.mark.parametrize("text", ["standard", "largest"])
def test_a_small_screen_shows_what_to_do_first_without_scrolling(new_page, site, text):
    make.published(make.warning_sign("You cannot feel your legs", level="call_911", phrases="can't feel legs"))
    site.notice = "This is a sample. " * 6
    site.save()
    make.published(site)
    page = new_page(width=320, height=568)
    page.goto("/")
    page.evaluate("text => localStorage.setItem('text', text)", text)

    page.goto("/search/?q=can't feel my legs")

    card = page.locator(".signs")
    lowest = card.locator("h2" if text == "largest" else "a[href='tel:911']").bounding_box()
    assert lowest["y"] + lowest["height"] <= 568
    assert card.bounding_box()["y"] < page.locator("main [name=q]").bounding_box()["y"]
    assert page.locator("main .notice").bounding_box()["y"] > card.bounding_box()["y"]


def test_without_scripts_the_box_finds(new_page, site):
    page = new_page(width=390, java_script_enabled=False)
    page.goto("/")

    page.fill(".hero [name=q]", "slipped disc")
    page.press(".hero [name=q]", "Enter")

    assert page.url.endswith("/search/?q=slipped+disc")
    page.click(".results a >> text=Herniated disc")
    assert page.url.endswith("/conditions/herniated-disc/")


def test_a_phone_searches_from_the_menu(new_page, site):
    page = new_page(width=390)
    page.goto("/glossary/")

    page.click(".menu summary")
    page.fill(".menu [name=q]", "slipped disc")
    page.click(".menu form.search button")

    assert page.inner_text(".results-count").startswith("Eight results")


def test_the_keyboard_reaches_and_chooses_what_is_offered(page, site, axe):
    page.goto("/conditions/")
    box = page.get_by_role("combobox", name="Search this site")

    box.press_sequentially("slip")
    page.get_by_role("option").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    axe(page)
    box.press("ArrowDown")
    first = page.get_by_role("option").first
    assert first.get_attribute("aria-selected") == "true"
    assert box.get_attribute("aria-activedescendant") == first.get_attribute("id")
    assert page.evaluate("document.activeElement.name") == "q"
    axe(page)
    title = first.inner_text().splitlines()[0]
    box.press("Enter")

    page.locator("h1", has_text=title.split("  ")[0].removesuffix(" Condition").removesuffix(" Symptom")).wait_for()


def test_escape_and_leaving_close_what_is_offered(page, site):
    page.goto("/conditions/")
    box = page.get_by_role("combobox")

    box.press_sequentially("pain")
    page.get_by_role("option").first.wait_for()
    box.press("Escape")
    assert page.get_by_role("option").count() == 0
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "pain"

    box.press_sequentially(" 1")
    page.get_by_role("option").first.wait_for()
    box.press("Tab")
    assert page.get_by_role("option").count() == 0


def test_a_press_on_what_is_offered_opens_it(page, site):
    page.goto("/")

    page.get_by_role("combobox").press_sequentially("herni")
    page.get_by_role("option", name="Herniated disc").click()

    page.wait_for_url("**/conditions/herniated-disc/")


def test_enter_without_a_choice_searches(page, site):
    page.goto("/")
    box = page.get_by_role("combobox")

    box.press_sequentially("slipped disc")
    page.get_by_role("option").first.wait_for()
    box.press("Enter")

    page.wait_for_url("**/search/?q=slipped+disc")
