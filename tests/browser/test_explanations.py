import pytest

from tests import make

ADDRESS = "/conditions/tumor/"


@pytest.fixture
def tumor(site_url):
    make.published(make.site(phone="212-555-0142"))
    make.published(make.term("Disc", slug="disc", respelling="DISK", meaning="a cushion between two bones"))
    make.published(make.term("Nerve root", slug="nerve-root", meaning="where a nerve leaves the cord"))
    text = "<p>" + "It hurts. " * 60 + "It may press on a disc or on a nerve root that is near.</p>"
    return make.published(make.condition("Tumor", slug="tumor", overview=text))


def test_the_keyboard_opens_a_meaning_and_returns_to_the_word(page, tumor):
    page.goto(ADDRESS)
    page.get_by_role("button", name="disc: what it means").focus()

    page.keyboard.press("Enter")
    assert page.is_visible("#word-disc >> text=a cushion between two bones")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/glossary/#disc"

    page.keyboard.press("Escape")
    assert not page.is_visible("#word-disc")
    assert page.evaluate("document.activeElement.parentElement.textContent") == "disc"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.parentElement.textContent") == "nerve root"


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_an_open_meaning_stands_whole_beside_its_word(new_page, tumor, axe, width):
    page = new_page(width=width)
    page.goto(ADDRESS)

    for word in page.locator(".explained").all():
        word.get_by_role("button").click()
        shown, at = page.locator(":popover-open").bounding_box(), word.bounding_box()
        assert shown["x"] >= 0
        assert shown["x"] + shown["width"] <= width
        assert shown["y"] >= at["y"] + at["height"] or shown["y"] + shown["height"] <= at["y"]
        assert at["height"] >= 24
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        axe(page)
        page.keyboard.press("Escape")


def test_a_meaning_opens_without_scripts(new_page, tumor):
    page = new_page(width=390, java_script_enabled=False)
    page.goto(ADDRESS)
    assert not page.is_visible("text=Words on this page")

    page.get_by_role("button", name="nerve root").click()

    assert page.is_visible("#word-nerve-root >> text=where a nerve leaves the cord")


def test_marked_words_keep_their_underline_in_forced_colors(new_page, tumor):
    page = new_page(forced_colors="active")
    page.goto(ADDRESS)

    line = "getComputedStyle(document.querySelector('.explained')).textDecorationLine"
    assert page.evaluate(line) == "underline"


def test_on_paper_words_are_plain_and_their_meanings_a_list(page, tumor):
    page.goto(ADDRESS)

    page.emulate_media(media="print")

    style = "getComputedStyle(document.querySelector('.explained'))"
    assert page.evaluate(f"{style}.textDecorationLine") == "none"
    assert page.evaluate(f"{style}.borderTopWidth") == "0px"
    assert page.is_visible("text=Words on this page")
    assert page.is_visible("#word-disc >> text=a cushion between two bones")
    first, second = (item.bounding_box() for item in page.locator(".explanations > [popover]").all())
    assert second["y"] >= first["y"] + first["height"]
