import re
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from glossary import marking
from glossary.marking import Glossary
from glossary.templatetags.glossary import explained
from publishing.richtext import clean
from publishing.templatetags.richtext import rich
from tests import make
from tests.publishing.test_richtext import PAYLOADS, assert_inert

pytestmark = pytest.mark.once

BUTTON = re.compile(
    r'<span class="explained">([^<]*)<button type="button" popovertarget="word-[\w-]+"'
    r' aria-label="[^"]*"></button></span>'
)
DISC = ("Disc", "discs\ndisk")
CORD = ("Spinal cord", "")
SPINE = ("Spine", "spinal")


def terms_of(*terms):
    """Terms given as a title and its variants, one a line."""
    return [
        SimpleNamespace(
            page_id=number,
            title=title,
            slug=f"term-{number}",
            words={"variants": variants.split("\n") if variants else []},
        )
        for number, (title, variants) in enumerate(terms)
    ]


def glossary_of(*terms):
    return Glossary(terms_of(*terms))


def marked(text, *terms):
    return BUTTON.findall(glossary_of(*terms).mark(clean(text)))


@pytest.fixture
def read(client, db):
    return lambda address: BeautifulSoup(client.get(address).content, "html.parser")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<p>A disc, and a disc.</p>", ["disc"]),
        ("<p>DISKS? No: discs.</p>", ["discs"]),
        ("<p>Discectomy, disc-like, pre-disc, disc_a.</p>", []),
        ("<p>The disc’s ring</p>", ["disc"]),
        ("<p>the <strong>disc</strong></p>", ["disc"]),
        ('<p><a href="/a/">disc</a> <abbr title="disc">disc</abbr></p>', []),
        ("<h3>The disc</h3><h4>disc</h4><p>A disk.</p>", ["disk"]),
        ("<table><tbody><tr><th>Disc</th><td>disk</td></tr></tbody></table>", ["disk"]),
        ('<p><span lang="es">disc</span></p>', []),
        ('<p lang="es">disc <em>disc</em><br>disc</p><p>a disk</p>', ["disk"]),
        ('<ul><li lang="es">disc</li><li>disk</li></ul>', ["disk"]),
        ('<p><span dir="rtl">disc</span></p>', ["disc"]),
        ('<p><a href="/disc/" title="disc">x</a></p>', []),
    ],
)
def test_a_word_is_marked_once_where_it_is_plain_text_and_whole(text, words):
    assert marked(text, DISC) == words


def test_the_longest_name_wins_and_what_is_within_it_stays_unmarked():
    assert marked("<p>spinal cord, spinal\n&nbsp;cord, spinal</p>", SPINE, CORD) == ["spinal cord", "spinal"]


def test_a_known_term_is_left_alone_and_so_is_what_its_name_holds():
    terms = terms_of(CORD, ("Cord", ""), DISC)

    text = Glossary(terms, known=terms[:1]).mark("The spinal cord, a disc, a cord.")

    assert BUTTON.findall(text) == ["disc", "cord"]
    assert text.startswith("The spinal cord, a ")


def test_pages_that_know_different_terms_search_for_the_same_words():
    terms = terms_of(CORD, DISC, SPINE)
    marking._expression.cache_clear()

    for term in terms:
        Glossary(terms, known=[term]).mark("The spine.")

    assert marking._expression.cache_info().misses == 1


def test_names_with_signs_are_found_as_they_are_escaped():
    assert marked("<p>X &amp; Y, Horner’s and A&lt;B</p>", ("X & Y", ""), ("Horner's", ""), ("A<B", "")) == [
        "X &amp; Y", "Horner’s", "A&lt;B",
    ]  # fmt: skip
    assert marked("<p>&amp; &lt; &nbsp;</p>", ("amp", "lt\nnbsp"), ("&", "")) == ["&amp;"]


def test_what_is_no_html_is_escaped_before_its_words_are_marked():
    assert BUTTON.sub(r"\1", explained("<b>disc</b>", glossary_of(DISC))) == "&lt;b&gt;disc&lt;/b&gt;"
    assert explained(rich("<p>disc</p>"), None) == "<p>disc</p>"


PIECES = st.sampled_from(
    ["<p>", "</p>", "<h3>", "</h3>", '<a href="/disc/">', "</a>", "<script>", "<", ">", "&", '"', "'", "amp", "disc",
     "a", "spinal", " ", "cord", "&amp;", '<span lang="es">', "</span>", "<br>", '<p lang="es">', "<td>", "b", "button",
     "word"]
)  # fmt: skip


@given(
    st.one_of(st.text(), st.lists(PIECES, max_size=25).map("".join)),
    st.lists(st.one_of(st.text(min_size=1, max_size=4), PIECES), max_size=6),
)
def test_without_the_buttons_a_marked_text_is_the_cleaned_text(text, titles):
    glossary = glossary_of(DISC, CORD, *((title, "") for title in titles))
    cleaned = clean(text)

    assert BUTTON.sub(r"\1", glossary.mark(cleaned)) == cleaned
    assert len(glossary.used) == len({term.page_id for term in glossary.used})


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_texts_and_terms_stay_inert(payload):
    text = clean(f"<p>disc {payload} disc</p>{payload}")
    glossary = glossary_of(DISC, (payload, payload), ("script", "img\nhref\na\nb"))

    assert_inert(BUTTON.sub(r"\1", glossary.mark(text)))


# On pages


TEXT = "<p>A disc and a vertebra.</p>"


@pytest.fixture
def terms(db):
    make.published(make.term("Disc", slug="disc", respelling="DISK", meaning="a cushion"))
    make.published(make.term("Vertebra", slug="vertebra", meaning="a bone", variants="vertebrae"))
    return make.term("Draft", slug="draft", meaning="never published")


def pages():
    """An address and a page to publish there, for each kind whose texts are explained."""
    return [
        ("/conditions/a/", make.condition("A", slug="a", overview=TEXT)),
        ("/symptoms/a/", make.symptom("A", slug="a", overview=TEXT)),
        ("/tests/a/", make.diagnostic_test("A", slug="a", description=TEXT)),
        ("/treatments/a/", make.treatment("A", slug="a", description=TEXT)),
        ("/news/a/", make.article("A", slug="a", body=TEXT)),
        ("/about/a/", make.information("A", slug="a", body=TEXT)),
    ]


def words_of(soup):
    return [button.text for button in soup.select(".explained")]


def test_each_kind_of_page_explains_its_words_at_its_end(read, terms):
    for address, page in pages():
        make.published(page)

        soup = read(address)

        assert words_of(soup) == ["disc", "vertebra"], address
        disc, vertebra = soup.select("article .explanations > [popover]")
        assert [button["popovertarget"] for button in soup.select(".explained button")] == [disc["id"], vertebra["id"]]
        assert " ".join(disc.get_text(" ").split()) == "Disc ( DISK ) a cushion"
        assert disc.strong.text == "DISK"
        assert disc.a["href"] == "/glossary/#disc"


def test_a_page_without_any_of_the_words_gathers_none(read, terms):
    make.published(make.condition("A", slug="a", overview="<p>Nothing hard, and a draft.</p>"))

    assert not read("/conditions/a/").select(".explained, .explanations")


def test_a_condition_marks_words_in_the_order_of_reading_and_once(read, terms):
    condition = make.condition("A", slug="a", overview="<p>Vertebrae.</p>", outlook=TEXT)
    test = make.published(make.diagnostic_test("Disc test", description="<p>Shows a disc.</p>"))
    symptom = make.published(make.symptom("Pain", summary="From a vertebra."))
    condition.test_rows.create(test=test)
    condition.symptom_rows.create(symptom=symptom, note="near a disc\n<b>")
    make.published(condition)

    soup = read("/conditions/a/")

    assert words_of(soup) == ["Vertebrae", "disc"]
    assert soup.select_one(".entries p .explained").text == "disc"
    assert "<b>" in soup.select_one(".entries p").text


def test_words_explained_under_the_title_or_in_it_are_not_marked_again(read, terms):
    condition = make.condition("A", slug="a", overview=TEXT)
    condition.term_rows.create(term=make.published(make.term("Bone", slug="bone", variants="vertebrae")))
    condition.term_rows.create(term=terms.__class__.objects.get(slug="disc"), position=1)
    make.published(condition)
    make.published(make.symptom("Vertebrae", slug="b", overview=TEXT))

    assert words_of(read("/conditions/a/")) == ["vertebra"]
    assert words_of(read("/symptoms/b/")) == ["disc"]


def test_a_preview_explains_the_words_too(as_, editor, terms):
    for _address, page in pages():
        url = f"/admin/{page._meta.app_label}/{page._meta.model_name}/{page.pk}/preview/"
        soup = BeautifulSoup(as_(editor).get(url).content, "html.parser")

        assert words_of(soup) == ["disc", "vertebra"], url


def test_eighty_terms_cost_no_query_more(client, db, django_assert_num_queries):
    make.published(make.site())
    for number in range(80):
        make.published(make.term(f"Word{number}", slug=f"word{number}"))
    texts = "".join(f"<p>A word{number} here.</p>" for number in range(80))
    make.published(make.condition("A", slug="a", overview=texts))

    with django_assert_num_queries(4):
        soup = BeautifulSoup(client.get("/conditions/a/").content, "html.parser")

    assert len(soup.select(".explanations > [popover]")) == len(words_of(soup)) == 80
