"""Warning signs: written once, shown as cards by how soon to act."""

import html
import tomllib

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from conditions.models import Condition, Symptom, WarningSign
from conditions.phrases import alarms_everybody
from conditions.warning_signs import general_signs
from publishing import actions
from publishing.fields import lines
from publishing.models import Edition
from tests import make
from tests.forms import submitted

pytestmark = pytest.mark.django_db


def sign(title, level="call_911", **fields):
    return make.published(make.warning_sign(title, level=level, **fields))


@pytest.fixture
def read(client):
    """A function that returns what stands between the masthead and the foot of a page."""
    make.published(make.site(phone="212-555-0142"))
    return lambda address: BeautifulSoup(client.get(address).content, "html.parser").main


@pytest.fixture
def sciatica(db):
    condition = make.condition("Sciatica", slug="sciatica", overview="<p>It hurts.</p>", symptoms="<p>A leg.</p>")
    rows = [("Long pain", "tell_us_soon", ""), ("Numb seat", "call_911", "rare here"), ("Fever", "call_today", "")]
    for place, (title, level, note) in enumerate([*rows, ("Weak legs", "call_911", "")]):
        condition.warning_sign_rows.create(
            warning_sign=sign(title, level, explanation=f"About {title}."), note=note, position=place
        )
    return make.published(condition)


def cards(main):
    return [
        (card.h3.get_text(strip=True), [li.contents[0] for li in card.select("li")]) for card in main.select(".signs")
    ]


def test_a_condition_shows_its_signs_by_level_before_its_symptoms(read, sciatica):
    main = read("/conditions/sciatica/")

    assert cards(main) == [
        ("Call 911 now if", ["Numb seat", "Weak legs"]),
        ("Call us today if", ["Fever"]),
        ("Tell us soon if", ["Long pain"]),
    ]
    sections = [section["id"] for section in main.select("article section")]
    assert sections == ["overview", "warning-signs", "symptoms"]
    assert [link["href"] for link in main.select(".contents a")] == [f"#{anchor}" for anchor in sections]


def test_a_card_says_what_is_true_here_and_whom_to_call(read, sciatica):
    emergency, today, soon = read("/conditions/sciatica/").select(".signs")

    assert [p.text for p in emergency.li.select("p")] == ["rare here", "About Numb seat."]
    assert [link["href"] for link in emergency.select("a")] == ["tel:911"]
    assert [link["href"] for link in (*today.select("a"), *soon.select("a"))] == ["tel:2125550142"] * 2
    assert emergency.svg["aria-hidden"] == "true"


def test_an_emergency_card_sends_nobody_off_who_must_lie_still(read, sciatica):
    emergency = read("/conditions/sciatica/").select_one(".signs")

    assert emergency.find_all("p", recursive=False)[-1].text == "Call 911 now. Do not wait for an appointment."
    assert "department" not in emergency.text


@pytest.mark.parametrize(
    ("explanation", "links"),
    [
        ("Call or text 988 at any hour, or 911.", ["tel:988", "tel:911"]),
        ("(988)", ["tel:988"]),
        ("1-988-555, 9110, 9.911, $911, 911-2345, 911%", []),
        ("<b>988</b> & <a href='x'>911</a>", ["tel:988", "tel:911"]),
    ],
)
def test_short_numbers_of_an_explanation_can_be_called(read, explanation, links):
    sign("Numb seat", is_general=True, explanation=explanation)

    told = read("/symptoms/").select_one(".signs li p")

    assert told.text == explanation
    assert [link["href"] for link in told.select("a")] == links
    assert not told.select("b")


def test_without_a_phone_no_number_is_promised(client, sciatica):
    main = BeautifulSoup(client.get("/conditions/sciatica/").content, "html.parser").main

    assert [link["href"] for link in main.select(".signs a")] == ["tel:911"]
    assert "Our number" not in main.text


def test_a_symptom_shows_its_signs_after_what_it_can_mean_and_keeps_its_own_words_on_help(read):
    pain = make.symptom("Pain", slug="pain", overview="<p>It aches.</p>", getting_help="<p>Call.</p>")
    pain.warning_sign_rows.create(warning_sign=sign("Numb seat"))
    make.published(pain)

    main = read("/symptoms/pain/")

    assert [section["id"] for section in main.select("article section")][:3] == [
        "overview",
        "warning-signs",
        "getting_help",
    ]
    assert cards(main) == [("Call 911 now if", ["Numb seat"])]


def test_a_page_without_signs_has_no_word_of_them(read):
    make.published(make.condition("Sciatica", slug="sciatica", symptoms="<p>A leg.</p>"))
    make.published(make.symptom("Pain", slug="pain"))

    for address in ("/conditions/sciatica/", "/symptoms/pain/", "/symptoms/", "/"):
        assert "Warning signs" not in read(address).text


def test_a_sign_changes_everywhere_when_it_is_published_and_leaves_when_it_is_withdrawn(read, sciatica):
    fever = WarningSign.objects.get(title="Fever")
    fever.title = "High fever"
    fever.save()
    assert "High fever" not in read("/conditions/sciatica/").text

    make.published(fever)
    assert "High fever" in read("/conditions/sciatica/").text

    actions.withdraw(fever, by=None, change="Wrong.")
    assert [heading for heading, _ in cards(read("/conditions/sciatica/"))] == ["Call 911 now if", "Tell us soon if"]


def test_emergencies_stand_above_the_symptoms_and_home_leads_there(read):
    sign("Numb seat", is_general=True)
    sign("Fever", "call_today", is_general=True)
    sign("Odd curve")
    make.published(make.symptom("Pain"))

    main = read("/symptoms/")

    assert cards(main) == [("Call 911 now if", ["Numb seat"]), ("Call us today if", ["Fever"])]
    headings = [heading.text for heading in main.select("h2")]
    assert headings == ["Warning signs", "Symptoms A to Z", "Other reasons to call"]
    assert "Numb seat" in main.select_one("#warning-signs").text
    assert "911" in read("/").select_one(".hero a[href='/symptoms/#warning-signs']").text


def test_general_signs_cost_one_query(django_assert_num_queries):
    sign("Numb seat", is_general=True)
    sign("Odd curve")
    make.warning_sign("Never published", is_general=True)

    with django_assert_num_queries(1):
        groups = general_signs(timezone.now())

    assert [(group.level, [sign.title for sign in group.signs]) for group in groups] == [("call_911", ["Numb seat"])]


# Editing


def test_an_editor_writes_a_sign_and_a_publisher_publishes_it(as_, editor, publisher):
    client = as_(editor)
    form = submitted(client.get(reverse("admin:conditions_warningsign_add")))
    form |= {
        "title": "You fall often",
        "slug": "you-fall",
        "level": "call_today",
        "phrases": "keep falling\r\nfall often",
    }

    saved = client.post(reverse("admin:conditions_warningsign_add"), form | {"is_general": "on", "_save": ""})
    page = WarningSign.objects.get()
    refused = client.get(reverse("admin:conditions_warningsign_publish", args=[page.pk]))
    asked = reverse("admin:conditions_warningsign_publish", args=[page.pk])
    client = as_(publisher)
    client.post(asked, submitted(client.get(asked)) | {"change": "New.", "despite": "A test."})

    assert (saved.status_code, refused.status_code) == (302, 403)
    assert Edition.objects.get().content == {
        "level": "call_today",
        "explanation": "",
        "is_general": True,
        "phrases": ["keep falling", "fall often"],
    }


def test_a_sign_without_a_level_is_refused(as_, editor):
    client = as_(editor)
    form = submitted(client.get(reverse("admin:conditions_warningsign_add")))

    response = client.post(
        reverse("admin:conditions_warningsign_add"), form | {"title": "You fall", "slug": "you-fall", "_save": ""}
    )

    assert "This field is required." in response.content.decode()
    assert not WarningSign.objects.exists()


REFUSED = ["bladder", "my leg", "can't", "the new", "leg leg", "can't and no", "only: the", "!"]


@pytest.mark.parametrize("phrase", REFUSED)
def test_a_phrase_that_would_alarm_everybody_is_refused(as_, editor, phrase):
    client = as_(editor)
    form = submitted(client.get(reverse("admin:conditions_warningsign_add")))
    form |= {
        "title": "You fall often",
        "slug": "you-fall",
        "level": "call_911",
        "phrases": f"leg gives way\r\n{phrase}",
    }

    response = client.post(reverse("admin:conditions_warningsign_add"), form | {"_save": ""})

    assert f"“{phrase}” would alarm everybody" in html.unescape(response.content.decode())
    assert not WarningSign.objects.exists()


def test_a_title_that_would_alarm_everybody_is_refused():
    with pytest.raises(ValidationError, match="would alarm everybody") as refused:
        make.warning_sign("You fall").clean()

    assert list(refused.value.message_dict) == ["title"]


@pytest.mark.parametrize("phrase", ["Paralyzed", "suicide", "my incontinence", "can't pee", "only: stroke", "leg-drop"])
def test_two_words_that_count_or_one_that_is_an_emergency_are_taken(phrase):
    make.warning_sign("You fall often", phrases=phrase).clean()


def test_the_signs_of_the_sample_department_alarm_nobody_without_need():
    signs = tomllib.loads((settings.BASE_DIR / "sample" / "warning_signs.toml").read_text())["warning_sign"]

    assert not [
        phrase for sign in signs for phrase in (sign["title"], *lines(sign["phrases"])) if alarms_everybody(phrase)
    ]


def test_a_preview_shows_the_sign_as_a_card(as_, editor):
    page = make.warning_sign("You fall", level="call_today", explanation="Hold on.")

    response = as_(editor).get(reverse("admin:conditions_warningsign_preview", args=[page.pk]))

    main = BeautifulSoup(response.content, "html.parser")
    assert cards(main) == [("Call us today if", ["You fall"])]
    assert "Preview: this is the working copy." in main.text


@pytest.mark.parametrize(("make_page", "model"), [(make.condition, Condition), (make.symptom, Symptom)])
def test_signs_are_chosen_and_ordered_as_rows_of_the_form(as_, editor, make_page, model):
    page, first, second = make_page(), make.warning_sign("You fall"), make.warning_sign("You tip over")
    client = as_(editor)
    address = reverse(f"admin:conditions_{model.KIND}_change", args=[page.pk])

    form = submitted(client.get(address)) | {"warning_sign_rows-TOTAL_FORMS": "2"}
    for place, (row, note) in enumerate([(first, ""), (second, "at night")]):
        form |= {
            f"warning_sign_rows-{place}-warning_sign": str(row.pk),
            f"warning_sign_rows-{place}-note": note,
            f"warning_sign_rows-{place}-position": str(2 - place),
        }
    client.post(address, form | {"_save": ""})

    rows = [(row.warning_sign, row.note) for row in page.warning_sign_rows.all()]
    assert rows == [(second, "at night"), (first, "")]
    assert [mention.role for mention in model.working().get().frozen_mentions()] == ["warning_sign"] * 2


def test_a_sign_in_use_cannot_be_deleted(as_, editor, sciatica):
    used = WarningSign.objects.get(title="Fever")

    response = as_(editor).get(reverse("admin:conditions_warningsign_delete", args=[used.pk]))

    assert response.status_code == 403
