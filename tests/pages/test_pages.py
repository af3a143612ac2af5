import json

import pytest
from bs4 import BeautifulSoup

from pages.models import InformationPage
from pages.templatetags.site import tel
from publishing.models import Edition
from tests import make
from tests.forms import submitted


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


# In another language


ARABIC = {"title": "مساعدة", "summary": "مجانًا.", "body": "<p>disc</p>"}


def test_a_page_in_another_language_says_so_wherever_its_words_stand(client, db):
    make.published(make.term("Disc"))
    make.published(make.information(**ARABIC, slug="arabic", language="ar"))
    make.published(make.information("Ayuda", slug="spanish", language="es"))

    page, spanish = read(client, "/about/arabic/"), read(client, "/about/spanish/")

    for part in (page.h1.parent, page.article, page.select_one(".footer a[hreflang=ar]")):
        assert (part["lang"], part["dir"]) == ("ar", "rtl"), part
    assert page.select_one(".lead").parent == page.h1.parent
    assert (spanish.h1.parent["lang"], spanish.h1.parent["dir"]) == ("es", "ltr")
    assert page.html["lang"] == "en-us"
    assert not page.select(".explained")
    data = [json.loads(block.string) for block in page.select("script[type='application/ld+json']")]
    assert [thing["inLanguage"] for thing in data if thing["@type"] == "WebPage"] == ["ar"]


def test_a_page_in_the_language_of_the_site_says_nothing_of_it(client, db):
    make.published(make.information("Privacy", slug="privacy", body="<p>Nothing.</p>"))

    page = read(client, "/about/privacy/")

    assert not page.body.select("[lang], [dir], [hreflang]")
    assert '"inLanguage":"en-us"' in str(page)


def test_an_edition_from_before_there_were_languages_is_in_that_of_the_site(client, db):
    page = make.published(make.information("Privacy", slug="privacy"))
    Edition.objects.filter(page=page).update(shape=1, content={"body": "<p>Old.</p>", "position": 0})

    assert "lang" not in read(client, "/about/privacy/").article.attrs


def test_an_editor_chooses_the_language_by_its_own_name(as_, editor):
    page = make.information("Ayuda", slug="ayuda")
    address = f"/admin/pages/informationpage/{page.pk}/change/"
    client = as_(editor)
    form = client.get(address)

    client.post(address, {**submitted(form), "language": "es", "_save": ""})

    page.refresh_from_db()
    assert page.language == "es"
    assert read(client, address).select_one("option[selected][value=es]").text == "Español"
