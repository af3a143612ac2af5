"""A page's sign-off: an editor asks, a clinician reads and decides, and both hear of it."""

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from publishing import review_mail, reviewing
from publishing.composing import compose
from publishing.drafts import Draft
from publishing.models import Edition, Review, ReviewRequest
from tests import make
from tests.forms import submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician():
    return make.user("Clinician", first_name="Ada", last_name="Example")


@pytest.fixture
def page():
    return make.condition("Sciatica", slug="sciatica", overview="<p>The old words.</p>", summary="A sore leg.")


def address(page, name):
    return reverse(f"admin:{page._meta.app_label}_{page._meta.model_name}_{name}", args=[page.pk])


def post(client, page, name, **values):
    form = submitted(client.get(address(page, name)))
    return client.post(address(page, name), form | values, follow=True)


def text(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text().split())


def approve(page, by, **fields):
    words = Draft.of(page.concrete).clinical_hash
    values = {"signed_as": "Ada Example, MD", "clinical_hash": words, "decision": "approved", **fields}
    return reviewing.review(page, by=by, **values)


def tell():
    """What housekeeping does about reviews."""
    for due, act in (
        (review_mail.due_requests, review_mail.tell_clinicians),
        (review_mail.due_answers, review_mail.tell_editor),
    ):
        for thing in due():
            act(thing)()


def change(page, words="<p>The new words.</p>"):
    page.overview = words
    page.save()


def test_an_editor_asks_a_clinician_decides_and_both_get_a_mail(as_, editor, clinician, page):
    asked = post(as_(editor), page, "ask_for_review", clinician=str(clinician.pk), note="Is six weeks right?")
    tell()
    shown = as_(clinician).get(address(page, "review"))
    decided = post(
        as_(clinician),
        page,
        "review",
        decision="changes",
        comment="Say eight weeks.",
        signed_as="Ada Example, MD",
    )
    tell()
    tell()

    assert "A review is asked for." in text(asked)
    assert "Is six weeks right?" in text(shown)
    assert "Changes are asked for." in text(decided)
    form = text(as_(editor).get(address(page, "change")))
    assert "Say eight weeks." in form
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        ([clinician.email], "A page to review: Sciatica"),
        ([editor.email], "Reviewed: Sciatica"),
    ]
    assert address(page, "review") in mail.outbox[0].body
    assert address(page, "change") in mail.outbox[1].body
    assert not any("weeks" in letter.body for letter in mail.outbox)


def test_any_clinician_may_be_asked_and_who_has_left_is_not(as_, editor, clinician, page):
    make.user("Clinician", is_active=False)
    other = make.user("Clinician")

    post(as_(editor), page, "ask_for_review")
    tell()

    assert sorted(letter.to[0] for letter in mail.outbox) == sorted([clinician.email, other.email])
    assert list(ReviewRequest.objects.waiting_for(other)) == list(ReviewRequest.objects.all())


def test_a_second_request_is_refused_with_who_asked_first(as_, editor, page):
    post(as_(editor), page, "ask_for_review")

    refused = post(as_(make.user("Editor")), page, "ask_for_review")

    assert f"{editor} has asked for a review already" in text(refused)
    assert ReviewRequest.objects.count() == 1


def test_what_was_asked_is_taken_back_and_may_be_asked_anew(as_, editor, page):
    client = as_(editor)
    post(client, page, "ask_for_review")

    shown = post(client, page, "take_back")
    again = post(client, page, "take_back")
    post(client, page, "ask_for_review")

    assert "Taken back." in text(shown)
    assert "No review is asked for" in text(again)
    assert ReviewRequest.objects.open().count() == 1
    tell()
    assert mail.outbox == []  # nobody is a clinician


def test_the_screen_shows_what_changed_since_patients_read_it_and_what_the_gate_finds(as_, clinician, page):
    make.published(page)
    change(page)

    soup = BeautifulSoup(as_(clinician).get(address(page, "review")).content, "html.parser")

    assert [part.contents[-1].strip() for part in soup.select(".changes del")] == ["old"]
    assert [part.contents[-1].strip() for part in soup.select(".changes ins")] == ["new"]
    assert "No source is named" in soup.select_one(".findings").text
    assert "No clinician has approved" not in soup.text
    assert soup.select_one("iframe")["src"] == address(page, "preview")


def test_the_preview_alone_may_be_framed_and_by_this_site_alone(as_, clinician, page):
    client = as_(clinician)

    preview = client.get(address(page, "preview"))
    form = client.get(address(page, "change"))

    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in preview["Content-Security-Policy"]
    assert form["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in form["Content-Security-Policy"]
    assert "frame-src 'self'" in form["Content-Security-Policy"]
    assert "frame-src 'self'" in client.get(address(page, "review"))["Content-Security-Policy"]


def test_a_clinical_word_changed_after_the_approval_voids_it_and_the_form_says_so(as_, editor, clinician, page):
    approve(page, clinician)
    client = as_(editor)

    before = text(client.get(address(page, "change")))
    change(page)
    after = text(client.get(address(page, "change")))

    assert "Approved. Last review: approved, Ada Example, MD" in before
    assert "Clinical words have changed since the last review" in after


def test_a_change_of_wording_alone_keeps_the_approval_for_a_reason(as_, publisher, clinician, page):
    make.published(page)
    approved = approve(page, clinician)
    change(page, "<p>The same words.</p>")

    post(as_(publisher), page, "publish", change="A comma.", despite="A test.", wording_only="A comma was added.")

    edition = Edition.objects.get(number=2)
    shown = compose(type(page), "sciatica", timezone.now())
    assert (shown.medically_reviewed_at, shown.reviewed_by) == (approved.at, "Ada Example, MD")
    assert edition.wording_only == "A comma was added."
    assert "review" not in {finding["rule"] for finding in edition.findings}
    kept = Review.objects.latest("pk")
    assert (kept.keeps, kept.kept_by, kept.clinician) == (approved, publisher, clinician)
    history = text(as_(publisher).get(address(page, "history")))
    assert "only the wording changed" in history
    assert "A comma was added." in history


def test_an_approval_kept_twice_counts_from_the_day_it_was_given(as_, publisher, clinician, page):
    make.published(page)
    approved = approve(page, clinician)
    for word in ("first", "second"):
        change(page, f"<p>The {word} words.</p>")
        post(as_(publisher), page, "publish", change="A word.", despite="A test.", wording_only=f"The {word} word.")

    assert compose(type(page), "sciatica", timezone.now()).medically_reviewed_at == approved.at
    assert Review.objects.filter(keeps=approved).count() == 2


def test_without_an_approval_or_the_permission_there_is_none_to_keep(as_, publisher, clinician, page):
    make.published(page)
    change(page)
    unapproved = submitted(as_(publisher).get(address(page, "publish")))
    approve(page, clinician)
    make.published(page)
    change(page, "<p>Other words.</p>")
    publisher.groups.get().permissions.remove(*publisher.groups.get().permissions.filter(codename="keep_review"))
    unpermitted = submitted(as_(publisher).get(address(page, "publish")))

    assert "wording_only" not in unapproved
    assert "wording_only" not in unpermitted


def test_published_without_that_word_the_approval_is_gone(as_, publisher, clinician, page):
    make.published(page)
    approve(page, clinician)
    change(page)

    post(as_(publisher), page, "publish", change="New.", despite="A test.")

    assert compose(type(page), "sciatica", timezone.now()).medically_reviewed_at is None


@pytest.mark.parametrize("name", ["ask_for_review", "take_back"])
def test_who_may_not_change_a_page_asks_for_nothing(as_, clinician, page, name):
    assert as_(clinician).get(address(page, name)).status_code == 403
    assert as_(make.user("Coordinator")).post(address(page, name)).status_code == 403


def test_a_page_no_clinician_answers_for_has_no_review(as_, editor):
    about = make.information("About us")

    assert "Ask for a review" not in text(as_(editor).get(address(about, "change")))
    assert as_(editor).get(address(about, "ask_for_review")).status_code == 403


def test_closing_a_clinicians_account_changes_no_edition(clinician, page):
    approve(page, clinician)
    make.published(page)
    before = Edition.objects.values().get(), compose(type(page), "sciatica", timezone.now())

    clinician.is_active = False
    clinician.save()

    assert (Edition.objects.values().get(), compose(type(page), "sciatica", timezone.now())) == before


def test_a_decision_made_meanwhile_is_read_before_another_counts(as_, clinician, page):
    stale = submitted(as_(clinician).get(address(page, "review")))
    other = make.user("Clinician", first_name="Ben", last_name="Other")
    approve(page, other, signed_as="Ben Other, PA", decision="changes", comment="Six weeks is wrong.")
    client = as_(clinician)
    asked = {"decision": "approved", "signed_as": "Ada Example, MD"}

    refused = client.post(address(page, "review"), stale | asked)
    read_again = submitted(refused)
    client.post(address(page, "review"), read_again | asked)

    assert "Someone reviewed this page after you opened it." in text(refused)
    assert "Changes are asked for." in text(refused)
    assert "Six weeks is wrong." in text(refused)
    assert "decision" not in read_again
    assert [review.decision for review in Review.objects.order_by("pk")] == ["changes", "approved"]


def test_people_are_told_by_name_who_was_asked(as_, editor, clinician, page):
    editor.first_name, editor.last_name = "Edda", "Writer"
    editor.save()
    asked = post(as_(editor), page, "ask_for_review", clinician=clinician.pk)

    again = post(as_(make.user("Editor")), page, "ask_for_review")

    assert "It stands on the first page of Ada Example" in text(asked)
    assert "Edda Writer has asked for a review already" in text(again)
