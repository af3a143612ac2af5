import pytest
from bs4 import BeautifulSoup

from glossary.templatetags.glossary import stressed
from tests import make


@pytest.fixture
def read(client, db):
    return lambda address: BeautifulSoup(client.get(address).content, "html.parser")


def test_terms_stand_from_a_to_z_at_anchors_of_their_own(read):
    make.published(make.term("Tumor", slug="tumor", meaning="a lump", word_parts="tumere, to swell"))
    make.published(make.term("Metastasis", slug="metastasis", respelling="meh-TAS-tih-sis", variants="metastases"))

    terms = read("/glossary/").select(".term")

    assert [term["id"] for term in terms] == ["metastasis", "tumor"]
    assert [" ".join(term.get_text(" ").split()) for term in terms] == [
        "Metastasis (meh- TAS -tih-sis) a plain meaning Also: metastases",
        "Tumor a lump Word parts: tumere, to swell",
    ]


def test_the_stressed_part_of_a_respelling_is_bold_and_the_rest_escaped():
    assert stressed("meh-TAS-<i>") == "meh-<strong>TAS</strong>-&lt;i&gt;"
    assert stressed("A-bone") == "A-bone"


def test_the_glossary_costs_two_queries_whatever_its_terms(client, db, django_assert_num_queries):
    make.published(make.site())
    for _ in range(12):
        make.published(make.term())

    with django_assert_num_queries(2):
        client.get("/glossary/")


def test_a_previewed_term_says_that_it_is_a_preview(as_, editor):
    term = make.term("Tumor", meaning="a lump")

    page = BeautifulSoup(as_(editor).get(f"/admin/glossary/term/{term.pk}/preview/").content, "html.parser")

    assert "Preview: this is the working copy." in page.select_one(".notice").text
    assert "a lump" in page.select_one(".term").text
