"""What a reader gets from the search page."""

import pytest
from bs4 import BeautifulSoup

from publishing import actions
from search import index
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def soup_of(client, asked, **more):
    response = client.get("/search/", {"q": asked, **more})
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def results(client, asked, **more):
    """The titles found, in their order."""
    return [link.text for link in soup_of(client, asked, **more).select(".results a")]


def words_of(tag):
    return " ".join(tag.text.split())


@pytest.fixture
def site():
    """A small site: two conditions and an entry of each kind."""
    make.published(
        make.condition(
            "Herniated disc",
            slug="herniated-disc",
            summary="A disc has pushed out and presses on a nerve.",
            also_called="slipped disc\nruptured disc",
            lay_words="siatic disc\nblown disc",
            overview="<p>Between the vertebrae lie soft <strong>cushions</strong>.</p><p>Most heal on their own.</p>",
        )
    )
    scoliosis = make.condition("Scoliosis", slug="scoliosis", also_called="curved spine")
    scoliosis.physician_rows.create(
        physician=make.published(make.physician("Adler", slug="adler", summary="A surgeon."))
    )
    make.published(scoliosis)
    make.published(make.symptom("Numbness", slug="numbness", also_called="pins and needles"))
    make.published(make.diagnostic_test("MRI scan", slug="mri-scan", description="<p>Magnets show discs.</p>"))
    make.published(make.treatment("Microdiscectomy", slug="microdiscectomy"))
    make.published(make.term("Disc", slug="disc", meaning="a soft cushion", variants="discs\ndisk"))
    make.published(make.article("New scanner", slug="new-scanner", body="<p>It is wider.</p>"))
    return make.published(make.site(phone="212-555-0142", emergency_text="New weakness? Call 911."))


def test_a_hub_is_found_under_the_name_of_what_it_gathers(client, site):
    make.published(make.hub("Tumors of the spine", slug="tumors", introduction="<p>Cells that grow.</p>"))

    soup = soup_of(client, "tumor")

    assert [heading.text for heading in soup.select(".results-group h2")] == ["Groups of conditions"]
    assert soup.select_one(".results a")["href"] == "/conditions/kinds/tumors/"


def test_results_stand_by_kind_with_the_best_first(client, site):
    soup = soup_of(client, "disc")

    assert [heading.text for heading in soup.select(".results-group h2")] == ["Terms", "Conditions", "Tests"]
    assert [link["href"] for link in soup.select(".results a")] == [
        "/glossary/#disc",
        "/conditions/herniated-disc/",
        "/tests/mri-scan/",
    ]
    assert words_of(soup.select_one(".results-count")) == "Three results for “disc”"


def test_a_kind_that_search_knows_nothing_of_is_found_too(client, site):
    assert results(client, "scanner") == ["New scanner"]
    assert results(client, "wider") == ["New scanner"]


def test_the_words_looked_for_are_marked(client, site):
    soup = soup_of(client, "slipped disks")

    first = soup.select_one(".results li")
    assert [mark.text for mark in first.h3.select("mark")] == ["disc"]
    assert words_of(first.select_one(".results-name")) == "Also known as slipped disc"
    assert [mark.text for mark in first.select(".results-name mark")] == ["slipped", "disc"]


def test_words_that_stand_in_a_text_alone_are_shown_there(client, site):
    note = soup_of(client, "cushions vertebra").select_one(".results li p")

    assert note.text == "Between the vertebrae lie soft cushions."
    assert [mark.text for mark in note.select("mark")] == ["vertebrae", "cushions"]


def test_what_was_written_as_text_stays_text(client, db):
    make.published(
        make.symptom(
            "Pain & <b>more</b>", slug="pain", summary="<script>alert(1)</script> pain", overview="<p>a&lt;b</p>"
        )
    )

    soup = soup_of(client, "<script>pain")

    assert soup.select_one(".results a").text == "Pain & <b>more</b>"
    assert not soup.select(".results script, .results b, .results-count script")
    assert soup.select_one("main input")["value"] == "<script>pain"


def test_a_physician_is_found_by_name_and_by_what_they_treat(client, site):
    assert results(client, "dr adler") == ["Ada Adler"]
    assert results(client, "curved spine") == ["Scoliosis", "Ada Adler"]
    assert words_of(soup_of(client, "scoliosis").select("#physician-heading ~ .results p")[0]) == "Treats Scoliosis"


def test_lay_words_lead_to_a_page_and_are_never_printed(client, site):
    soup = soup_of(client, "blown disc")

    assert soup.select_one(".results a").text == "Herniated disc"
    assert "blown" not in soup.select_one(".results").text


def test_a_typo_is_read_as_a_word_of_the_site(client, site):
    soup = soup_of(client, "scoliossis")

    assert words_of(soup.select_one(".results-read-as")) == "Showing results for scoliosis"
    assert soup.select_one(".results a").text == "Scoliosis"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("scolosis", "Scoliosis"),  # left out
        ("scolioosis", "Scoliosis"),  # added
        ("scokiosis", "Scoliosis"),  # changed
        ("socliosis", "Scoliosis"),  # swapped
        ("skolyosis", "Scoliosis"),  # two
        ("herniateddisc", "Herniated disc"),  # no space
        ("microdis", "Microdiscectomy"),  # begun
        ("MRI-scan", "MRI scan"),
        ("m r i scans", "MRI scan"),
    ],
)
def test_one_or_two_typos_do_no_harm(client, site, typed, meant):
    assert results(client, typed)[0] == meant


@pytest.mark.parametrize("asked", ["kids", "dead legs", "dolor de espalda", "no siento las piernas"])
def test_people_other_first_letters_and_other_languages_are_not_read_as_words_of_the_site(client, site, asked):
    make.published(make.condition("Kinds", overview="<p>Legs, head and door; a deal; into the lap.</p>"))

    assert not soup_of(client, asked).select(".results-read-as")


def test_a_word_the_site_has_is_never_corrected(client, site):
    make.published(make.symptom("Discs on fire", slug="fire"))

    assert not soup_of(client, "fire").select(".results-read-as")


def test_spelling_of_either_side_of_the_ocean_is_one(client, db):
    make.published(make.condition("Spinal tumor", slug="tumor", overview="<p>Pediatric orthopedic center.</p>"))

    for asked in ("tumour", "TUMOURS", "paediatric", "orthopaedic centre"):
        assert results(client, asked) == ["Spinal tumor"], asked


def test_few_pages_with_all_words_are_followed_by_those_with_some(client, site):
    soup = soup_of(client, "herniated disc scan")

    assert [link.text for link in soup.select(".results a")][0] in ("Herniated disc", "MRI scan")
    assert len(soup.select(".results a")) > 1


def test_a_word_no_page_has_is_said_and_left_out(client, site):
    soup = soup_of(client, "scoliosis zzyzx")

    assert "No page has “zzyzx”." in words_of(soup.main)
    assert soup.select_one(".results a").text == "Scoliosis"


def test_many_of_one_kind_are_shown_by_themselves(client, db):
    for number in range(7):
        make.published(make.symptom(f"Pain {number}", slug=f"pain-{number}"))
    make.published(make.condition("Pain", slug="pain"))

    every = soup_of(client, "pain")
    more = every.select_one(".results-more a")
    alone = BeautifulSoup(client.get(more["href"]).content, "html.parser")

    assert len(every.select("#symptom-heading ~ .results li")) == 5
    assert words_of(more) == "Show all 7 symptoms"
    assert len(alone.select(".results li")) == 7
    assert [heading.text for heading in alone.select(".results-group h2")] == ["Symptoms"]
    assert len(results(client, "pain", kind="nonsense")) == 6


def test_what_finds_nothing_offers_other_ways(client, site):
    soup = soup_of(client, "zzyzx qqq")

    assert "Nothing was found for “zzyzx qqq”." in words_of(soup.main)
    assert {link["href"] for link in soup.select("main .ways-in a")} == {
        "/conditions/#alphabet-heading",
        "/conditions/",
        "/symptoms/",
        "/physicians/",
        "tel:2125550142",
    }


@pytest.mark.parametrize("asked", ['"', "(", "*", "🙂"])
def test_marks_without_a_word_are_answered_with_what_to_type(client, site, asked):
    soup = soup_of(client, asked)

    assert "Type a word to look for" in words_of(soup.main)
    assert soup.select(".ways-in")


def test_nothing_asked_shows_the_box_and_ways_in(client, site):
    soup = BeautifulSoup(client.get("/search/").content, "html.parser")

    assert soup.select_one("main form.search[role=search] input[name=q]")
    assert soup.select_one("main .ways-in")
    assert "Nothing was found" not in soup.text


@pytest.mark.parametrize("asked", ["can't feel my legs", "lost bladder control", "LOST BLADDR CONTROL"])
def test_words_of_an_emergency_show_first_what_to_do(client, site, asked):
    make.published(make.symptom("Bladder problems", slug="bladder", also_called="loss of control"))

    warning = soup_of(client, asked).select_one("main .warning")

    assert warning.h2.text == "Call 911 if this is happening now"
    assert warning.p.text == "New weakness? Call 911."


def test_a_site_without_a_word_on_emergencies_still_says_what_to_do(client, db):
    warning = soup_of(client, "cannot feel my legs").select_one(".warning")

    assert warning.p.text == "Call 911 now. Do not wait for an appointment."


def test_a_sign_that_words_describe_stands_above_the_results(client, site):
    make.published(make.warning_sign("You cannot feel your legs", explanation="Lie down.", phrases="disc numb"))
    make.published(make.warning_sign("You have a fever", level="call_today", phrases="disc fever"))
    make.published(make.warning_sign("Your curve grows", level="tell_us_soon", phrases="curve grows"))

    cards = soup_of(client, "numb disc with fever").select("main .signs")

    assert [words_of(card.h2) for card in cards] == ["Call 911 now if", "Call us today if"]
    assert [card.li.get_text(" ") for card in cards] == ["You cannot feel your legs Lie down.", "You have a fever"]
    assert [link["href"] for card in cards for link in card.select("a")] == ["tel:911", "tel:2125550142"]
    assert not soup_of(client, "disc").select(".signs, .warning")


def test_signs_are_looked_for_in_corrected_words_too(client, site):
    make.published(make.warning_sign("You have an odd disc", phrases="herniated numbness"))

    assert soup_of(client, "herniatd numbnes").select(".signs")


@pytest.mark.parametrize(
    "asked",
    [
        "suicde",
        "suiciide thoughts",
        "paralized",
        "parylized",
        "urinary retenton",
        "my private area is numb",
        "cnat pee",
    ],
)
def test_no_correction_hides_a_sign(client, site, asked):
    lay_words = "side\nprimary\nretaining\nprivate\nare\nparallel\nsuicidology\nunnumbered\ncant"
    make.published(make.condition("Sciatica on a side", lay_words=lay_words))

    assert soup_of(client, asked).select_one("main .warning")


def test_a_word_of_a_sign_is_not_read_as_another(client, site):
    make.published(make.condition("Side pain"))
    make.published(make.warning_sign("Your elbow glows green", phrases="elbow glimmer"))

    soup = soup_of(client, "elbow glimer")

    assert soup.select_one(".signs")
    assert not soup.select_one(".results-read-as")


def test_a_sign_is_asked_for_from_its_moment_on_and_not_after_it_is_withdrawn(client, site):
    sign = make.warning_sign("You tip over", phrases="tipping over")
    assert not soup_of(client, "tipping over").select(".signs")

    make.published(sign)
    index.index.looked_at -= index.LOOK_EVERY
    assert soup_of(client, "tipping over").select(".signs")
    sign.phrases = "falling down"
    sign.save()
    index.index.looked_at -= index.LOOK_EVERY
    assert soup_of(client, "tipping over").select(".signs")

    actions.withdraw(sign, by=None, change="Not needed.")
    index.index.looked_at -= index.LOOK_EVERY
    assert not soup_of(client, "tipping over").select(".signs")


def test_how_people_say_a_sign_is_printed_nowhere(client, site):
    make.published(make.warning_sign("You fall", phrases="secretphrase tumble", is_general=True))

    for address in ("/search/?q=secretphrase+tumble", "/symptoms/", "/"):
        main = BeautifulSoup(client.get(address).content, "html.parser").main
        assert "tumble" not in main.get_text().replace("“secretphrase tumble”", "").replace("tumble”.", "")


def test_results_are_kept_by_nobody(client, site):
    for address in ("/search/?q=disc", "/search/suggestions/?q=disc", "/search/"):
        response = client.get(address)

        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"
        assert not response.cookies
        assert client.post(address).status_code == 405
    assert client.get("/search/?q=disc").content.count(b'<meta name="robots" content="noindex">') == 1


def test_a_search_costs_one_query_and_those_of_the_page(client, site, monkeypatch, django_assert_num_queries):
    client.get("/search/", {"q": "disc"})

    with django_assert_num_queries(1):  # what every page shows
        client.get("/search/", {"q": "disc"})
    with django_assert_num_queries(1):
        client.get("/search/", {"q": "scoliosis pain and much more"})
    index.index.looked_at -= index.LOOK_EVERY
    with django_assert_num_queries(2):
        client.get("/search/", {"q": "disc"})


def test_no_working_word_is_found_or_shown(client, site):
    from conditions.models import Condition

    Condition.objects.update(title="UNPUBLISHED", also_called="UNPUBLISHED", lay_words="UNPUBLISHED")

    assert "UNPUBLISHED" not in client.get("/search/", {"q": "disc"}).content.decode()
    assert results(client, "unpublished") == []


# Suggestions


def suggested(client, typed):
    return client.get("/search/suggestions/", {"q": typed}).json()["suggestions"]


def test_pages_are_offered_while_one_types(client, site):
    scoliosis = {"title": "Scoliosis", "kind": "Condition", "url": "/conditions/scoliosis/", "language": ""}
    assert suggested(client, "sco")[0] == scoliosis
    assert [page["title"] for page in suggested(client, "slipped di")] == ["Herniated disc"]
    assert [page["title"] for page in suggested(client, "adl")] == ["Ada Adler"]
    assert [page["title"] for page in suggested(client, "scholio")] == ["Scoliosis"]
    assert suggested(client, "zzyzx") == suggested(client, "") == []


def test_a_page_in_another_language_says_so_where_it_is_found(client, site):
    make.published(make.information("Ayuda en español", slug="ayuda", summary="Gratis.", language="es"))
    make.published(make.information("مساعدة", slug="arabic", summary="مجانًا.", language="ar"))

    spanish, arabic = (soup_of(client, asked).select_one(".results li") for asked in ("español", "مساعدة"))

    assert (spanish["lang"], spanish["dir"]) == ("es", "ltr")
    assert (arabic["lang"], arabic["dir"], arabic.p.text) == ("ar", "rtl", "مجانًا.")
    assert suggested(client, "ayu")[0]["language"] == "es"
    assert not soup_of(client, "scoliosis").select(".results [lang]")


def test_titles_that_begin_so_are_offered_first(client, db):
    make.published(make.condition("Curved back", also_called="spinal curve"))
    make.published(make.condition("Narrow spinal canal"))
    make.published(make.term("Spinal canal"))

    assert [page["title"] for page in suggested(client, "spin")] == [
        "Spinal canal",
        "Narrow spinal canal",
        "Curved back",
    ]


# Elsewhere


def test_every_page_leads_to_search(client, site):
    soup = BeautifulSoup(client.get("/glossary/").content, "html.parser")

    assert soup.select_one(".toolbar a[href='/search/']").text == "Search"
    assert soup.select_one(".menu form.search")


def test_a_lost_reader_is_offered_a_search_for_the_words_of_the_address(client, site):
    response = client.get("/conditions/slipped-disc_L5.html")

    box = BeautifulSoup(response.content, "html.parser").select_one("main form.search input")
    assert response.status_code == 404
    assert box["value"] == "slipped disc L5"


def test_a_lost_reader_is_shown_what_the_words_of_the_address_find(client, site):
    def found(address):
        soup = BeautifulSoup(client.get(address).content, "html.parser")
        return [link["href"] for link in soup.select(".results a")]

    assert found("/conditions/slipped-disc/")[0] == "/conditions/herniated-disc/"
    assert found("/slipped-disc/wp-login.php") == []
    assert found("/☃/") == []


@pytest.mark.parametrize("address", ["/", "/conditions/"])
def test_home_and_the_list_of_conditions_have_a_box(client, site, address):
    soup = BeautifulSoup(client.get(address).content, "html.parser")

    assert soup.select_one(".hero form.search[action='/search/'] input[name=q]")
    assert soup.select_one(".menu form.search")
