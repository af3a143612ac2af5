"""The picture that goes along when a condition's page is shared."""

import io
import os
from threading import Barrier, Thread

import pytest
from PIL import Image, ImageChops

from pages import share_image
from pages.share_image import PANEL, SIZE, draw
from publishing import actions
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LUMBAR, THORACIC = (0x7A, 0x6A, 0x1E), (0xB5, 0x52, 0x2F)
ADDRESS = "/conditions/sciatica/image.png"


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def draws(monkeypatch):
    """The words of each picture drawn since."""
    drawn = []
    monkeypatch.setattr(share_image, "draw", lambda *words: drawn.append(words) or draw(*words))
    return drawn


@pytest.fixture
def sciatica():
    return make.published(make.condition("Sciatica", slug="sciatica", summary="Leg pain.", regions=["lumbar"]))


def colours(content):
    image = Image.open(io.BytesIO(content)).convert("RGB")
    return {colour for _count, colour in image.getcolors(image.width * image.height)}


def written(content):
    """Where something is written, as (left, top, right, bottom); None where only the ground is."""
    image = Image.open(io.BytesIO(content)).convert("RGB")
    texts = image.crop((0, PANEL[1], PANEL[0], SIZE[1]))
    return ImageChops.difference(texts, Image.new("RGB", texts.size, share_image.PAPER)).getbbox()


def is_near(colour, others):
    return any(max(abs(a - b) for a, b in zip(colour, other, strict=True)) < 12 for other in others)


def test_a_condition_has_a_picture_of_the_size_that_networks_ask_for(client, sciatica, django_assert_num_queries):
    with django_assert_num_queries(2):
        response = client.get(ADDRESS)

    assert response["Content-Type"] == "image/png"
    assert set(response["Cache-Control"].split(", ")) == {"public", "max-age=3600"}
    assert not response.cookies
    assert Image.open(io.BytesIO(response.content)).size == (1200, 630)
    assert len(response.content) < 200_000


def test_it_colours_the_regions_of_the_condition_alone(client, sciatica):
    drawn = colours(client.get(ADDRESS).content)

    assert is_near(LUMBAR, drawn)
    assert not is_near(THORACIC, drawn)


def test_the_whole_spine_is_coloured_for_a_condition_of_all_of_it():
    drawn = colours(draw("Scoliosis", "", ("whole",), "SpineInfo"))

    assert is_near(LUMBAR, drawn)
    assert is_near(THORACIC, drawn)


def test_it_says_what_patients_read_now(client, sciatica):
    before = client.get(ADDRESS).content
    sciatica.title = "Sciatic pain"
    sciatica.save()
    assert client.get(ADDRESS).content == before

    actions.publish(sciatica, by=None, change="Name.")

    assert client.get(ADDRESS).content != before


@pytest.mark.parametrize(
    "title", ["", " ", "A" * 120, "Wort " * 24, "脊椎 \N{SNAKE} \u202e نخاع", "a\nb\tc", "&<script>alert(1)</script>"]
)
def test_any_title_can_be_drawn(title):
    drawn = draw(title, title, ("unknown",), title)

    assert Image.open(io.BytesIO(drawn)).size == (1200, 630)


@pytest.mark.parametrize("title", ["A" * 120, "W" * 120, "Wirbelkanalverengung" * 3, "Wort " * 24])
def test_no_title_runs_over_the_spine_or_off_the_picture(title):
    same = draw("Short", "", ("lumbar",), "SpineInfo")

    drawn = draw(title, title, ("lumbar",), title)

    assert written(drawn)[2] <= share_image.MARGIN + share_image.TEXT_WIDTH + 4  # a letter may lean over its width
    panels = [Image.open(io.BytesIO(content)).crop(PANEL).tobytes() for content in (drawn, same)]
    assert panels[0] == panels[1]


@pytest.mark.parametrize("title", ["脊椎狭窄", "نخاع", "โรคกระดูก", "Ишиас", "Sciatica 🐍"])
def test_a_title_in_letters_that_the_fonts_lack_gives_the_sites_name(title):
    assert draw(title, "Leg pain.", ("lumbar",), "SpineInfo") == draw("SpineInfo", "", ("lumbar",), "")
    assert written(draw(title, "", (), "SpineInfo"))
    assert not written(draw(title, "", (), title))


def test_a_picture_is_drawn_once_and_kept(client, sciatica, draws):
    first = client.get(ADDRESS).content

    assert client.get(ADDRESS).content == first
    assert len(draws) == 1


def test_those_who_ask_at_once_wait_for_one_drawing(draws):
    start, found = Barrier(8), []

    def ask():
        start.wait()
        found.append(share_image._kept("Sciatica", "Leg pain.", ("lumbar",), "SpineInfo"))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len(set(found)) == 1
    assert len(draws) == 1


def test_no_more_pictures_are_kept_than_may_be_and_the_oldest_goes_first(
    client, sciatica, draws, settings, monkeypatch
):
    monkeypatch.setattr(share_image, "MOST_KEPT", 2)
    for title in ("First", "Second", "Third"):
        make.published(make.condition(title, slug=title.lower()))
        client.get(f"/conditions/{title.lower()}/image.png")
        for file in (settings.DATA / "share-images").iterdir():
            os.utime(file, (file.stat().st_mtime - 60,) * 2)

    assert len(list((settings.DATA / "share-images").iterdir())) == 2
    client.get("/conditions/third/image.png")
    assert len(draws) == 3
    client.get("/conditions/first/image.png")
    assert len(draws) == 4


def test_a_picture_is_answered_where_none_can_be_kept(client, sciatica, settings):
    (settings.DATA / "share-images").write_text("in the way")

    assert client.get(ADDRESS)["Content-Type"] == "image/png"


def test_the_spine_is_drawn_once_for_all_conditions_of_the_same_regions():
    share_image._panel.cache_clear()

    for title in ("Sciatica", "Lumbago", "Stenosis"):
        draw(title, "", ("lumbar", "unknown"), "SpineInfo")

    assert share_image._panel.cache_info().misses == 1


def test_a_page_that_is_not_live_has_none_and_a_moved_one_leads_to_it(client, sciatica):
    assert client.get("/conditions/nothing/image.png").status_code == 404
    sciatica.slug = "sciatic-pain"
    sciatica.save()
    make.published(sciatica)

    assert client.get(ADDRESS).headers["Location"] == "/conditions/sciatic-pain/image.png"
    actions.withdraw(sciatica, by=None, change="Gone.")
    assert client.get("/conditions/sciatic-pain/image.png").status_code == 404


def test_the_page_names_its_picture(client, sciatica, settings):
    settings.SITE_URL = "https://spine.example"

    page = client.get("/conditions/sciatica/").content.decode()

    assert '<meta property="og:image" content="https://spine.example/conditions/sciatica/image.png">' in page
    assert "Sciatica, beside a drawing of the spine" in page
