import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from figures import pictures
from publishing import actions, files
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def figure():
    return make.published(
        make.figure("A disc", alt="A disc & a nerve.", caption="The disc bulges.", credit="Drawing: Ana Example")
    )


def soup_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def with_figure(make_page, part, figure, **fields):
    page = make_page(slug="shown", **fields)
    page.figure_rows.create(figure=figure, part=part)
    return make.published(page)


CONDITION_PARTS = ("overview", "symptoms", "causes", "tests", "treatments", "outlook", "living")


@pytest.mark.parametrize(
    ("make_page", "part", "address"),
    [
        *((make.condition, part, "/conditions/shown/") for part in CONDITION_PARTS),
        *((make.symptom, part, "/symptoms/shown/") for part in ("overview", "getting_help")),
        *((make.diagnostic_test, part, "/tests/shown/") for part in ("description", "experience", "preparation")),
        *(
            (make.treatment, part, "/treatments/shown/")
            for part in ("description", "timing", "procedure", "preparation", "afterwards", "risks")
        ),
    ],
)
@pytest.mark.parametrize("text", ["<p>Words before it.</p>", ""])
def test_a_figure_stands_after_the_text_it_belongs_to(client, figure, make_page, part, address, text):
    with_figure(make_page, part, figure, **{part: text})

    section = soup_of(client, address).select_one(f"section#{part}")

    assert len(section.select("figure")) == 1
    assert bool(section.select_one(".text")) is bool(text)
    if text:
        assert section.select_one(".text").find_next_sibling("figure")


def test_a_figure_has_what_a_browser_and_a_reader_need(client, figure):
    with_figure(make.condition, "overview", figure)

    shown = soup_of(client, "/conditions/shown/").select_one("figure")
    image = shown.img

    assert image["alt"] == "A disc & a nerve."
    assert (image["width"], image["height"]) == ("640", "480")
    assert (image["loading"], image["decoding"]) == ("lazy", "async")
    assert image["src"] == files.address(figure.picture["jpg"])
    assert [part.split()[1] for part in shown.source["srcset"].split(", ")] == ["480w", "640w"]
    assert shown.figcaption.get_text(" ", strip=True) == "The disc bulges. Drawing: Ana Example"
    for address in (image["src"], *(part.split()[0] for part in shown.source["srcset"].split(", "))):
        assert client.get(address).status_code == 200


def test_a_page_can_say_something_else_below_a_figure(client, figure):
    page = make.condition(slug="shown")
    page.figure_rows.create(figure=figure, note="Here it is the lowest disc.")
    make.published(page)

    caption = soup_of(client, "/conditions/shown/").figcaption.get_text(" ", strip=True)

    assert caption == "Here it is the lowest disc. Drawing: Ana Example"


def test_a_decorative_figure_without_words_has_an_empty_alt_and_no_caption(client):
    figure = make.published(make.figure(alt="", is_decorative=True))
    with_figure(make.condition, "overview", figure)

    shown = soup_of(client, "/conditions/shown/").select_one("figure")

    assert shown.img["alt"] == ""
    assert not shown.figcaption


def test_a_figure_that_is_not_live_is_not_shown_and_leaves_no_heading(client):
    figure = make.figure()
    with_figure(make.condition, "outlook", figure)

    assert not soup_of(client, "/conditions/shown/").select("figure, #outlook")

    make.published(figure)
    assert soup_of(client, "/conditions/shown/").select("#outlook figure")

    actions.withdraw(figure, by=None, change="A better one is coming.")
    assert not soup_of(client, "/conditions/shown/").select("figure, #outlook")


def test_a_new_picture_is_shown_when_it_is_published(client, figure):
    with_figure(make.condition, "overview", figure)
    before = figure.picture["jpg"]
    figure.picture = pictures.stored(make.drawing(700, 500))
    figure.save()
    assert soup_of(client, "/conditions/shown/").figure.img["src"] == files.address(before)

    make.published(figure)

    assert soup_of(client, "/conditions/shown/").figure.img["src"] == files.address(figure.picture["jpg"])
    assert client.get(files.address(before)).status_code == 404


def test_pages_cost_four_queries_with_figures_and_portraits(client, figure, django_assert_num_queries):
    make.published(make.site())
    condition = make.condition(slug="shown")
    for number in range(4):
        condition.figure_rows.create(figure=make.published(make.figure()), position=number)
        physician = make.physician(f"P{number}", portrait=make.published(make.figure()))
        condition.physician_rows.create(physician=make.published(physician))
    make.published(condition)
    make.published(make.physician(slug="ada", portrait=figure))
    make.published(make.article(slug="news", image=figure))

    for address in ("/conditions/shown/", "/physicians/", "/physicians/ada/", "/news/news/"):
        with django_assert_num_queries(4):
            assert "/media/" in client.get(address).content.decode()


def test_an_article_leads_with_its_picture(client, figure):
    make.published(make.article(slug="opening", image=figure, body="<p>A new floor.</p>"))

    section = soup_of(client, "/news/opening/").select_one("article section")

    assert section.find(True).name == "figure"
    assert "loading" not in section.img.attrs


def test_a_portrait_goes_wherever_the_physician_is_shown(client, figure):
    adler = make.published(make.physician("Adler", slug="adler", portrait=figure))
    birch = make.published(make.physician("Birch", slug="birch"))
    condition = make.condition(slug="shown")
    article = make.article(slug="opening")
    for page in (condition, article):
        for position, physician in enumerate((adler, birch)):
            page.physician_rows.create(physician=physician, position=position)
        make.published(page)

    for address in ("/physicians/", "/conditions/shown/", "/news/opening/"):
        cards = soup_of(client, address).select(".physician")
        assert [bool(card.select(".portrait")) for card in cards] == [True, False], address
        assert [bool(card.select(".initials")) for card in cards] == [False, True], address
        assert cards[0].img["alt"] == ""
        assert client.get(cards[0].source["srcset"]).status_code == 200
    assert soup_of(client, "/physicians/adler/").select_one(".hero .portrait-large")["alt"] == "A disc & a nerve."
    assert soup_of(client, "/physicians/birch/").select_one(".hero .initials-large")


def test_a_withdrawn_portrait_gives_way_to_the_initials_everywhere(client, figure):
    adler = make.published(make.physician("Adler", slug="adler", portrait=figure))
    condition = make.condition(slug="shown")
    condition.physician_rows.create(physician=adler)
    make.published(condition)

    actions.withdraw(figure, by=None, change="Dr. Adler asked for it.")

    for address in ("/physicians/", "/physicians/adler/", "/conditions/shown/"):
        page = soup_of(client, address)
        assert not page.select(".portrait")
        assert page.select(".initials")


def test_a_figure_leaves_the_site_with_the_last_page_that_shows_it(client, figure):
    address = files.address(figure.picture["jpg"])
    assert client.get(address).status_code == 404  # no page shows it yet
    condition = with_figure(make.condition, "overview", figure)
    article = make.published(make.article(image=figure))

    actions.withdraw(condition, by=None, change="Out of date.")
    assert client.get(address).status_code == 200

    actions.withdraw(article, by=None, change="Out of date.")
    assert client.get(address).status_code == 404


def test_withdrawing_names_what_no_other_page_shows(as_, publisher, figure):
    portrait = make.published(make.figure("Dr. Adler", picture=pictures.stored(make.drawing(300, 300))))
    both = make.published(make.figure("In the clinic"))
    adler = make.published(make.physician("Adler", portrait=portrait))
    condition = make.condition(slug="shown")
    for position, shown in enumerate((figure, both, make.figure("A draft"))):
        condition.figure_rows.create(figure=shown, position=position)
    condition.physician_rows.create(physician=adler)
    make.published(condition)
    make.published(make.article(image=both))
    make.article(image=figure)  # a draft, which patients don't see

    def named(page):
        address = reverse(f"admin:{page._meta.app_label}_{page._meta.model_name}_withdraw", args=[page.pk])
        (lines, *_more) = soup_of(as_(publisher), address).select(".publishing-state ul")
        return [item.text for item in lines.select("li")]

    assert named(condition) == ["Figure “A disc”"]
    assert named(adler) == ["Figure “Dr. Adler”"]
    actions.withdraw(adler, by=None, change="Has left.")
    assert as_(make.user()).get(files.address(portrait.picture["jpg"])).status_code == 404


def test_a_preview_shows_figures_and_portraits_that_only_staff_can_see(as_, editor):
    figure, portrait = make.figure(), make.figure(picture=pictures.stored(make.drawing(300, 300)))
    condition = make.condition()
    condition.figure_rows.create(figure=figure)
    condition.physician_rows.create(physician=make.physician(portrait=portrait))

    page = soup_of(as_(editor), f"/admin/conditions/condition/{condition.pk}/preview/")

    for address in (page.select_one("figure img")["src"], page.select_one(".portrait")["src"]):
        assert as_(editor).get(address).status_code == 200


def test_nothing_of_an_upload_but_its_picture_is_anywhere(client):
    sent = SimpleUploadedFile("../../etc/<b>Jane Example</b>.jpg", make.drawing(format_="JPEG").read())
    figure = make.published(make.figure(picture=pictures.stored(sent)))
    with_figure(make.condition, "overview", figure)

    assert "Jane" not in str(figure.picture) + client.get("/conditions/shown/").content.decode()
