"""Links by which somebody without an account reads a page before it is published."""

import datetime
import re

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from figures import pictures
from publishing import actions
from publishing.models import PreviewLink
from record.models import Entry
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def stranger():
    """Somebody who is not signed in; `as_` signs its own client in."""
    return Client()


@pytest.fixture
def page():
    return make.condition("Sciatica", slug="sciatica", overview="<p>The first words.</p>")


def screen(page):
    return reverse(f"admin:{page._meta.app_label}_{page._meta.model_name}_preview_links", args=[page.pk])


def make_link(client, page, days="7"):
    """Make a link on its screen and return its path as the screen gives it."""
    shown = client.post(screen(page), {"days": days}, follow=True)
    whole = BeautifulSoup(shown.content, "html.parser").select_one("input.preview-link")["value"]
    assert whole.startswith(f"{settings.SITE_URL}/preview/")
    return whole.removeprefix(settings.SITE_URL)


def test_whoever_has_the_link_reads_the_page_as_it_was_saved_and_nobody_indexes_it(as_, editor, page, stranger):
    link = make_link(as_(editor), page)
    page.overview = "<p>Later words.</p>"
    page.save()

    read = stranger.get(link)

    assert read.status_code == 200
    assert "The first words." in read.content.decode()
    assert "Later words." not in read.content.decode()
    assert "Patients do not see it" in read.content.decode()
    assert read["X-Robots-Tag"] == "noindex, nofollow"
    assert read["Referrer-Policy"] == "no-referrer"
    assert "no-store" in read["Cache-Control"]
    assert read["X-Frame-Options"] == "DENY"
    assert not read.cookies
    assert stranger.get("/conditions/sciatica/").status_code == 404


@pytest.mark.parametrize("days", ["1", "7", "14"])
def test_a_link_ends_by_itself_and_says_so(as_, editor, page, stranger, days, time_machine):
    start = timezone.now()
    time_machine.move_to(start, tick=False)
    link = make_link(as_(editor), page, days)

    answers = []
    for seconds in (-1, 0):
        time_machine.move_to(start + datetime.timedelta(days=int(days), seconds=seconds), tick=False)
        answers.append(stranger.get(link))

    before, after = answers
    assert before.status_code == 200
    assert after.status_code == 410
    assert "This link has ended" in after.content.decode()
    assert "The first words." not in after.content.decode()
    assert after["X-Robots-Tag"] == "noindex, nofollow"


def test_an_editor_ends_a_link_at_once(as_, editor, page, stranger):
    kept, ended = make_link(as_(editor), page), make_link(as_(editor), page)
    newest = PreviewLink.objects.order_by("-pk").first()

    said = as_(editor).post(screen(page), {"end": str(newest.pk)}, follow=True)

    assert "The link has ended." in said.content.decode()
    statuses = sorted(stranger.get(link).status_code for link in {kept, ended, newest.get_absolute_url()})
    assert statuses == [200, 410]
    assert [(e.action, e.detail) for e in Entry.objects.filter(kind="condition").order_by("number")][-3:] == [
        ("add", "preview link to save 1, 7 days"),
        ("add", "preview link to save 1, 7 days"),
        ("delete", "preview link to save 1"),
    ]


def test_a_token_that_this_site_did_not_sign_opens_nothing(as_, editor, page, stranger):
    link = make_link(as_(editor), page)
    key = PreviewLink.objects.get().pk
    forged = [
        link[:-2] + ("A" if link[-2] != "A" else "B") + "/",
        f"/preview/{key}/",
        f"/preview/{key}:/",
        f"/preview/{Signer(salt='other').sign(str(key))}/",
        f"/preview/{Signer(salt='publishing.preview_link').sign('x')}/",
        f"/preview/{Signer(salt='publishing.preview_link').sign(str(key + 1))}/",
    ]

    assert [stranger.get(address).status_code for address in forged] == [404] * len(forged)


def test_pictures_that_are_not_published_are_seen_by_the_link_alone(as_, editor, page, stranger):
    figure, other = make.figure(alt="A cross."), make.figure(picture=pictures.stored(make.drawing(width=320)))
    page.figure_rows.create(figure=figure, part="overview")
    link = make_link(as_(editor), page)
    token = link.split("/")[2]

    shown = stranger.get(link).content.decode()
    (source,) = {img["src"] for img in BeautifulSoup(shown, "html.parser").select("figure img")}
    plain = source.partition("?")[0]
    of_other = f"/media/{next(iter(other.picture['webp'].values()))}"

    assert source == f"{plain}?preview={token}"
    picture = stranger.get(source)
    assert picture.status_code == 200
    assert picture["Cache-Control"] == "private, no-store"
    assert stranger.get(plain).status_code == 404
    assert stranger.get(f"{of_other}?preview={token}").status_code == 404
    assert all(
        stranger.get(re.sub(r" \d+w$", "", one)).status_code == 200 for one in re.findall(r"/media/[^\s,\"]+", shown)
    )
    PreviewLink.objects.update(ended_at=timezone.now())
    assert stranger.get(source).status_code == 404


def test_only_who_may_change_a_page_makes_links_to_it(as_, editor, clinician, coordinator, page):
    assert as_(coordinator).post(screen(page), {"days": "7"}).status_code == 403
    assert as_(clinician).post(screen(page), {"days": "7"}).status_code == (
        302 if clinician.has_perm("conditions.change_condition") else 403
    )
    assert not PreviewLink.objects.filter(made_by=coordinator).exists()


def test_a_wrong_number_of_days_makes_no_link(as_, editor, page):
    for days in ("", "0", "365", "x"):
        shown = as_(editor).post(screen(page), {"days": days})
        assert shown.status_code == 200
    assert not PreviewLink.objects.exists()


def test_another_pages_link_is_not_ended_here(as_, editor, page, stranger):
    link = make_link(as_(editor), page)
    other = make.condition("Scoliosis")

    for key in (str(PreviewLink.objects.get().pk), "x", ""):
        assert as_(editor).post(screen(other), {"end": key}).status_code == 404

    assert stranger.get(link).status_code == 200


def test_every_kind_that_has_a_preview_can_be_shared(as_, editor, stranger):
    made = [make.condition(), make.symptom(), make.diagnostic_test(), make.treatment(), make.warning_sign(), make.hub()]
    made += [make.term(), make.physician(), make.article(), make.information()]

    for one in made:
        if as_(editor).get(screen(one)).status_code == 404:
            continue
        read = stranger.get(make_link(as_(editor), one))
        assert read.status_code == 200, one
        assert one.title in read.content.decode()


def test_a_page_that_was_shared_and_never_published_can_be_deleted(as_, editor, page):
    make_link(as_(editor), page)
    address = reverse("admin:conditions_condition_delete", args=[page.pk])

    as_(editor).post(address, {"post": "yes"})

    assert not type(page).objects.exists()
    assert not PreviewLink.objects.exists()


def test_what_a_link_shows_stays_when_the_page_is_published(as_, editor, page, stranger):
    link = make_link(as_(editor), page)
    actions.publish(page, by=None, change="Text.")

    assert stranger.get(link).status_code == 200
