import datetime
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from news.models import Article
from publishing.models import Edition
from tests import make

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def read(client):
    def read(address):
        response = client.get(address)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser").main

    return read


def titles(part):
    return [heading.text for heading in part.select(".articles :is(h2, h3)")]


def news(number, **fields):
    return make.published(make.article(f"News {number}", dated_on=f"2026-01-{number:02}", **fields))


def test_articles_are_listed_by_date_with_their_kind(read):
    news(2)
    news(3, kind_of="publication", summary="A study.")
    news(1)

    page = read("/news/")

    assert titles(page) == ["News 3", "News 2", "News 1"]
    first = page.select_one(".articles li")
    assert first.select_one(".dateline").text == "Publication Jan. 3, 2026"
    assert first.time["datetime"] == "2026-01-03"
    assert "A study." in first.text


def test_the_list_can_be_narrowed_to_a_kind_by_plain_links(read):
    news(1)
    news(2, kind_of="story", consent_on="2026-01-01")

    links = {link.text: link for link in read("/news/").select(".choices a")}
    stories = read("/news/?kind=story")

    assert {words: link["href"] for words, link in links.items()} == {
        "All": "./", "News": "?kind=news", "Patient stories": "?kind=story",
    }  # fmt: skip
    assert links["All"]["aria-current"] == "true"
    assert titles(stories) == ["News 2"]
    assert stories.select_one(".choices [aria-current]").text == "Patient stories"


def test_a_long_list_has_pages(read):
    for number in range(1, 26):
        news(number)

    first, second = read("/news/?kind=news"), read("/news/?kind=news&page=2")

    assert len(titles(first)) == 20
    assert titles(second) == [f"News {number}" for number in range(5, 0, -1)]
    assert first.select_one(".paging a")["href"] == "?kind=news&page=2"
    assert "Page 2 of 2" in second.select_one(".paging").text
    assert read("/news/").select_one(".paging a")["href"] == "./?page=2"


@pytest.mark.parametrize(
    ("asked", "own"),
    [("?page=2&x=1", "?page=2"), ("?page=1", ""), ("?kind=news&page=2", "?kind=news&page=2"), ("?kind=x", "")],
)
def test_a_part_of_the_list_has_an_address_of_its_own(client, settings, asked, own):
    for number in range(1, 22):
        news(number)

    head = BeautifulSoup(client.get(f"/news/{asked}").content, "html.parser").head

    assert head.select_one("link[rel=canonical]")["href"] == f"{settings.SITE_URL}/news/{own}"


@pytest.mark.parametrize("query", ["kind=x", "page=x", "page=-1", "page=999", "page=1e9", "kind="])
def test_an_odd_question_gets_an_answer(read, query):
    news(1)

    assert titles(read(f"/news/?{query}")) == ["News 1"]


def test_a_site_without_news_says_so_and_offers_none(client, read):
    assert "There is no news" in read("/news/").text
    assert "/news/" not in str(BeautifulSoup(client.get("/").content, "html.parser"))


def test_an_article_says_what_when_and_of_whom(read):
    condition = make.published(make.condition("Tumor", slug="tumor"))
    physician = make.published(make.physician("Adler", slug="adler"))
    treatment = make.published(make.treatment("Fusion", slug="fusion"))
    article = make.article("A study", slug="a-study", kind_of="publication", dated_on="2026-10-02")
    article.body, article.link = "<p>We asked.</p>", "https://journal.example/1?a=1&b=2"
    article.save()
    article.condition_rows.create(condition=condition)
    article.physician_rows.create(physician=physician)
    article.treatment_rows.create(treatment=treatment)
    make.published(article)

    page = read("/news/a-study/")

    assert page.h1.text == "A study"
    assert page.select_one(".dateline").text == "Publication Oct. 2, 2026"
    assert "We asked." in page.text
    link = page.find("a", string="Read it at journal.example")
    assert link["href"] == "https://journal.example/1?a=1&b=2"
    assert {a["href"] for a in page.select("#related a")} == {"/conditions/tumor/", "/treatments/fusion/"}
    assert page.select_one("#physicians a")["href"] == "/physicians/adler/"


def test_headings_of_an_article_follow_its_title(read):
    make.published(make.article(slug="a-study", body="<h3>How</h3><h4>Who</h4><p>1 &lt;h3&gt; &gt; 2</p>"))

    page = read("/news/a-study/")

    assert (page.select_one(".text h2").text, page.select_one(".text h3").text) == ("How", "Who")
    assert "1 <h3> > 2" in page.text


def test_the_pages_an_article_is_about_show_the_newest_three(read):
    condition = make.published(make.condition(slug="tumor"))
    physician = make.published(make.physician(slug="adler"))
    treatment = make.published(make.treatment(slug="fusion"))
    for number in (2, 4, 1, 3):
        article = make.article(f"News {number}", dated_on=f"2026-01-0{number}")
        article.condition_rows.create(condition=condition)
        article.physician_rows.create(physician=physician)
        article.treatment_rows.create(treatment=treatment)
        make.published(article)

    for address in ("/conditions/tumor/", "/physicians/adler/", "/treatments/fusion/"):
        section = read(address).select_one("#news")
        assert section.h2.text == "Recent news"
        assert titles(section) == ["News 4", "News 3", "News 2"]
    assert read("/conditions/tumor/").select_one(".contents a[href='#news']")
    assert titles(read("/")) == ["News 4", "News 3", "News 2"]


def test_pages_without_news_have_no_heading_for_it(read):
    make.published(make.condition(slug="tumor"))
    make.published(make.physician(slug="adler"))
    make.published(make.treatment(slug="fusion"))
    make.article("A draft")

    for address in ("/", "/conditions/tumor/", "/physicians/adler/", "/treatments/fusion/"):
        assert "news" not in read(address).text.lower()


@pytest.mark.parametrize("rows", [1, 12])
def test_pages_of_news_cost_the_same_whatever_they_show(client, rows, django_assert_num_queries):
    make.published(make.site())
    article = make.article(slug="opening")
    condition = make.published(make.condition(slug="tumor"))
    for position in range(rows):
        article.condition_rows.create(condition=make.published(make.condition()), position=position)
        about = make.article()
        about.condition_rows.create(condition=condition)
        make.published(about)
    make.published(article)

    for address, cost in (("/news/", 2), ("/news/feed/", 1), ("/news/opening/", 4), ("/conditions/tumor/", 4)):
        with django_assert_num_queries(cost):
            client.get(address)


# The feed


@pytest.fixture
def feed(client):
    def feed():
        response = client.get("/news/feed/")
        assert response.status_code == 200
        assert response["Content-Type"].startswith("application/atom+xml")
        return ElementTree.fromstring(response.content)  # noqa: S314 - our own words

    return feed


def text(entry, name):
    return entry.find(f"{ATOM}{name}").text


def test_the_feed_is_atom_with_absolute_links_and_true_dates(feed, settings):
    settings.SITE_URL = "https://spine.example"
    news(1, slug="one", summary="More <b> & less.")
    news(2, slug="two", body="<p>Only a <em>body</em>.</p>")

    found = feed()

    assert {link.get("rel", "alternate"): link.get("href") for link in found.findall(f"{ATOM}link")} == {
        "alternate": "https://spine.example/news/", "self": "https://spine.example/news/feed/",
    }  # fmt: skip
    assert text(found, "id")
    assert found.find(f"{ATOM}author/{ATOM}name").text
    second, first = found.findall(f"{ATOM}entry")
    assert first.find(f"{ATOM}link").get("href") == "https://spine.example/news/one/"
    assert text(first, "summary") == "More &lt;b&gt; &amp; less."
    assert text(second, "summary") == "Only a body."
    starts = dict(Edition.objects.values_list("title", "live_from"))
    for entry in (first, second):
        assert datetime.datetime.fromisoformat(text(entry, "updated")) == starts[text(entry, "title")]
        published = datetime.datetime.fromisoformat(text(entry, "published"))
        assert published.date() == Article.objects.get(title=text(entry, "title")).dated_on
    assert datetime.datetime.fromisoformat(text(found, "updated")) == max(starts.values())


def test_an_entry_keeps_its_id_when_its_address_changes(feed):
    article = news(1, slug="one")
    before = text(feed().find(f"{ATOM}entry"), "id")
    article.slug = "other"
    article.save()
    make.published(article)

    assert text(feed().find(f"{ATOM}entry"), "id") == before


def test_odd_text_breaks_no_feed(feed):
    news(1, summary="bell \x07 ]]> <!-- \ufffe end", body="<p>\x0b</p>")
    make.published(make.article("\x01\x02", body="\x08"))

    assert len(feed().findall(f"{ATOM}entry")) == 2


def test_a_feed_without_articles_is_a_feed(feed):
    assert feed().findall(f"{ATOM}entry") == []
