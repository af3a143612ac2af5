"""Every kind of public page is HTML as the standard has it, as far as a parser sees.

html5lib tells every parse error that the standard names: what is nested or closed wrongly, attributes given twice,
characters that may not stand there. It does not see which attributes and values an element may have, or most of what
may stand inside what: the rules below know the commonest of these, a full checker (html-validate, the Nu checker) the
rest.
"""

import html5lib
import pytest
from bs4 import BeautifulSoup

from tests.spineinfo.test_public_pages import ADDRESSES, site  # noqa: F401 - the fixture

pytestmark = pytest.mark.once

REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget", "list")
PARENTS = {"li": {"ul", "ol", "menu"}, "dt": {"dl", "div"}, "dd": {"dl", "div"}, "summary": {"details"}}
CHILDREN = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"dt", "dd", "div"},
    "tr": {"th", "td"},
    "select": {"option", "optgroup", "hr"},
}
INTERACTIVE = "a[href], button, input, select, textarea, summary, label"
PRESSED = "a[href], button, summary"
PHRASING = "p, h1, h2, h3, h4, h5, h6, button, span, label"
BLOCKS = "div, p, ul, ol, dl, table, section, article, nav, header, footer, form, h1, h2, h3, h4, h5, h6"


MORE = ["/conditions/kinds/tumors/", "/search/?q=tumor", "/search/?q=cannot+feel+my+legs", "/search/?q=zzyzx"]
MORE += ["/physicians/?patients=adult", "/feedback/?page=/conditions/tumor/", "/nowhere/", "/appointments/"]


@pytest.fixture
def pages(client, site):  # noqa: F811
    """What stands at each address, as bytes."""
    return {address: client.get(address).content for address in dict.fromkeys([*ADDRESSES, *MORE])}


def test_the_parser_finds_no_fault_on_any_page(pages):
    faults = {}
    for path, page in pages.items():
        parser = html5lib.HTMLParser()
        parser.parse(page, transport_encoding="utf-8")
        if parser.errors:
            faults[path] = parser.errors[:3]

    assert faults == {}


def test_elements_stand_where_they_may(pages):
    faults = {path: found for path, page in pages.items() if (found := misplaced(BeautifulSoup(page, "html.parser")))}

    assert faults == {}


def test_every_reference_to_an_id_finds_it_on_its_page(pages):
    missing = set()
    for path, page in pages.items():
        soup = BeautifulSoup(page, "html.parser")
        ids = [tag["id"] for tag in soup.select("[id]")]
        assert len(ids) == len(set(ids)), path
        missing |= {
            (path, f"{name}={wanted}")
            for name in REFERENCES
            for tag in soup.select(f"[{name}]")
            for wanted in tag[name].split() or [""]
            if wanted not in ids
        }

    assert missing == set()


@pytest.mark.parametrize(
    "markup",
    ["<ul><p>a</p></ul>", "<div><li>a</li></div>", "<a href='/'><button>a</button></a>", "<p><div>a</div></p>"],
)
def test_what_is_misplaced_is_seen(markup):
    assert misplaced(BeautifulSoup(markup, "html.parser"))


def misplaced(soup):
    """What stands where it may not, such as “p in ul”."""
    found = {
        f"{tag.name} in {tag.parent.name}"
        for name, parents in PARENTS.items()
        for tag in soup.find_all(name)
        if tag.parent.name not in parents
    }
    found |= {
        f"{child.name} in {name}"
        for name, children in CHILDREN.items()
        for tag in soup.find_all(name)
        for child in tag.find_all(True, recursive=False)
        if child.name not in children
    }
    for outside, inside in ((PRESSED, INTERACTIVE), (PHRASING, BLOCKS)):
        found |= {f"{inner.name} in {outer.name}" for outer in soup.select(outside) for inner in outer.select(inside)}
    return found
