"""Recordings in a browser: they play under the site's policy, without a script of ours, and stay off the paper."""

import pytest

from tests import make


@pytest.fixture
def tumor(site_url):
    """A condition with a word under its title and one in its text, both of which can be heard."""
    make.published(make.site())
    recording = make.recording(0.5)
    make.published(make.term("Disc", slug="disc", respelling="DISK", meaning="a cushion", recording=recording))
    tumor = make.condition("Tumor", slug="tumor", overview="<p>It may press on a disc.</p>")
    word = make.published(make.term("Tumor", slug="tumor", respelling="TOO-mur", recording=recording))
    tumor.term_rows.create(term=word)
    return make.published(tumor)


def test_a_recording_waits_until_it_is_asked_for_and_plays(page, tumor):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/conditions/tumor/", wait_until="networkidle")
    assert not [url for url in asked if "/media/" in url]

    page.locator(".words audio").evaluate(
        "audio => new Promise((ended, failed) => { audio.onended = ended; audio.onerror = failed; audio.play() })"
    )

    assert [url for url in asked if "/media/" in url]


def test_a_recording_in_a_meaning_is_reached_by_keyboard_and_without_scripts(new_page, tumor):
    page = new_page(width=390, java_script_enabled=False)
    page.goto("/conditions/tumor/")
    page.locator(".explained button").first.focus()

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")

    assert page.locator("#word-disc audio:focus-within").is_visible()


def test_players_stand_whole_and_without_fault(page_in_each_view, tumor, axe):
    page = page_in_each_view
    for address in ("/conditions/tumor/", "/glossary/"):
        page.goto(address)
        for word in page.locator(".explained").all():
            word.get_by_role("button").click()

        for player in page.locator("audio:visible").all():
            at = player.bounding_box()
            assert at["x"] >= 0
            assert at["x"] + at["width"] <= page.viewport_size["width"]
        assert page.locator("audio:visible").count() == 2
        axe(page)


def test_paper_has_no_players(page, tumor):
    page.goto("/conditions/tumor/")

    page.emulate_media(media="print")

    assert page.locator("audio:visible").count() == 0
