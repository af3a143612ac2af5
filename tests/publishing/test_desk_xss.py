"""Hostile words in titles, links, summaries, notes and comments are inert on every screen and mail of the desk."""

import json
from types import SimpleNamespace

import pytest
from django.core import mail
from django.urls import reverse

from publishing import actions, review_mail, reviewing
from publishing.drafts import Draft
from publishing.revisions import keep
from tests import make
from tests.conftest import THOROUGH, shared
from tests.dangers import dangers
from tests.forms import submitted

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LONGEST_TITLE = 120


def hostile(length):
    """Payloads that fit into fields of `length` characters; in an ordinary run a few of each kind."""
    payloads = [entry["payload"] for entry in json.loads(shared("corpus/xss_payloads.json").read_text())]
    fitting = [payload for payload in payloads if len(payload) <= length and "\0" not in payload]
    assert len(fitting) > 200
    return fitting[:: 8 if THOROUGH else 40]


def address(page, name, *more):
    return reverse(f"admin:conditions_condition_{name}", args=[page.pk, *more])


def screens(page):
    yield "/admin/"
    yield "/admin/findings/"
    yield from (
        reverse("admin:desk", args=[name]) for name in ("reviews", "my-drafts", "drafts", "planned", "published")
    )
    for name in (
        "change",
        "review",
        "publish",
        "withdraw",
        "history",
        "compare",
        "ask_for_review",
        "take_back",
        "uses",
        "addresses",
    ):
        yield address(page, name)
    yield address(page, "cancel", 3)


def screens_of_entries(live, saved):
    for name, entry in (("uses", live), ("withdraw", live), ("uses", saved), ("delete", saved)):
        yield reverse(f"admin:conditions_symptom_{name}", args=[entry.pk])


def test_hostile_words_are_inert_on_every_screen_of_the_desk(as_):
    root = make.user(is_superuser=True, first_name="<img src=x onerror=alert(1)>")
    client = as_(root)

    for payload in hostile(LONGEST_TITLE):
        page = make.condition(payload, summary=payload, overview="<p>It hurts.</p>")
        keep(page, by=root)
        actions.publish(page, by=root, change=payload)
        words = Draft.of(page.concrete).clinical_hash
        reviewing.review(page, by=root, signed_as=payload, clinical_hash=words, decision="changes", comment=payload)
        page.plural = payload
        entry, spare = make.symptom(payload), make.symptom(payload)
        for symptom in (entry, spare):
            page.symptom_rows.create(symptom=symptom, note=payload)
        actions.publish(entry, by=root, change=payload)
        actions.publish(page, by=root, change=payload)
        page.living = f'<p><a href="/none/">{payload}</a></p>'
        page.save()
        keep(page, by=root)
        actions.publish(page, by=root, change=payload, at=make.moment_ahead())
        reviewing.ask_for_review(page, by=root, note=payload)

        for screen in (*screens(page), *screens_of_entries(entry, spare)):
            response = client.get(screen)
            assert response.status_code == 200, screen
            assert dangers(response) == [], (screen, payload)
        refused = client.post(address(page, "addresses"), {"old": payload})
        assert dangers(refused) == [], payload
        told = client.post(address(page, "check"), submitted(client.get(address(page, "change"))))
        assert dangers(SimpleNamespace(content=f"<div>{told.json()['html']}</div>".encode())) == [], payload
        reviewing.take_back_request(page)


def test_a_hostile_title_breaks_no_mail(editor):
    make.user("Clinician")
    for payload in hostile(LONGEST_TITLE):
        page = make.condition(payload)
        asked = reviewing.ask_for_review(page, by=editor)

        review_mail.tell_clinicians(asked)()

        letter = mail.outbox[-1].message()
        assert letter.get_content_type() == "text/plain"
        assert set(letter.keys()) == {
            *("Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Date"),
            *("Message-ID", "Auto-Submitted"),
        }
