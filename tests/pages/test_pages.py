import pytest
from bs4 import BeautifulSoup

from pages.models import InformationPage
from pages.templatetags.site import tel
from tests import make
from tests.forms import submitted

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


# Information pages


def read(client, address):
    return BeautifulSoup(client.get(address).content, "html.parser")


def test_an_information_page_says_what_it_is_for(client, db):
    make.published(
        make.information("Privacy", slug="privacy", summary="What we keep.", body="<h3>Reading</h3><p>Nothing.</p>")
    )

    page = read(client, "/about/privacy/").main

    assert (page.h1.text, page.h2.text) == ("Privacy", "Reading")
    assert "What we keep." in page.text
    assert "Nothing." in page.text


def test_the_foot_of_every_page_links_to_the_information_pages_in_their_order(client, db):
    make.published(make.information("Privacy", position=2))
    make.published(make.information("Directions", position=1))
    make.published(make.information("Accessibility", position=2))
    make.information("Draft")

    for address in ("/", "/conditions/", "/appointments/"):
        links = read(client, address).select("nav[aria-labelledby=footer-about] a")
        assert [link.text for link in links] == ["Directions", "Accessibility", "Privacy"]
    assert all(client.get(link["href"]).status_code == 200 for link in links)


def test_without_information_pages_the_foot_has_no_heading_for_them(client, db):
    assert not read(client, "/").select("#footer-about")


@pytest.mark.parametrize("rows", [1, 12])
def test_an_information_page_costs_the_same_however_many_there_are(client, db, rows, django_assert_num_queries):
    make.published(make.site())
    make.published(make.information(slug="privacy"))
    for _row in range(rows):
        make.published(make.information())

    with django_assert_num_queries(4):
        client.get("/about/privacy/")
    with django_assert_num_queries(1):
        client.get("/appointments/")


def test_an_editor_writes_and_previews_an_information_page(as_, editor):
    client = as_(editor)
    add = "/admin/pages/informationpage/add/"

    form = submitted(client.get(add)) | {"title": "Privacy", "slug": "privacy", "body": "<p>Nothing.</p>", "_save": ""}
    assert client.post(add, form).status_code == 302

    page = InformationPage.objects.get()
    shown = client.get(f"/admin/pages/informationpage/{page.pk}/preview/").content.decode()
    assert "Nothing." in shown
    assert 'rel="canonical"' not in shown
    assert client.get("/about/privacy/").status_code == 404


def test_others_do_not_change_information_pages(as_, clinician, coordinator):
    change = f"/admin/pages/informationpage/{make.information().pk}/change/"

    assert as_(clinician).post(change, {}).status_code == 403
    assert as_(coordinator).get(change).status_code == 403
