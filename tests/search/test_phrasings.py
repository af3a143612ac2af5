from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command

PHRASINGS = [
    line.split("\t")
    for line in Path(__file__).with_name("phrasings.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def first_result(client, asked):
    soup = BeautifulSoup(client.get("/search/", {"q": asked}).content, "html.parser")
    link = soup.select_one(".results a")
    return link["href"] if link else None


@pytest.mark.django_db
def test_patients_find_the_right_page_first(client):
    call_command("load_sample", verbosity=0)

    found = {asked: (wanted, first_result(client, asked)) for asked, wanted in PHRASINGS}

    assert len(found) >= 60
    assert {asked: pair for asked, pair in found.items() if pair[0] != pair[1]} == {}
