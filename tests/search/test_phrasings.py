from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from lxml import html

from tests.serving import Served

pytestmark = pytest.mark.once

PHRASINGS = [
    line.split("\t")
    for line in Path(__file__).with_name("phrasings.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.fixture
def department_url(made_site):
    """Where the whole sample department answers."""
    served = Served(made_site)
    yield served.url
    served.stop()


def first_result(url, asked):
    with urlopen(f"{url}/search/?{urlencode({'q': asked})}") as answer:  # noqa: S310 - our own server
        links = html.parse(answer).xpath("//*[@class='results']//a/@href")
    return links[0] if links else None


def test_patients_find_the_right_page_first(department_url):
    found = {asked: (wanted, first_result(department_url, asked)) for asked, wanted in PHRASINGS}

    assert len(found) >= 60
    assert {asked: pair for asked, pair in found.items() if pair[0] != pair[1]} == {}
