"""What every link of the whole sample department leads to, from the first page on."""

import re
from urllib.parse import urlsplit

import pytest

from tests.browser.crawling import ask

FORMS = ("/feedback/?", "/appointments/", "/second-opinion/", "/request-status/")  # these have Django's CSRF cookie


@pytest.fixture
def site_url(department_url):
    return department_url


@pytest.fixture
def pages(crawled):
    return {path: answer for path, answer in crawled.items() if answer.is_page and answer.status == 200}


def test_no_link_is_broken(crawled):
    broken = {
        path: (answer.status, sorted(answer.linked_from)[:3])
        for path, answer in crawled.items()
        if answer.status not in (200, 301, 302)
    }

    assert len(crawled) > 150
    assert broken == {}


def test_every_fragment_stands_on_its_page(crawled, pages, site_url):
    missing = {
        (answer.address, f"{link}#{fragment}")
        for answer in crawled.values()
        for link, fragment in answer.links
        if fragment and (page := pages.get(link.removeprefix(site_url))) and fragment not in page.ids
    }

    assert missing == set()


def test_no_page_is_an_orphan(crawled, site_url):
    """Reached by links that stand on pages; those of the sitemap and the feed do not count."""
    by_links = {
        path
        for path, answer in crawled.items()
        if path == "/" or any(crawled[address.removeprefix(site_url)].is_page for address in answer.linked_from)
    }
    listed = {link.removeprefix(site_url) for link, _ in ask(f"{site_url}/sitemap.xml").links}

    assert len(listed) > 60
    assert listed - by_links == set()


def test_nothing_is_asked_of_elsewhere_and_nothing_is_kept_about_readers(crawled, site_url):
    host = urlsplit(site_url).netloc
    foreign = {
        (path, tag["src"])
        for path, answer in crawled.items()
        if answer.is_page
        for tag in answer.soup.select("[src]")
        if urlsplit(tag["src"]).netloc not in ("", host)
    }

    assert foreign == set()
    with_cookies = [path for path, answer in crawled.items() if "Set-Cookie" in answer.headers]
    assert [path for path in with_cookies if not path.startswith(FORMS)] == []


def test_every_page_has_a_title_landmarks_headings_in_order_and_no_id_twice(pages):
    faults = []
    for path, page in pages.items():
        soup = page.soup
        levels = [int(heading.name[1]) for heading in soup.find_all(re.compile("^h[1-6]$"))]
        told = {
            "one h1": levels.count(1) == 1,
            "h1 first": levels[:1] == [1],
            "no skipped level": all(deeper - level <= 1 for level, deeper in zip(levels, levels[1:], strict=False)),
            "no empty heading": all(heading.get_text(strip=True) for heading in soup.find_all(re.compile("^h[1-6]$"))),
            "a title of its own": len(soup.title.get_text().split(" | ")[0].strip()) > 2,
            "language": soup.html["lang"] == "en-us",
            "landmarks": all(len(soup.select(f"body {name}")) == 1 for name in ("main", "footer"))
            and len(soup.select("body > header")) == 1
            and soup.select_one("nav"),
            "no id twice": len(page.ids) == len(set(page.ids)),
            "alternatives": all("alt" in image.attrs for image in soup.find_all("img")),
        }
        faults += [f"{path}: {rule}" for rule, holds in told.items() if not holds]

    assert faults == []


def test_every_page_in_search_engines_has_a_title_and_address_of_its_own(pages, site_url):
    listed = {
        path: page for path, page in pages.items() if not page.soup.select("meta[name=robots]") and "?" not in path
    }
    titles = {}
    for path, page in listed.items():
        titles.setdefault(page.soup.title.get_text(), []).append(path)
        assert [link["href"] for link in page.soup.select("link[rel=canonical]")] in ([f"{site_url}{path}"], [])

    assert {title: paths for title, paths in titles.items() if len(paths) > 1} == {}
