"""Figures in a browser: they load, they hold their place, and the form that takes them can be used by everybody."""

import pytest
from playwright.sync_api import expect

from figures import pictures
from tests import make

WORDS = {"caption": "The disc bulges and presses on a nerve.", "credit": "Drawing: Ana Example"}


@pytest.fixture
def site(site_url):
    """A condition with a figure far down, an article that leads with one, and a physician with a portrait."""
    figure = make.published(make.figure(picture=pictures.stored(make.drawing(1400, 1000)), **WORDS))
    tall = make.published(make.figure(picture=pictures.stored(make.drawing(300, 900))))
    portrait = make.published(make.figure(alt="Dr. Adler.", picture=pictures.stored(make.drawing(400, 500))))
    adler = make.published(make.physician("Adler", slug="ada-adler", portrait=portrait))
    far = "<p>A lump.</p>" * 300  # farther than Chromium looks ahead on any connection
    condition = make.condition("Tumor", slug="tumor", overview=far, outlook="<p>Good.</p>")
    condition.figure_rows.create(figure=figure, part="outlook")
    condition.figure_rows.create(figure=tall, part="outlook", position=1)
    condition.physician_rows.create(physician=adler)
    make.published(condition)
    make.published(make.article("Opening", slug="opening", image=figure, body="<p>A new floor.</p>"))
    make.published(make.site())


ADDRESSES = ("/conditions/tumor/", "/physicians/", "/physicians/ada-adler/", "/news/opening/")


def loaded(image):
    """Scroll to `image` and wait until it is there; return its own size and the file a browser chose."""
    image.scroll_into_view_if_needed()
    image.evaluate("image => image.decode()")
    return image.evaluate("image => [image.naturalWidth, image.currentSrc.split('.').at(-1)]")


def test_every_picture_loads_and_is_webp(page, site):
    for address in ADDRESSES:
        page.goto(address)
        images = page.locator("main img").all()
        assert images, address
        for image in images:
            width, ending = loaded(image)
            assert width > 0
            assert ending == "webp"


def test_a_picture_far_down_waits_and_moves_nothing_when_it_comes(new_page, site):
    page = new_page(width=390)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/conditions/tumor/", wait_until="networkidle")
    image = page.locator("#outlook figure img").first
    before = image.bounding_box()
    height = page.evaluate("document.documentElement.scrollHeight")
    assert not [url for url in asked if "/media/" in url]

    loaded(image)

    assert page.evaluate("document.documentElement.scrollHeight") == height
    after = image.bounding_box()
    assert abs(after["height"] - before["height"]) < 1
    assert abs(after["width"] / after["height"] - 1.4) < 0.02


def test_figures_fit_a_narrow_screen_with_the_largest_text(new_page, site):
    page = new_page(width=320)
    for address in ADDRESSES:
        page.goto(address)
        page.evaluate("localStorage.setItem('text', 'largest')")
        page.reload()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address


def test_pages_with_figures_pass_axe(page_in_each_view, site, axe):
    for address in ADDRESSES:
        page_in_each_view.goto(address)
        axe(page_in_each_view)


def test_the_form_and_the_list_of_figures_pass_axe(page_in_each_view, sign_in, site, axe):
    figure = make.figure()
    page = sign_in(page_in_each_view, make.user("Editor"))

    for address in ("", "add/", f"{figure.pk}/change/"):
        page.goto(f"/admin/figures/figure/{address}")
        axe(page)


def test_an_editor_uploads_a_picture_and_sees_it(page, sign_in, site, tmp_path):
    file = tmp_path / "drawing.png"
    file.write_bytes(make.drawing(900, 600).read())
    sign_in(page, make.user("Editor")).goto("/admin/figures/figure/add/")

    page.fill("[name=title]", "A disc")
    page.set_input_files("[name=upload]", file)
    page.click("[name=_continue]")  # the words are missing
    expect(page.locator(".errorlist").first).to_be_visible()
    assert loaded(page.locator(".figure-preview")) == [480, "webp"]
    page.fill("[name=alt]", "A disc and a nerve.")
    page.check("[name=subject][value=no_patient]")
    page.click("[name=_continue]")

    expect(page.locator(".messagelist .success")).to_be_visible()
    assert loaded(page.locator(".figure-preview")) == [480, "webp"]
