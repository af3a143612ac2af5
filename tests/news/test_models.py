import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from time_machine import travel

from news.models import Article
from publishing import actions
from publishing.models import Edition
from tests import make
from tests.constraints import broken

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
NOON = datetime.datetime(2027, 3, 10, 17, tzinfo=datetime.UTC)  # in New York


def story(**consent):
    return make.article("One walk", slug="one-walk", kind_of="story", body="<p>I walk.</p>", **consent)


def refusal_of(article, at=None):
    with pytest.raises(actions.Refused) as refused:
        actions.publish(article, by=None, change="New.", at=at)
    assert not Edition.objects.exists()
    return str(refused.value)


def test_a_story_without_consent_on_file_cannot_be_published():
    assert "needs the patient's consent on file" in refusal_of(story())


@travel(NOON)
def test_a_story_whose_consent_has_ended_cannot_be_published():
    assert "has ended" in refusal_of(story(consent_on="2026-01-01", consent_until="2027-03-09"))


@travel(NOON)
def test_a_story_cannot_be_planned_for_a_day_without_consent():
    article = story(consent_on="2027-03-12", consent_until="2027-03-20")

    assert "begins later" in refusal_of(article)
    assert "has ended" in refusal_of(article, at=NOON + 12 * DAY)
    actions.publish(article, by=None, change="New.", at=NOON + 5 * DAY)


def test_a_story_leaves_the_site_when_its_consent_ends(client):
    condition = make.published(make.condition(slug="tumor"))
    with travel(NOON) as clock:
        article = story(consent_on="2026-01-01", consent_until="2027-03-11")
        article.condition_rows.create(condition=condition)
        make.published(article)
        places = ["/news/", "/news/feed/", "/", "/conditions/tumor/", "/news/one-walk/"]

        clock.move_to(datetime.datetime(2027, 3, 12, 4, 59, 59, tzinfo=datetime.UTC))
        assert all("One walk" in client.get(place).content.decode() for place in places)

        clock.move_to(datetime.datetime(2027, 3, 12, 5, 0, 0, tzinfo=datetime.UTC))
        assert not any("One walk" in client.get(place).content.decode() for place in places)
        assert client.get("/news/one-walk/").status_code == 404
        assert "/news/" not in client.get("/").content.decode()


def test_a_story_whose_consent_was_renewed_is_published_again(client):
    with travel(NOON) as clock:
        article = make.published(story(consent_on="2026-01-01", consent_until="2027-03-11"))
        clock.shift(5 * DAY)
        article.consent_until = datetime.date(2027, 12, 31)
        article.save()
        assert client.get("/news/one-walk/").status_code == 404

        make.published(article)

        assert client.get("/news/one-walk/").status_code == 200


def test_an_ended_story_never_gives_way_to_an_earlier_edition(client):
    with travel(NOON) as clock:
        article = make.published(story(consent_on="2026-01-01"))
        article.consent_until = datetime.date(2027, 3, 11)
        article.save()
        clock.shift(datetime.timedelta(hours=1))
        make.published(article)

        clock.shift(5 * DAY)

        assert client.get("/news/one-walk/").status_code == 404


@pytest.mark.parametrize("kind_of", ["news", "publication"])
def test_only_stories_need_consent(kind_of):
    article = make.published(make.article(kind_of=kind_of, consent_on="2020-01-01", consent_until="2020-01-02"))

    assert Edition.objects.live(timezone.now()).filter(page=article.pk).exists()
    assert article.editions.get().ends_at is None


def test_consent_ends_after_it_was_given():
    with broken("consent_ends_after_it_was_given"):
        story(consent_on="2026-01-02", consent_until="2026-01-01")
    with broken("consent_ends_after_it_was_given"):
        story(consent_until="2026-01-01")
    with pytest.raises(ValidationError, match="Consent can't end before the day on which it was given"):
        Article(consent_on="2026-01-02", consent_until="2026-01-01").validate_constraints()


def test_a_link_is_https():
    with broken("an_articles_link_is_https"):
        make.article(link="http://journal.example/1")
    with pytest.raises(ValidationError, match="begins with https"):
        Article(title="A", slug="a", link="javascript:alert(1)").full_clean()


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ("condition", "an_article_names_a_condition_once"),
        ("physician", "an_article_names_a_physician_once"),
        ("treatment", "an_article_names_a_treatment_once"),
    ],
)
def test_an_article_names_each_page_once(rows, rule):
    article, page = make.article(), getattr(make, rows)()
    getattr(article, f"{rows}_rows").create(**{rows: page})

    with broken(rule):
        getattr(article, f"{rows}_rows").create(**{rows: page})


def test_a_row_is_called_by_what_it_names_and_where():
    article = make.article("Opening")

    row = article.physician_rows.create(physician=make.physician("Able"))

    assert str(row) == "Ada Able, on Opening"
