import pytest
from bs4 import BeautifulSoup

from pages.templatetags.site import tel
from tests import make

CALLS = ["/appointments/", "/second-opinion/"]


@pytest.mark.parametrize("address", CALLS)
def test_it_says_how_to_call(client, db, address):
    make.published(make.site(phone="212-555-0142", emergency_text="In an emergency, call 911."))

    page = BeautifulSoup(client.get(address).content, "html.parser").main

    assert page.select_one("a[href^='tel:']").text == "212-555-0142"
    assert "In an emergency, call 911." in page.text


@pytest.mark.parametrize("address", CALLS)
def test_a_site_without_a_phone_promises_no_call(client, db, address):
    page = BeautifulSoup(client.get(address).content, "html.parser").main

    assert "call us" not in page.text


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("212-555-0142", "tel:2125550142"),
        ("+1 (212) 555 0142", "tel:+12125550142"),
        ("212.555.0142 x 12", "tel:2125550142;ext=12"),
    ],
)
def test_a_number_can_be_pressed_however_it_is_written(written, address):
    assert tel(written) == address
