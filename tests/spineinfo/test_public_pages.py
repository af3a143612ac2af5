"""What is true of every public page."""

import gzip
import re

import pytest
from bs4 import BeautifulSoup
from django.db import OperationalError
from django.test import Client
from django.urls import path

from publishing.models import Page
from spineinfo.urls import urlpatterns as site_patterns
from tests import make

pytestmark = pytest.mark.once

ADDRESSES = [
    "/",
    "/conditions/",
    "/conditions/tumor/",
    "/conditions/kinds/tumors/",
    "/symptoms/",
    "/symptoms/pain/",
    "/tests/",
    "/tests/scan/",
    "/treatments/",
    "/treatments/fusion/",
    "/physicians/",
    "/physicians/adler/",
    "/glossary/",
    "/news/",
    "/news/opening/",
    "/about/privacy/",
]
every_page = pytest.mark.parametrize("address", ADDRESSES)


@pytest.fixture
def site(db):
    """A site with one page of each kind, all of them on show."""
    condition = make.condition("Tumor", slug="tumor", regions=["lumbar"], overview="<p>A lump.</p>", summary="A lump.")
    condition.category = "tumor"
    condition.save()
    make.published(make.hub("Tumors", slug="tumors", introduction="<h3>A</h3><p>Lumps.</p>"))
    make.published(make.hub("Adults", gathers="adult"))
    condition.term_rows.create(term=make.published(make.term("Tumor", respelling="TOO-mur")))
    sign = make.published(make.warning_sign("You fall", explanation="Lie down.", is_general=True))
    pain = make.symptom("Pain", slug="pain", getting_help="<p>Call.</p>")
    pain.warning_sign_rows.create(warning_sign=sign)
    condition.warning_sign_rows.create(warning_sign=sign)
    condition.symptom_rows.create(symptom=make.published(pain))
    condition.test_rows.create(test=make.published(make.diagnostic_test("Scan", slug="scan", description="<p>A.</p>")))
    condition.treatment_rows.create(treatment=make.published(make.treatment("Fusion", slug="fusion", method="surgery")))
    condition.physician_rows.create(physician=make.published(make.physician("Adler", slug="adler")), is_lead=True)
    make.published(condition)
    article = make.article("Opening", slug="opening", body="<p>A new floor.</p>")
    article.condition_rows.create(condition=condition)
    make.published(article)
    make.published(make.information("Privacy", slug="privacy", body="<p>We keep nothing.</p>"))
    return make.published(
        make.site(title="Spine Place", department="Department of Spines", phone="212-555-0142", notice="A sample.")
    )


@every_page
def test_reading_sets_no_cookie_and_needs_no_script_or_style_in_the_page(client, site, address):
    response = client.get(address)
    soup = BeautifulSoup(response.content, "html.parser")

    assert response.status_code == 200
    assert not response.cookies
    assert not soup.select("[style], style, script:not([src], [type='application/ld+json'])")
    assert not [name for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert "unsafe" not in response["Content-Security-Policy"]


@every_page
def test_nothing_comes_from_elsewhere(client, site, address):
    soup = BeautifulSoup(client.get(address).content, "html.parser")

    sources = [
        tag.get("src") or tag.get("href") for tag in soup.select("[src], link[href]:not([rel=canonical]), use[href]")
    ]
    assert sources
    assert all(source.startswith(("/static/", "/news/feed/")) for source in sources)


@every_page
def test_pages_are_for_reading_only(site, address):
    client = Client(enforce_csrf_checks=True)  # as browsers are met: a forged form is no reason to answer otherwise
    assert client.head(address).status_code == 200
    for method in ("post", "put", "patch", "delete", "options"):
        assert getattr(client, method)(address).status_code == 405


@every_page
def test_a_page_has_one_title_landmarks_and_headings_in_order(client, site, address):
    soup = BeautifulSoup(client.get(address).content, "html.parser")

    levels = [int(heading.name[1]) for heading in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(deeper - level <= 1 for level, deeper in zip(levels, levels[1:], strict=False))
    assert soup.html["lang"].startswith("en")
    assert soup.select_one("a.skip")["href"] == "#main"
    assert soup.select_one("main#main")
    ids = [tag["id"] for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids))


@every_page
def test_every_page_says_whose_it_is_and_what_the_site_wants_noted(client, site, address):
    soup = BeautifulSoup(client.get(address).content, "html.parser")

    assert soup.title.text.endswith(" | Spine Place")
    assert "Department of Spines" in soup.header.text
    assert "A sample." in soup.header.text
    assert soup.select_one("header a[href^='tel:']").text == "212-555-0142"


@every_page
def test_every_page_says_its_address_and_how_it_is_shared(client, site, address, settings):
    settings.SITE_URL = "https://spine.example"
    head = BeautifulSoup(client.get(f"{address}?from=elsewhere").content, "html.parser").head
    shared = {
        tag["property"]: tag["content"] for tag in head.select("meta[property^='og:']:not([property^='og:image'])")
    }

    assert [link["href"] for link in head.select("link[rel=canonical]")] == [f"https://spine.example{address}"]
    assert shared.pop("og:description", "") == head.select_one("meta[name=description]")["content"]
    assert shared == {
        "og:url": f"https://spine.example{address}",
        "og:type": {"/news/opening/": "article", "/physicians/adler/": "profile"}.get(address, "website"),
        "og:site_name": "Spine Place",
        "og:title": head.title.text.removesuffix(" | Spine Place"),
    }


@every_page
def test_no_working_word_is_ever_shown(client, site, address):
    for model in Page.kinds().values():
        words = [field.name for field in model._meta.get_fields() if field.get_internal_type() in ("TextField",)]
        model.objects.update(title="UNPUBLISHED", summary="UNPUBLISHED", **dict.fromkeys(words, "UNPUBLISHED"))

    assert "UNPUBLISHED" not in client.get(address).content.decode()


@pytest.mark.parametrize("address", [address for address in ADDRESSES if address.count("/") < 3])
def test_an_empty_site_answers_and_prints_nothing_of_what_it_lacks(client, db, address):
    soup = BeautifulSoup(client.get(address).content, "html.parser")

    assert soup.title.text.endswith(" | SpineInfo")
    assert not soup.select("a[href^='tel:'], .notice, .footer-emergency, address")


def test_an_alert_heads_every_page(client, db):
    make.published(make.site(alert="Closed today because of snow."))

    alert = BeautifulSoup(client.get("/").content, "html.parser").select_one(".notice-alert")

    assert alert.text.strip() == "Closed today because of snow."


def test_the_navigation_says_where_one_is(client, site):
    links = BeautifulSoup(client.get("/conditions/tumor/").content, "html.parser").select(".navigation a")

    assert {link.text: link.get("aria-current") for link in links} == {
        "Conditions": "true",
        "Treatments": None,
        "Our physicians": None,
        "Glossary": None,
        "News": None,
    }


def test_the_home_page_costs_three_queries(client, site, django_assert_num_queries):
    with django_assert_num_queries(3):
        client.get("/")


@pytest.mark.parametrize("address", ["/nowhere/", "/conditions/unknown/", "/physicians/unknown/", "/symptoms/unknown/"])
def test_an_unknown_address_answers_404_in_the_sites_look(client, site, address):
    response = client.get(address)

    assert response.status_code == 404
    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.h1.text == "Page not found"
    assert soup.title.text == "Page not found | Spine Place"
    assert not soup.select("link[rel=canonical], meta[property]")


def broken(request):
    raise RuntimeError("broken on purpose")


def database_away(request):
    raise OperationalError("the database is away, on purpose")


urlpatterns = [*site_patterns, path("broken/", broken), path("away/", database_away)]
handler500 = "spineinfo.views.server_error"


@pytest.mark.urls(__name__)
def test_a_fault_answers_500_in_the_sites_look_without_the_database(caplog):
    response = Client(raise_request_exception=False).get("/broken/")

    assert response.status_code == 500
    soup = BeautifulSoup(response.content, "html.parser")
    assert soup.h1.text == "Something went wrong"
    assert soup.select("link[rel=stylesheet]")
    reference = re.search(r"noted as ([0-9a-f]{8})\.", soup.main.text)[1]
    assert f"reference {reference}" in caplog.text
    assert "default-src" in response["Content-Security-Policy"]


@pytest.mark.urls(__name__)
def test_a_fault_page_keeps_the_phone_and_the_notice_that_were_read_last(client, site):
    client.get("/")

    response = Client(raise_request_exception=False).get("/away/")

    assert response.status_code == 503
    assert response["Retry-After"]
    assert "212-555-0142" in response.content.decode()
    assert "A sample." in response.content.decode()


def test_a_form_from_another_session_is_refused_with_what_to_do(db):
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a", "password": "b"})

    assert response.status_code == 403
    assert "Please send it again" in response.content.decode()


def test_a_page_goes_out_compressed_to_whoever_takes_that(client, site):
    page = client.get("/conditions/tumor/", headers={"accept-encoding": "gzip"})

    assert page["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in page["Vary"]
    assert "Tumor" in gzip.decompress(page.content).decode()


def test_a_nul_in_an_address_is_refused(admin_client):
    assert admin_client.get("/admin/conditions/condition/?category=%00").status_code == 400
    assert admin_client.get("/admin/autocomplete/?term=%00").status_code == 400
    assert admin_client.get("/conditions/%00/").status_code == 400


def test_an_unknown_host_answers_400_in_the_sites_look(db):
    response = Client().get("/", headers={"host": "elsewhere.example"})

    assert response.status_code == 400
    assert "could not be understood" in response.content.decode()
