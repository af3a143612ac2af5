"""What is kept of searches that found nothing."""

import datetime

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse

from search.models import DAYS, FORGOTTEN_AFTER, MOST, UnfoundWord
from tests import make
from tests.constraints import broken

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
FIRST = datetime.date(2026, 3, 1)


def ask(client, text, days, time_machine):
    for day in range(days):
        time_machine.move_to(datetime.datetime(2026, 3, 1 + day, 17, tzinfo=datetime.UTC))
        client.get("/search/", {"q": text})


def readable():
    return sorted(UnfoundWord.objects.readable().values_list("word", flat=True))


def test_a_word_is_readable_when_it_was_asked_on_three_days(client, time_machine):
    ask(client, "zygapophysis", 2, time_machine)
    assert readable() == []
    client.get("/search/", {"q": "zygapophysis"})
    assert readable() == []

    ask(client, "zygapophysis", 3, time_machine)

    assert readable() == ["zygapophysis"]


def test_before_that_nothing_that_was_typed_stands_in_the_database(client, time_machine):
    ask(client, "zygapophysis whatnot", 2, time_machine)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM search_unfoundword")
        kept = str(cursor.fetchall())
    assert UnfoundWord.objects.count() == 2
    assert "zygapophysis" not in kept
    assert "whatnot" not in kept


def test_nothing_is_kept_but_the_word_its_days_and_the_last_of_them():
    assert {field.name for field in UnfoundWord._meta.get_fields()} == {"id", "digest", "word", "days", "last_on"}


@pytest.mark.parametrize("asked", ["zed 1952", "zed@example.org", "zed@x", "z3d", "ze", "z" * 31, "", "zed ２"])
def test_searches_with_digits_or_an_at_and_odd_words_leave_nothing(client, time_machine, asked):
    ask(client, asked, 3, time_machine)

    assert not UnfoundWord.objects.exists()


def test_a_search_that_finds_anything_and_one_that_is_only_typed_leave_nothing(client):
    make.published(make.condition("Sciatica"))

    client.get("/search/", {"q": "sciatica zygapophysis"})
    client.get("/search/suggestions/", {"q": "zygapophysis"})

    assert not UnfoundWord.objects.exists()


def test_words_nobody_asks_for_any_longer_are_forgotten():
    UnfoundWord.objects.note({"zed"}, on=FIRST)
    UnfoundWord.objects.note({"zag"}, on=FIRST + DAY)

    UnfoundWord.objects.note({"zig"}, on=FIRST + FORGOTTEN_AFTER + DAY)

    assert sorted(UnfoundWord.objects.values_list("last_on", flat=True)) == [FIRST + DAY, FIRST + FORGOTTEN_AFTER + DAY]


def test_there_is_an_end_to_what_is_kept(monkeypatch):
    monkeypatch.setattr("search.models.MOST", 3)

    UnfoundWord.objects.note({"abc", "abd", "abe", "abf", "abg"}, on=FIRST)

    assert MOST > 3
    assert UnfoundWord.objects.count() == 3


def test_a_full_list_drops_the_oldest_word_of_one_day_for_a_new_one(monkeypatch):
    monkeypatch.setattr("search.models.MOST", 3)
    for day in range(2):
        UnfoundWord.objects.note({"again"}, on=FIRST + day * DAY)
    UnfoundWord.objects.note({"older"}, on=FIRST + DAY)
    UnfoundWord.objects.note({"newer"}, on=FIRST + 2 * DAY)

    UnfoundWord.objects.note({"kyphosis"}, on=FIRST + 3 * DAY)

    kept = UnfoundWord.objects.order_by("last_on").values_list("days", "last_on")
    assert list(kept) == [(2, FIRST + DAY), (1, FIRST + 2 * DAY), (1, FIRST + 3 * DAY)]


def test_a_list_full_of_words_asked_again_stays_as_it_is(monkeypatch):
    monkeypatch.setattr("search.models.MOST", 1)
    for day in range(2):
        UnfoundWord.objects.note({"again"}, on=FIRST + day * DAY)

    UnfoundWord.objects.note({"kyphosis"}, on=FIRST + 3 * DAY)

    assert UnfoundWord.objects.get().days == 2


def test_one_sender_can_note_only_so_much_in_an_hour_and_is_answered_all_the_same(client, monkeypatch):
    monkeypatch.setattr("search.views.NOTED_IN_AN_HOUR", 2)

    answers = [client.get("/search/", {"q": word}) for word in ("zed", "zag", "zig", "zog")]
    client.get("/search/", {"q": "zug"}, REMOTE_ADDR="192.0.2.7")

    assert {answer.status_code for answer in answers} == {200}
    assert UnfoundWord.objects.count() == 3


def test_a_database_that_cannot_be_written_to_answers_all_the_same(client, monkeypatch):
    def refuse(*some, **more):
        raise DatabaseError("read-only")

    monkeypatch.setattr(UnfoundWord.objects.__class__._queryset_class, "_count", refuse)

    assert client.get("/search/", {"q": "zygapophysis"}).status_code == 200


def test_a_word_cannot_be_read_before_its_third_day():
    with broken("a_word_is_read_after_three_days"):
        UnfoundWord.objects.create(digest="1", word="zed", days=DAYS - 1, last_on=FIRST)


def test_an_editor_sees_the_words_and_can_delete_but_not_change_them(as_, editor):
    for day in range(3):
        UnfoundWord.objects.note({"zed"}, on=FIRST + day * DAY)
    UnfoundWord.objects.note({"secret"}, on=FIRST)
    client = as_(editor)

    page = client.get(reverse("admin:search_unfoundword_changelist")).content.decode()

    assert "zed" in page
    assert "1 word" in page
    assert client.get(reverse("admin:search_unfoundword_add")).status_code == 403
    word = UnfoundWord.objects.readable().get()
    hidden = UnfoundWord.objects.get(word="")
    assert client.get(reverse("admin:search_unfoundword_delete", args=[hidden.pk])).status_code == 302
    client.post(reverse("admin:search_unfoundword_delete", args=[word.pk]), {"post": "yes"})
    assert readable() == []


@pytest.mark.parametrize("role", ["Clinician", "Coordinator", None])
def test_others_are_kept_out(as_, role):
    assert as_(make.user(role)).get(reverse("admin:search_unfoundword_changelist")).status_code == 403
