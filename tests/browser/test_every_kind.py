"""What holds on one page of every kind of the whole sample department, and on each shape such a page can take."""

from pathlib import Path

import pytest

KINDS = {
    "home": "/",
    "conditions": "/conditions/",
    "hub": "/conditions/kinds/wear-and-tear-of-the-spine/",
    "condition": "/conditions/metastatic-tumor/",
    "condition with a figure": "/conditions/herniated-disc-lower-back/",
    "symptoms": "/symptoms/",
    "symptom": "/symptoms/arm-pain/",
    "tests": "/tests/",
    "test": "/tests/mri-scan/",
    "treatments": "/treatments/",
    "treatment": "/treatments/spinal-tumor-surgery/",
    "physicians": "/physicians/",
    "filtered physicians": "/physicians/?patients=adult",
    "physician": "/physicians/wilhelmina-j-thistledown/",
    "glossary": "/glossary/",
    "news": "/news/",
    "article": "/news/a-sample-page-on-tumors-that-spread-to-the-spine/",
    "information": "/about/privacy/",
    "appointments": "/appointments/",
    "second opinion": "/second-opinion/",
    "results": "/search/?q=slipped+disk",
    "urgent results": "/search/?q=cannot+feel+my+legs",
    "no results": "/search/?q=zzyzx",
    "feedback": "/feedback/?page=/conditions/metastatic-tumor/",
    "thanks": "/feedback/thanks/?page=/conditions/metastatic-tumor/",
    "lost": "/nowhere/slipped-disk/",
}
FOR_KEYS = ["home", "conditions", "condition", "filtered physicians", "results", "feedback"]
FAULTS = Path(__file__).with_name("faults.js").read_text(encoding="utf-8")
# In which the colors are looked at; they are the same at each width, but for what stands at one alone.
SCHEMES = {1280: (), 390: ("light", "dark")}
every_width = pytest.mark.parametrize("width", SCHEMES)


@pytest.fixture
def site_url(department_url):
    return department_url


@pytest.fixture
def visit(troubles):
    """A function that opens an address; that Chromium reports an answer of 404 is no trouble here."""

    def visit(page, address):
        answer = page.goto(address)
        assert answer.status == (404 if address == KINDS["lost"] else 200), address
        troubles[:] = [trouble for trouble in troubles if "status of 404" not in trouble]

    return visit


@pytest.fixture
def faults(visit):
    """A function that returns what functions of faults.js find on each kind of page, by its name, if anything."""

    def faults(page, *names):
        found = {}
        for kind, address in KINDS.items():
            visit(page, address)
            if here := ask(page, f"[{', '.join(f'...{name}()' for name in names)}]"):
                found[kind] = here
        return found

    return faults


def ask(page, question):
    return page.evaluate(f"() => {{ {FAULTS}\nreturn {question}; }}")


@every_width
def test_axe_finds_nothing_on_any_kind_of_page_light_or_dark(new_page, visit, axe, width):
    page = new_page(width=width)

    for address in KINDS.values():
        visit(page, address)
        axe(page, schemes=SCHEMES[width])


@every_width
def test_axe_finds_nothing_on_what_opens_or_refuses(new_page, visit, axe, width):
    page = new_page(width=width)

    if width < 1056:  # there is a menu
        visit(page, KINDS["home"])
        page.click(".menu summary")
        axe(page)
    visit(page, KINDS["condition"])
    page.locator(".explained").first.click()
    page.locator(":popover-open").wait_for()
    axe(page)
    visit(page, KINDS["feedback"])
    page.click("main form button")
    page.locator(".form-error").wait_for()
    axe(page)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        ({"width": 320}, "standard"),
        ({"width": 320, "height": 256, "device_scale_factor": 4}, "largest"),
        ({"width": 320}, "twice"),
    ],
    ids=["320 px", "1280 px at 400 %, largest text", "320 px, the browser's text at 200 %"],
)
def test_nothing_stands_beside_a_narrow_window_or_is_cut_off(new_page, visit, faults, size, text):
    page = new_page(**size)
    visit(page, "/")
    if text == "twice":
        page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
        visit(page, "/")
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    else:
        page.evaluate("text => localStorage.setItem('text', text)", text)

    assert faults(page, "beside") == {}

    visit(page, "/")
    page.click(".menu summary")
    assert ask(page, "beside()") == []


@pytest.mark.parametrize("width", [1280, 390])
def test_forced_colors_keep_borders_and_what_has_the_focus(new_page, visit, faults, width):
    page = new_page(width=width, forced_colors="active", reduced_motion="reduce")

    assert faults(page, "borderless", "focusless") == {}

    visit(page, KINDS["condition with a figure"])
    of_region = "getComputedStyle(document.querySelector('.spine-{} .spine-body')).fill"
    assert page.evaluate(of_region.format("lumbar")) != page.evaluate(of_region.format("cervical"))


def test_nothing_moves_for_those_who_mind_it(new_page, faults):
    assert faults(new_page(reduced_motion="reduce"), "moving") == {}


def test_paper_shows_no_control_and_the_addresses_of_other_sites_alone(page, faults):
    page.emulate_media(media="print")

    assert faults(page, "unprintable") == {}


@pytest.mark.parametrize(
    ("kind", "width"),
    [*((kind, 1280) for kind in FOR_KEYS), *((kind, 390) for kind in ("home", "condition", "feedback"))],
)
def test_the_tab_key_reaches_everything_in_order_and_shows_where_it_is(new_page, visit, width, kind):
    page = new_page(width=width, reduced_motion="reduce")
    visit(page, KINDS[kind])
    many = ask(page, "reachable().length")

    met = []
    for _press in range(many):
        page.keyboard.press("Tab")
        met.append(ask(page, "focused()"))

    assert many > 20
    assert [stop["number"] for stop in met if stop] == list(range(many))
    assert [stop["told"] for stop in met if not stop["shows"]] == []
    assert [stop["told"] for stop in met if not stop["isOnTop"]] == []


def test_keys_alone_open_the_menu_and_a_region_and_close_what_opened(new_page, visit):
    page = new_page(width=390, reduced_motion="reduce")
    visit(page, "/")

    page.locator(".menu summary").focus()
    page.keyboard.press("Enter")
    assert page.is_visible(".menu-panel")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.menu-panel') !== null")
    page.keyboard.press("Escape")
    assert not page.is_visible(".menu-panel")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"

    page.locator("a.spine-lumbar").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/conditions/#lumbar")
