"""What the heaviest condition page of the sample weighs, as Chromium gets it from the site as it is served."""

import gzip
from urllib.parse import urlsplit

import pytest

from tests.browser.crawling import ask

KB = 1000


@pytest.fixture
def site_url(department_url):
    return department_url


@pytest.fixture(scope="module")
def heaviest(department_url):
    """The path of the condition's page with the most bytes once packed."""
    linked = {link.removeprefix(department_url) for link, _fragment in ask(f"{department_url}/conditions/").links}
    paths = [path for path in linked if path.startswith("/conditions/") and path.count("/") == 3 and path[-1] == "/"]
    assert len(paths) >= 30
    return max(paths, key=lambda path: len(gzip.compress(ask(f"{department_url}{path}").body)))


@pytest.fixture
def weights(new_page, heaviest):
    """Bytes over the wire, heads included, by the path of each request; photos and figures are left out."""
    page = new_page()
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    addresses, sizes = {}, {}
    wire.on("Network.requestWillBeSent", lambda sent: addresses.update({sent["requestId"]: sent["request"]["url"]}))
    wire.on("Network.loadingFinished", lambda done: sizes.update({done["requestId"]: done["encodedDataLength"]}))
    page.goto(heaviest, wait_until="networkidle")
    paths = {urlsplit(addresses[request]).path: size for request, size in sizes.items()}
    return {path: size for path, size in paths.items() if not path.startswith("/media/")}


def test_the_heaviest_condition_page_is_light(weights, heaviest):
    assert heaviest in weights
    assert sum(path.endswith(".woff2") for path in weights) == 3
    assert len(weights) <= 8, weights
    assert sum(weights.values()) <= 65 * KB, weights


def test_style_and_scripts_are_small(weights, site_url):
    answers = {path: ask(f"{site_url}{path}", **{"Accept-Encoding": "br"}) for path in weights if "/static/" in path}
    style, scripts = ([path for path in answers if path.endswith(kind)] for kind in (".css", ".js"))

    assert style
    assert scripts
    assert {answers[path].headers["Content-Encoding"] for path in style + scripts} == {"br"}
    assert sum(len(answers[path].body) for path in style) <= 9 * KB
    assert sum(len(answers[path].body) for path in scripts) <= 4 * KB
