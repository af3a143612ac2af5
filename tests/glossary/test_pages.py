import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from glossary.templatetags.glossary import stressed
from publishing.models import Edition
from search.documents import documents, sources
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


# To hear


@pytest.fixture
def heard(db):
    """A published term that can be heard, under the title of one condition and in the text of another."""
    term = make.published(make.term("Metastasis", slug="metastasis", recording=make.recording()))
    titled = make.condition("Tumor", slug="tumor")
    titled.term_rows.create(term=term)
    make.published(titled)
    make.published(make.condition("Other", slug="other", overview="<p>A metastasis.</p>"))
    return term


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/glossary/", "#metastasis"),
        ("/conditions/tumor/", ".words dt"),
        ("/conditions/other/", "#word-metastasis[popover]"),
    ],
)
def test_a_word_with_a_recording_can_be_heard_where_it_is_explained(client, read, heard, address, place):
    (player,) = read(address).select("audio")

    assert read(address).select(f"{place} audio") == [player]
    assert player["aria-label"] == "Hear “Metastasis”"
    assert player.has_attr("controls")
    assert player["preload"] == "none"
    assert not player.has_attr("autoplay")
    assert client.get(player["src"]).status_code == 200
    assert "media-src 'self'" in client.get(address)["Content-Security-Policy"]


def test_a_word_without_a_recording_has_no_player(read, heard):
    heard.recording = ""
    heard.save()
    make.published(heard)

    for address in ("/glossary/", "/conditions/tumor/", "/conditions/other/"):
        assert "<audio" not in str(read(address))


def test_an_edition_from_before_there_were_recordings_is_read_without_one(read, heard):
    edition = heard.editions.get()
    old = {name: value for name, value in edition.content.items() if name != "recording"}
    Edition.objects.filter(pk=edition.pk).update(shape=1, content=old)

    assert "<audio" not in str(read("/glossary/"))


def test_search_does_not_know_the_names_of_files(heard):
    (document,) = (d for d in documents(sources(timezone.now()).values()) if d.kind == "term")

    assert heard.recording not in document.texts
