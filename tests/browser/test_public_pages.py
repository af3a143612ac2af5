import pytest
from django.test import Client

from pages.feedback import MOST_IN_AN_HOUR
from pages.models import Feedback
from tests import make

WITH_EVERY_PART = ["/conditions/tumor/", "/symptoms/night-pain/"]
ABOUT = "/feedback/?page=/conditions/tumor/"
TEXT = "<p>A lump that grows where it should not.</p><h3>More</h3><ul><li>One</li><li>Two</li></ul>"
TABLE = '<table><thead><tr><th scope="col">Level</th></tr></thead><tbody><tr><td>L4</td></tr></tbody></table>'


@pytest.fixture
def site(site_url):
    """A site with a long condition page, and one of each other kind."""
    condition = make.condition(
        "Tumor",
        slug="tumor",
        plural="tumors",
        regions=["thoracic"],
        summary="A lump.",
        category="tumor",
        patients="both",
    )
    make.published(make.hub("Tumors", slug="tumors", introduction=TEXT, summary="Lumps."))
    make.published(make.hub("Children", gathers="pediatric"))
    for field in condition.TEXTS:
        setattr(condition, field, TEXT)
    condition.causes = TEXT + TABLE
    condition.save()
    term = make.published(
        make.term("Tumor", slug="tumor", respelling="TOO-mur", word_parts="tumere", variants="tumors")
    )
    pain = make.symptom("Night pain", slug="night-pain", overview=TEXT, getting_help=TEXT)
    for place, level in enumerate(("tell_us_soon", "call_today", "call_911")):
        sign = make.published(make.warning_sign(f"You {level}", level=level, explanation="Wait.", is_general=True))
        pain.warning_sign_rows.create(warning_sign=sign, position=place)
        condition.warning_sign_rows.create(warning_sign=sign, position=place, note="above all at night")
    make.published(pain)
    xray = make.published(make.diagnostic_test("X-ray", slug="x-ray", also_called="plain films", description=TEXT))
    fusion = make.published(make.treatment("Spinal fusion", slug="spinal-fusion", method="surgery", description=TEXT))
    brace = make.published(make.treatment("Brace", method="brace"))
    adler = make.published(
        make.physician("Adler", slug="ada-adler", gives_second_opinions=True, biography=TEXT, credentials="MD")
    )
    birch = make.published(make.physician("Birch", patients="pediatric"))
    condition.term_rows.create(term=term)
    condition.symptom_rows.create(symptom=pain, note="often the first sign")
    condition.test_rows.create(test=xray)
    condition.treatment_rows.create(treatment=brace, goal="stabilize", note="holds the back")
    condition.treatment_rows.create(treatment=fusion)
    condition.physician_rows.create(physician=adler, is_lead=True)
    condition.physician_rows.create(physician=birch, position=1)
    make.published(condition)
    scanner = make.article(
        "New scanner", slug="new-scanner", summary="A wider one.", body=TEXT, link="https://a.example/1"
    )
    scanner.condition_rows.create(condition=condition)
    scanner.physician_rows.create(physician=adler)
    scanner.treatment_rows.create(treatment=fusion)
    make.published(scanner)
    make.published(make.information("Privacy", slug="privacy", body=TEXT))
    make.published(make.article("One walk", kind_of="story", body=TEXT, consent_on="2026-01-02"))
    return make.published(
        make.site(
            department="Department of Spines",
            phone="212-555-0142",
            notice="This is a sample.",
            alert="Closed today.",
            emergency_text="In an emergency, call 911.",
            welcome=TEXT,
        )
    )


def sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def test_axe_finds_nothing_on_pages_that_have_every_part(page_in_each_view, site, axe):
    """Of every kind of page, as the sample department has it, test_every_kind.py asks the same."""
    page = page_in_each_view

    for address in WITH_EVERY_PART:
        page.goto(address)
        axe(page)


def test_chosen_colors_are_kept_and_stand_before_the_page_is_drawn(page, site):
    page.goto("/")
    page.click(".toolbar button[value=dark]")

    page.goto("/conditions/")

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(14, 24, 27)"
    assert page.get_attribute(".toolbar button[value=dark]", "aria-pressed") == "true"
    assert page.evaluate("document.querySelector('script').parentElement.tagName") == "HEAD"

    page.click(".toolbar button[value=auto]")

    assert page.evaluate("document.documentElement.dataset.theme") is None


def test_a_phone_reaches_text_size_and_colors_inside_the_menu(new_page, site, axe):
    page = new_page(width=390)
    page.goto("/")
    assert not page.is_visible(".toolbar .display")

    page.click(".menu summary")
    page.click(".menu button[value=larger]")
    page.click(".menu button[value=dark]")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "18px"
    axe(page)

    page.click(".menu >> text=Our physicians")
    page.wait_for_url("**/physicians/")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_without_scripts_everything_reads_and_nothing_dead_is_shown(new_page, site):
    page = new_page(width=390, java_script_enabled=False)

    page.goto("/conditions/tumor/")
    page.click(".menu summary")

    assert not page.locator(".display").first.is_visible()
    assert not page.locator(".menu .display").is_visible()
    assert page.is_visible(".menu >> text=Glossary")
    assert page.is_visible("#appointment >> text=are experts in treating tumors")


def test_an_answer_is_sent_without_scripts(new_page, site):
    page = new_page(width=390, java_script_enabled=False)
    page.goto("/conditions/tumor/")

    page.click("text=Was this page helpful?")
    page.check("text=Partly")
    page.fill("textarea", "Say more about walking.")
    page.click("button[type=submit]")

    assert page.inner_text("h1") == "Thank you"
    assert Feedback.objects.get().comment == "Say more about walking."


def test_contents_follow_the_reader(page, site):
    page.goto("/conditions/tumor/")
    assert page.inner_text(".contents [aria-current]") == "Overview"

    page.click(".contents >> text=Living with it")

    page.locator(".contents [aria-current] >> text=Living with it").wait_for()
    assert page.url.endswith("#living")


def test_the_keyboard_skips_to_the_words(page, site):
    page.goto("/conditions/tumor/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["y"] > 0

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_focused_region_of_the_map_shows_itself(new_page, site):
    page = new_page(reduced_motion="reduce")
    page.goto("/conditions/tumor/")
    halo = "getComputedStyle(document.querySelector('.spine-lumbar .spine-halo')).stroke"
    before = page.evaluate(halo)

    page.locator(".spine-thoracic").focus()
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.classList.contains('spine-lumbar')")
    assert page.evaluate(halo) != before


def test_paper_shows_the_words_without_what_can_only_be_pressed(page, site):
    page.goto("/conditions/tumor/")

    page.emulate_media(media="print")

    for pressed in (".button", ".navigation", ".menu", ".contents", ".contents-box", ".display", ".crumbs", ".card"):
        assert not any(element.is_visible() for element in page.locator(pressed).all()), pressed
    assert page.is_visible("h1")
    assert page.is_visible("#surgery")
    assert page.is_visible(".toolbar >> text=212-555-0142")


@pytest.mark.parametrize("media", ["screen", "print", "forced"])
def test_warning_signs_are_told_apart_by_words_and_borders(page, site, media):
    page.goto("/conditions/tumor/")
    if media == "forced":
        page.emulate_media(forced_colors="active")
    else:
        page.emulate_media(media=media)

    cards = page.locator("#warning-signs .signs")

    assert [heading.strip() for heading in cards.locator("h3").all_inner_texts()] == [
        "Call 911 now if",
        "Call us today if",
        "Tell us soon if",
    ]
    border = "e => [getComputedStyle(e).borderTopStyle, getComputedStyle(e).borderTopWidth].join()"
    assert [card.evaluate(border) for card in cards.all()] == ["solid,2px", "dashed,2px", "solid,1px"]
    assert all(link.is_visible() for link in cards.locator("a[href^='tel:']").all())


def test_motion_is_for_those_who_do_not_mind_it(new_page, site):
    page = new_page(reduced_motion="reduce")

    page.goto("/conditions/tumor/")

    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def nowhere(page):
    return page.goto("/nowhere/")


def nul(page):
    return page.goto("/search/?q=%00")


def fault(page):
    return page.goto("/broken/")


def database_away(page):
    return page.goto("/away/")


def stale_form(page):
    page.goto(ABOUT)
    page.context.clear_cookies()
    with page.expect_navigation() as navigation:
        page.click("main button[type=submit]")
    return navigation.value


def too_many(page):
    for _turn in range(MOST_IN_AN_HOUR):
        Client().post(ABOUT)
    page.goto(ABOUT)
    with page.expect_navigation() as navigation:
        page.click("main button[type=submit]")
    return navigation.value


@pytest.mark.parametrize(
    ("cause", "status", "title"),
    [
        (nowhere, 404, "Page not found"),
        (nul, 400, "This request could not be understood"),
        (fault, 500, "Something went wrong"),
        (database_away, 503, "Something went wrong"),
        (stale_form, 403, "Please send it again"),
        (too_many, 429, "Please wait a while"),
    ],
)
def test_axe_finds_nothing_on_a_page_that_says_what_is_wrong(page, site, axe, troubles, settings, cause, status, title):
    settings.ROOT_URLCONF = "tests.spineinfo.test_public_pages"  # with views that fail
    page.goto("/")

    answer = cause(page)
    troubles.clear()  # Chromium reports the status itself as an error.

    assert (answer.status, page.inner_text("h1")) == (status, title)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)
        assert sideways_scroll(page) <= 0
    assert not troubles
