"""Whatever is typed, search answers; tests/spineinfo/test_any_address.py asks it the naughty strings."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from search import index
from search.finding import find, suggest
from search.marking import excerpt, marked
from search.words import words
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ODD = [
    "",
    " ",
    "\x00",
    "dis\x00c",
    '"',
    '"disc',
    "'; DROP TABLE publishing_page; --",
    "disc AND OR NOT",
    "title:disc^3~2 +(-x) [a TO b] {*} /re.*/ \\",
    "*",
    "?",
    "disc" * 2_500,
    "disc " * 2_000,
    "x-ray " * 2_000,
    "é" * 10_000,
    "\u0301" * 50,
    "ﷺ" * 60,
    "𝕕𝕚𝕤𝕔",
    "\ud800",
    "ß" * 40,
    "<mark>disc</mark>",
    "%00%ff",
    "a" * 41,
    "İ" * 100,
]


@pytest.fixture
def site():
    make.published(
        make.condition("Herniated disc", also_called="slipped disc", overview="<p>Soft & <em>round</em>.</p>")
    )
    return make.published(make.site())


def ask(client, text):
    """The search page and the suggestions for `text`, which must answer; to a NUL the whole site says 400."""
    for address in ("/search/", "/search/suggestions/"):
        response = client.get(address, {"q": text, "kind": text})
        assert response.status_code == (400 if b"\x00" in text else 200)
        assert not response.cookies


@pytest.mark.parametrize("text", ODD, ids=lambda text: ascii(text[:12]))
def test_odd_input_is_answered(client, site, text):
    ask(client, text.encode("utf-8", "surrogatepass"))
    live = index.index.live()
    find(text, live)
    suggest(text, live)


def test_a_query_string_that_is_no_text_is_answered(client, site):
    for query in ("q=%ff%fe", "q", "q=a&q=b", "q[]=a", "q=%u0041", "q=%ED%A0%80"):
        assert client.get(f"/search/?{query}").status_code == 200
        assert client.get(f"/search/suggestions/?{query}").status_code == 200


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(max_size=80)
    | st.lists(st.sampled_from(["disc", "dics", "slipped", "x-ray", '"', "~2", "\x00"])).map(" ".join)
)
@example(text="x- rays")
def test_generated_input_is_answered(client, site, text):
    ask(client, text.encode("utf-8", "surrogatepass"))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(alphabet="abc <>&'\"/xray-ßİ", max_size=400),
    stems=st.frozensets(st.sampled_from(["a", "b", "xray", "ss"])),
)
def test_marks_add_nothing_but_marks(text, stems):
    from django.utils.html import escape

    assert marked(text, stems).replace("<mark>", "").replace("</mark>", "") == escape(text)
    cut = excerpt([text], stems).removeprefix("… ").removesuffix(" …")
    assert cut in text
    assert len(cut) <= 260
    assert all(word for word in words(text))
