"""The picture that goes along when a condition's page is shared."""

import io

import pytest
from PIL import Image

from pages.share_image import draw
from publishing import actions
from tests import make

pytestmark = pytest.mark.django_db

LUMBAR, THORACIC = (0x7A, 0x6A, 0x1E), (0xB5, 0x52, 0x2F)
ADDRESS = "/conditions/sciatica/image.png"


@pytest.fixture
def sciatica():
    return make.published(make.condition("Sciatica", slug="sciatica", summary="Leg pain.", regions=["lumbar"]))


def colours(content):
    image = Image.open(io.BytesIO(content)).convert("RGB")
    return {colour for _count, colour in image.getcolors(image.width * image.height)}


def is_near(colour, others):
    return any(max(abs(a - b) for a, b in zip(colour, other, strict=True)) < 12 for other in others)


def test_a_condition_has_a_picture_of_the_size_that_networks_ask_for(client, sciatica, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
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
